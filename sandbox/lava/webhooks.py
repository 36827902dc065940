"""Sends webhooks with Lava's patience and keeps a log of every attempt (facts: A7)."""

import asyncio
import base64
import itertools
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.lava.settings import Settings

# "1 s, 5 s, 15 s, then 11 x 1 min, then 5 x 1 h", each counted from the previous attempt.
PAUSES_S = (1, 5, 15, *(60,) * 11, *(3600,) * 5)
_REDIRECT_MAX = 399


@dataclass(frozen=True, slots=True)
class Attempt:
    at: float
    took_ms: float
    status: int | None
    error: str | None

    @property
    def succeeded(self) -> bool:
        """2xx and 3xx count as delivered."""
        return self.status is not None and self.status <= _REDIRECT_MAX

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "took_ms": self.took_ms,
            "status": self.status,
            "error": self.error,
        }


@dataclass(slots=True, kw_only=True)
class Delivery:
    """`state` is pending, delivered, given_up, or skipped when nobody listens."""

    id: int
    contract_id: str
    url: str
    headers: dict[str, str]
    body: str
    state: str = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "contract_id": self.contract_id,
            "url": self.url,
            "headers": self.headers,
            "body": self.body,
            "state": self.state,
            "attempts": [attempt.as_json() for attempt in self.attempts],
        }


class WebhookSender:
    def __init__(self, timeout_s: float) -> None:
        self.deliveries: list[Delivery] = []
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids = itertools.count(1)

    def send(
        self, body: str, *, contract_id: str, settings: Settings, api_key: str | None = None
    ) -> Delivery:
        """Start a delivery with all its retries; skipped when webhooks are off."""
        delivery = Delivery(
            id=next(self._ids),
            contract_id=contract_id,
            url=settings.webhook_url,
            headers=_headers(settings, api_key),
            body=body,
        )
        self.deliveries.append(delivery)
        if settings.webhook_enabled and settings.webhook_url:
            self._start(self._deliver(delivery, settings.webhook_time_scale))
        else:
            delivery.state = "skipped"
            delivery.tried.set()
        return delivery

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.deliveries.clear()

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery, time_scale: float) -> None:
        try:
            for pause_s in (0, *PAUSES_S):
                await asyncio.sleep(pause_s * time_scale)
                attempt = await self._attempt(delivery)
                delivery.attempts.append(attempt)
                delivery.tried.set()
                if attempt.succeeded:
                    delivery.state = "delivered"
                    return
            delivery.state = "given_up"
        finally:
            delivery.tried.set()

    async def _attempt(self, delivery: Delivery) -> Attempt:
        at, started = time.time(), time.perf_counter()
        status, error = None, None
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.post(
                    delivery.url,
                    data=delivery.body.encode(),
                    headers=delivery.headers,
                    allow_redirects=False,
                ) as response,
            ):
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = repr(failure)
        took_ms = round((time.perf_counter() - started) * 1000, 1)
        return Attempt(at=at, took_ms=took_ms, status=status, error=error)


def _headers(settings: Settings, api_key: str | None) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if settings.webhook_basic:
        credentials = base64.b64encode(settings.webhook_basic.encode()).decode()
        return headers | {"Authorization": f"Basic {credentials}"}
    return headers | {"X-Api-Key": settings.webhook_api_key if api_key is None else api_key}
