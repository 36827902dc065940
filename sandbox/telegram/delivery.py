"""Getting updates to a bot: by webhook as `WebhookActor.cpp` of telegram-bot-api does, or by poll.

Order is kept only inside a lane (a chat for messages; a user and a kind for callbacks): a failing
update holds up its own lane while the others go on. Delivered means a status of 200 to 299.
"""

import asyncio
import itertools
import math
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.connections import Connections
from sandbox.telegram.errors import ApiError, bad_request, conflict

Json = dict[str, Any]

_LOG_KEPT = 5000
_DAY_S = 24 * 3600.0
_QUERY_LIFETIME_S = 150.0
_RETRY_AFTER_MAX_S = 3600.0
_WAIT_CAP_S = (60.0, 120.0)
_POLL_TIMEOUT_MAX_S = 50
_SHORT_LIVED = {"callback_query", "pre_checkout_query", "shipping_query", "inline_query"}
_ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    url: str
    secret_token: str = ""
    max_connections: int = 40
    has_certificate: bool = False
    ip_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    at: float
    status: int | None
    error: str | None
    took_ms: float
    retry_after_s: float = 0.0

    @property
    def delivered(self) -> bool:
        return self.error is None


WebhookCaller = Callable[[Webhook, Json], Awaitable[Attempt]]


@dataclass(slots=True, kw_only=True)
class Update:
    payload: Json
    kind: str
    lane: Hashable
    user_id: int | None
    expires_at: float
    attempts: list[Attempt] = field(default_factory=list)
    delivered: bool = False
    delay_s: float = 1.0

    @property
    def id(self) -> int:
        return int(self.payload["update_id"])


class Delivery:
    """The updates of one bot. `time_scale` multiplies every wait and life time of the webhook."""

    def __init__(
        self, call_webhook: WebhookCaller, update_ids: Iterator[int], *, time_scale: float
    ) -> None:
        self._call_webhook = call_webhook
        self._update_ids = update_ids
        self._time_scale = time_scale
        self.webhook: Webhook | None = None
        self.webhook_set_at = -math.inf
        self.allowed_updates: list[str] = []
        self.last_error: tuple[int, str] | None = None
        self.log: deque[Update] = deque(maxlen=_LOG_KEPT)
        self._lanes: dict[Hashable, deque[Update]] = {}
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._connections = Connections()
        self._poll: asyncio.Future[None] | None = None

    @property
    def pending(self) -> list[Update]:
        return sorted(itertools.chain(*self._lanes.values()), key=lambda update: update.id)

    def add(
        self, kind: str, content: Json, *, lane: Hashable, user_id: int | None = None
    ) -> Update | None:
        """Queue an update, unless the bot did not ask for this kind."""
        if not self._is_allowed(kind):
            return None
        return self.add_raw({kind: content}, lane=lane, user_id=user_id)

    def add_raw(self, payload: Json, *, lane: Hashable, user_id: int | None) -> Update:
        if "update_id" not in payload:
            payload = {"update_id": next(self._update_ids)} | payload
        kind = next((name for name in payload if name != "update_id"), "")
        lifetime_s = _QUERY_LIFETIME_S if kind in _SHORT_LIVED else _DAY_S
        if self.webhook:
            lifetime_s *= self._time_scale
        update = Update(
            payload=payload,
            kind=kind,
            lane=lane,
            user_id=user_id,
            expires_at=time.time() + lifetime_s,
        )
        self.log.append(update)
        self._lanes.setdefault(lane, deque()).append(update)
        self._go_on(lane)
        return update

    def set_webhook(self, webhook: Webhook | None, *, drop_pending: bool) -> None:
        self._stop_tasks()
        self._end_poll(conflict("terminated by setWebhook request"))
        self.webhook = webhook
        self.webhook_set_at = time.monotonic() if webhook else self.webhook_set_at
        self.last_error = None
        self._connections = Connections(webhook.max_connections if webhook else 1)
        if drop_pending:
            self._lanes.clear()
        for lane in self._lanes:
            self._go_on(lane)

    def register_as(self, other: "Delivery") -> None:
        """The same webhook and kinds of updates, none of the updates."""
        self.set_webhook(other.webhook, drop_pending=True)
        self.webhook_set_at = other.webhook_set_at
        self.allow(other.allowed_updates)

    def allow(self, kinds: list[str] | None) -> None:
        """None keeps the previous choice; an empty list is the default set."""
        if kinds is not None:
            self.allowed_updates = kinds

    def close(self) -> None:
        self._stop_tasks()
        self._end_poll(None)

    async def wait_closed(self) -> None:
        await asyncio.gather(*self._stopping, return_exceptions=True)

    async def get_updates(self, *, offset: int, limit: int, timeout_s: int) -> list[Json]:
        """Long polling; a newer request ends an older one with 409."""
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first"
            )
        self._end_poll(
            conflict(
                "terminated by other getUpdates request;"
                " make sure that only one bot instance is running"
            )
        )
        self._confirm(offset)
        if not self._lanes and timeout_s > 0:
            await self._wait_for_updates(min(timeout_s, _POLL_TIMEOUT_MAX_S))
        return [update.payload for update in self.pending[:limit]]

    async def redeliver(self, update_id: int, *, times: int, parallel: bool) -> list[Attempt]:
        """Send an earlier update again, as Telegram does after an answer that got lost."""
        update = next((update for update in self.log if update.id == update_id), None)
        if update is None or self.webhook is None:
            raise bad_request("no such update, or no webhook to send it to")
        if parallel:
            return list(await asyncio.gather(*(self._attempt(update) for _ in range(times))))
        return [await self._attempt(update) for _ in range(times)]

    def _is_allowed(self, kind: str) -> bool:
        if self.allowed_updates:
            return kind in self.allowed_updates
        return kind not in _ONLY_ON_REQUEST

    def _go_on(self, lane: Hashable) -> None:
        if self.webhook is None:
            self._end_poll(None)
        elif lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._run_lane(lane))

    def _stop_tasks(self) -> None:
        for task in self._tasks.values():
            task.cancel()
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)
        self._tasks.clear()

    async def _run_lane(self, lane: Hashable) -> None:
        queue = self._lanes[lane]
        while queue:
            await self._deliver(queue[0])
            queue.popleft()
        del self._lanes[lane], self._tasks[lane]

    async def _deliver(self, update: Update) -> None:
        """Try until it is taken or would be too old at the next try."""
        while True:
            async with self._connections.one():
                attempt = await self._attempt(update)
                self._connections.note(succeeded=attempt.delivered)
            if attempt.delivered:
                return
            wait_s = self._time_scale * _next_wait_s(update, attempt)
            if time.time() + wait_s > update.expires_at:
                return
            await asyncio.sleep(wait_s)

    async def _attempt(self, update: Update) -> Attempt:
        assert self.webhook is not None  # tasks end with the webhook
        attempt = await self._call_webhook(self.webhook, update.payload)
        update.attempts.append(attempt)
        update.delivered = update.delivered or attempt.delivered
        if attempt.error is not None:
            self.last_error = (int(attempt.at), attempt.error)
        return attempt

    def _confirm(self, offset: int) -> None:
        pending = self.pending
        if offset < 0:
            offset = pending[offset:][0].id if pending else 0
        now = time.time()
        for update in pending:
            if update.id < offset or update.expires_at < now:
                self._forget(update, delivered=update.id < offset)

    def _forget(self, update: Update, *, delivered: bool) -> None:
        update.delivered = delivered
        self._lanes[update.lane].remove(update)
        if not self._lanes[update.lane]:
            del self._lanes[update.lane]

    async def _wait_for_updates(self, timeout_s: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

    def _end_poll(self, refusal: ApiError | None) -> None:
        if self._poll is None or self._poll.done():
            return
        if refusal:
            self._poll.set_exception(refusal)
        else:
            self._poll.set_result(None)


def _next_wait_s(update: Update, attempt: Attempt) -> float:
    """The first failure is tried again at once, later ones after 2, 4, 8 … seconds."""
    if attempt.retry_after_s:
        return min(attempt.retry_after_s, _RETRY_AFTER_MAX_S)
    if len(update.attempts) == 1:
        return 0.0
    update.delay_s = min(update.delay_s * 2, random.uniform(*_WAIT_CAP_S))  # noqa: S311
    return update.delay_s
