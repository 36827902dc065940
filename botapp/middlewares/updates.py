"""Around every update: handled once, in its person's order, in their language, and logged."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from redis.exceptions import RedisError

from botapp import chat_logger, counting, db_threads
from botapp.business import users
from botapp.models import TelegramUpdate, TgUser
from botapp.texts import menu

logger = logging.getLogger(__name__)

# The database or Redis is away: Telegram keeps the update and brings it again.
PASSING = (OperationalError, InterfaceError, RedisError)

DOUBLE_TAP_S = 3
FLOOD_WINDOW_S = 10

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class HandledOnce(BaseMiddleware):
    """Drops an update that was handled before.

    Runs inside the person's lock, so a repeat waits for the first delivery to end. A failure worth
    repeating leaves the row unhandled, and Telegram's next delivery is handled.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Update):
            raise TypeError("an outer middleware of updates")
        if await db_threads.run(_was_handled, event.update_id):
            logger.info("Repeated update dropped", extra={"update_id": event.update_id})
            return None
        is_over = True
        try:
            return await handler(event, data)
        except (*PASSING, asyncio.CancelledError):
            is_over = False
            raise
        finally:
            # A failure by a bug would only fail again: it counts as handled.
            if is_over:
                await db_threads.run(_mark_handled, event.update_id)


class KnownUser(BaseMiddleware):
    """Gives handlers `user` (our row), speaks their language, and writes the chat log."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        telegram_user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        # What is said in a group is not said to us: no account is made and nothing is logged.
        is_to_us = chat is not None and chat.type == ChatType.PRIVATE
        if telegram_user is None or not is_to_us or not isinstance(event, Message | CallbackQuery):
            return await handler(event, data)
        user = await db_threads.run(_know, telegram_user, event)
        data["user"] = user
        with translation.override(user.settings.interface_language):
            return await handler(event, data)


class Throttle(BaseMiddleware):
    """Somebody who writes faster than anybody can is told so once, and then not heard a while."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: TgUser | None = data.get("user")
        if not isinstance(event, Message) or user is None:
            return await handler(event, data)
        count = await db_threads.run(count_message, user.chat_id)
        if count <= settings.FLOOD_MESSAGES_MAX:
            return await handler(event, data)
        if count == settings.FLOOD_MESSAGES_MAX + 1:
            await event.answer(menu.flood())
        return None


class SingleTap(BaseMiddleware):
    """The same button pressed again within a moment does nothing more.

    Handlers flagged `repeatable` are harmless to repeat: going back and forth is no double tap.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, CallbackQuery):
            raise TypeError("a middleware of callback queries")
        if get_flag(data, "repeatable"):
            return await handler(event, data)
        message_id = event.message.message_id if event.message else 0
        # Old clients can send any data, also such as makes a bad key.
        data_hash = hashlib.sha256((event.data or "").encode()).hexdigest()[:16]
        tap = f"tap:{event.from_user.id}:{message_id}:{data_hash}"
        # Telegram's redelivery of one press is not a second press.
        first = await db_threads.run(cache.get_or_set, tap, event.id, timeout=DOUBLE_TAP_S)
        if first == event.id:
            return await handler(event, data)
        return await event.answer(menu.already_doing())


def count_message(chat_id: int) -> int:
    """How many messages of this person there were in this window, this one included."""
    return counting.count(f"messages:{chat_id}", window_s=FLOOD_WINDOW_S)


def _was_handled(update_id: int) -> bool:
    try:
        with transaction.atomic():
            TelegramUpdate.objects.create(update_id=update_id)
    except IntegrityError:
        return TelegramUpdate.objects.filter(pk=update_id, handled_at__isnull=False).exists()
    return False


def _mark_handled(update_id: int) -> None:
    TelegramUpdate.objects.filter(pk=update_id).update(handled_at=timezone.now())


def _know(telegram_user: User, event: Message | CallbackQuery) -> TgUser:
    user = users.ensure(profile_of(telegram_user))
    chat_logger.log_incoming(user=user, event=event)
    return user


def profile_of(user: User) -> users.Profile:
    return users.Profile(
        chat_id=user.id,
        first_name=user.first_name,
        last_name=user.last_name or "",
        username=user.username or "",
        language_code=user.language_code or "",
        is_premium=bool(user.is_premium),
    )
