"""How many requests a webhook gets at once (telegram-bot-api, `create_new_connections`)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_ACTIVE_FOR_S = 10.0


class Connections:
    """One until the first success; up to the maximum while successes keep coming."""

    def __init__(self, connections_max: int = 1) -> None:
        self._max = connections_max
        self._opened = 1
        self._in_use = 0
        self._last_success_at = 0.0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._in_use < self._allowed())
            self._in_use += 1
            self._opened = max(self._opened, self._in_use)
        try:
            yield
        finally:
            self._in_use -= 1
            async with self._changed:
                self._changed.notify_all()

    def note(self, *, succeeded: bool) -> None:
        if succeeded:
            self._last_success_at = time.monotonic()

    def _allowed(self) -> int:
        """Connections once opened are kept; new ones are opened only for a webhook that answers."""
        if time.monotonic() - self._last_success_at < _ACTIVE_FOR_S:
            return self._max
        return self._opened
