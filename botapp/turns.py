"""One person's updates are handled one after another, in Telegram's order, over all processes.

A lock alone is not enough: of several that wait for it, any may get it first.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from uuid import uuid4

from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.redis import RedisEventIsolation
from redis.asyncio import Redis
from redis.asyncio.lock import Lock

# Telegram numbers its updates; whoever feeds the dispatcher says which one it is handling.
update_number: ContextVar[int] = ContextVar("update_number", default=0)

# Longer than any handling of one update: a dead process frees its person after this.
LOCK_TIMEOUT_S = 60
LOOK_EVERY_S = 0.02


class HeedfulLock(Lock):
    """Whoever was told to give up does not ask for it again."""

    async def do_acquire(self, token: str | bytes) -> bool:
        _heed_cancellation()
        return await super().do_acquire(token)


class Turns(RedisEventIsolation):
    """Waiting updates stand in a line of the person, by number; only the first asks for the lock.

    A place in the line lives as long as its process keeps saying so.
    """

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis, lock_kwargs={"timeout": LOCK_TIMEOUT_S, "sleep": LOOK_EVERY_S})

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None, None]:
        name = self.key_builder.build(key, "lock")
        line = f"{name}:line"
        place = uuid4().hex
        try:
            # Inside: who gives up while the answer is on its way stands there all the same.
            await self._stand(line, place)
            await self._wait(line, place)
            async with self.redis.lock(name, **self.lock_kwargs, lock_class=HeedfulLock):
                await self._leave(line, place)
                yield None
        finally:
            await self._leave(line, place)

    async def _stand(self, line: str, place: str) -> None:
        async with self.redis.pipeline() as steps:
            steps.set(f"{line}:{place}", 1, ex=LOCK_TIMEOUT_S)
            steps.zadd(line, {place: update_number.get()})
            steps.expire(line, 2 * LOCK_TIMEOUT_S)
            await steps.execute()

    async def _wait(self, line: str, place: str) -> None:
        """Until nobody stands before us; who died while standing is sent away."""
        while True:
            _heed_cancellation()
            first = await self._first(line)
            # An emptied Redis has forgotten the line.
            if first in ("", place):
                return
            await self.redis.expire(f"{line}:{place}", LOCK_TIMEOUT_S)
            if not await self.redis.exists(f"{line}:{first}"):
                await self.redis.zrem(line, first)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _first(self, line: str) -> str:
        standing = await self.redis.zrange(line, 0, 0)
        return next((one.decode() for one in standing if isinstance(one, bytes)), "")

    async def _leave(self, line: str, place: str) -> None:
        async with self.redis.pipeline() as steps:
            steps.zrem(line, place)
            steps.delete(f"{line}:{place}")
            await steps.execute()


def _heed_cancellation() -> None:
    """Python 3.11's `asyncio.wait_for`, by which redis-py sends, swallows a cancellation that
    comes together with its result (github.com/python/cpython, issue 86296)."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
