"""The one dispatcher of the process: middlewares and routers around the bot."""

from functools import cache

from aiogram import Bot, Dispatcher
from aiogram.fsm.storage.base import BaseEventIsolation, BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisStorage
from django.conf import settings
from redis.asyncio import Redis

from botapp import aiogram_errors, handlers, telegram
from botapp.middlewares.updates import HandledOnce, KnownUser, SingleTap, Throttle
from botapp.turns import Turns

# A forgotten conversation starts afresh.
STATE_KEPT_S = 7 * 24 * 3600


@cache
def get_bot() -> Bot:
    """The bot of the web process."""
    return telegram.make_bot(timeout_s=telegram.ANSWER_TIMEOUT_S)


@cache
def get_dispatcher() -> Dispatcher:
    """Made once: an aiogram router can be attached only once a process."""
    storage, isolation = _storage()
    dispatcher = Dispatcher(storage=storage, events_isolation=isolation)
    dispatcher.update.outer_middleware(HandledOnce())
    dispatcher.message.outer_middleware(KnownUser())
    dispatcher.message.outer_middleware(Throttle())
    dispatcher.callback_query.outer_middleware(KnownUser())
    dispatcher.callback_query.middleware(SingleTap())
    dispatcher.include_routers(aiogram_errors.setup(), handlers.setup())
    return dispatcher


def _storage() -> tuple[BaseStorage, BaseEventIsolation]:
    """Redis orders one person's updates over all web processes; memory serves the light profile."""
    if not settings.CONVERSATIONS_IN_REDIS:
        return MemoryStorage(), SimpleEventIsolation()
    redis: Redis = Redis.from_url(settings.REDIS_URL)
    return (
        RedisStorage(redis, state_ttl=STATE_KEPT_S, data_ttl=STATE_KEPT_S),
        Turns(redis),
    )
