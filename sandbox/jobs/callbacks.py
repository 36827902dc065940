"""Tells callers that their jobs ended, as patiently as the provider does, and keeps a log."""

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.config import Config
from sandbox.jobs.book import Job
from sandbox.jobs.magic import Word
from sandbox.jobs.signing import Letter, Signer, old_moment, spoil_signatures

_DELIVERIES_KEPT = 2000
_LATE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a provider calls back. Each pause is counted from the attempt before it."""

    service: str
    write: Callable[[Job], bytes]
    sign: Signer
    pauses_s: tuple[float, ...] = ()
    timeout_s: float = 15.0
    # Also when the job starts to run, not only when it has ended.
    tells_start: bool = False
    success_max: int = 299


@dataclass(slots=True, kw_only=True)
class Delivery:
    """`state` is pending, delivered or given_up; `attempts` are HTTP statuses or error texts."""

    service: str
    job_id: str
    url: str
    letter: Letter
    headers: dict[str, str]
    state: str = "pending"
    attempts: list[int | str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "job_id": self.job_id,
            "url": self.url,
            "id": self.letter.id,
            "timestamp": self.letter.at,
            "headers": self.headers,
            "body": self.letter.body.decode(),
            "state": self.state,
            "attempts": self.attempts,
        }


class Callbacks:
    def __init__(self, config: Config) -> None:
        self.deliveries: deque[Delivery] = deque(maxlen=_DELIVERIES_KEPT)
        self._time_scale = config.webhook_time_scale
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def begin(self, job: Job, manner: Manner) -> None:
        """Call just before answering the submit; does nothing without a callback URL.

        With [[hook-early]] the job has ended and its caller was told when this returns.
        """
        if not job.callback_url or Word.HOOK_NONE in job.words or Word.NEVER in job.words:
            return
        if Word.HOOK_EARLY in job.words:
            job.finish()
            await self._tell(job, manner)
        else:
            self._start(self._follow(job, manner))

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.deliveries.clear()

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _follow(self, job: Job, manner: Manner) -> None:
        if manner.tells_start:
            await asyncio.sleep(max(0.0, job.starts_at - time.time()))
            await self._tell(job, manner)
        await _wait_for_the_end(job)
        if Word.HOOK_LATE in job.words:
            await job.seen.wait()
            await asyncio.sleep(_LATE_S * self._time_scale)
        await self._tell(job, manner)

    async def _tell(self, job: Job, manner: Manner) -> None:
        delivery = self._prepare(job, manner)
        times = 2 if Word.HOOK_TWICE in job.words else 1
        for _ in range(times):
            await self._deliver(delivery, manner)

    def _prepare(self, job: Job, manner: Manner) -> Delivery:
        at = old_moment() if Word.HOOK_OLD in job.words else int(time.time())
        letter = Letter(id=f"msg_{uuid.uuid4().hex}", at=at, body=manner.write(job))
        headers = manner.sign(letter)
        if Word.HOOK_BAD_SIGNATURE in job.words:
            headers = spoil_signatures(headers)
        delivery = Delivery(
            service=manner.service,
            job_id=job.id,
            url=job.callback_url,
            letter=letter,
            headers={"Content-Type": "application/json", **headers},
        )
        self.deliveries.append(delivery)
        return delivery

    async def _deliver(self, delivery: Delivery, manner: Manner) -> None:
        for pause_s in (0.0, *manner.pauses_s):
            await asyncio.sleep(pause_s * self._time_scale)
            outcome = await self._attempt(delivery, manner.timeout_s)
            delivery.attempts.append(outcome)
            if isinstance(outcome, int) and outcome <= manner.success_max:
                delivery.state = "delivered"
                return
        delivery.state = "given_up"

    async def _attempt(self, delivery: Delivery, timeout_s: float) -> int | str:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(
                delivery.url,
                data=delivery.letter.body,
                headers=delivery.headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            return repr(failure)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _wait_for_the_end(job: Job) -> None:
    """Until its time is over or a poll or a cancellation ended it sooner."""
    left_s = max(0.0, job.ends_at - time.time())
    try:
        await asyncio.wait_for(job.ended.wait(), left_s)
    except TimeoutError:
        # A late callback must not end the job: a poll does.
        if Word.HOOK_LATE not in job.words:
            job.finish()
