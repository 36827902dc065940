"""The jobs of one stand-in: made at submit, asked for their state by time until they end."""

import asyncio
import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.config import Config
from sandbox.jobs.magic import Magic, Word, Words, pick
from sandbox.jobs.work import Work

_JOBS_KEPT = 5000
_QUEUED_SHARE = 0.15
_PENDING_POLLS_MIN = 2
_BROKEN_POLLS = 3
_PROGRESS_MAX = 99


class Kind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"


class State(StrEnum):
    """What a poll sees. BROKEN: answer 500. UNKNOWN: say a status that nobody knows."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Failure(StrEnum):
    POLICY = "policy"
    PROVIDER = "provider"
    # An input could be accepted but not used.
    INPUT = "input"


_FAILURES = {Word.POLICY_END: Failure.POLICY, Word.FAIL: Failure.PROVIDER}


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """`works` is what it makes; `facts` is whatever the stand-in wants to remember of the call."""

    id: str
    kind: Kind
    model: str
    prompt: str
    words: Words
    works: tuple[Work, ...]
    # Where its caller reaches the sandbox: `base_url(request, config)`.
    base_url: str
    reference: str = ""
    callback_url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    # Makes the job fail whatever its words say.
    flaw: Failure | None = None
    # Filled in by the book.
    created_at: float = 0.0
    starts_at: float = 0.0
    ends_at: float = 0.0
    # When it really ended, and how; 0 and None while it runs.
    ended_at: float = 0.0
    end: State | None = None
    # True once a poll has said how it ended.
    end_was_seen: bool = False
    polls: int = 0
    broken_polls: int = 0
    # Where each work can be fetched, once published.
    paths: tuple[str, ...] = ()
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def failure(self) -> Failure | None:
        """Why it failed or will fail."""
        return self.flaw or pick(self.words, _FAILURES)

    @property
    def has_media(self) -> bool:
        """Whether a finished job has anything to show."""
        return self.failure is None and Word.NO_IMAGE not in self.words

    def finish(self, end: State | None = None) -> None:
        """End it now: as it was going to end, or as told. The first end stays."""
        if self.end is None:
            planned = State.FAILED if self.failure else State.DONE
            self.end = end or planned
            self.ended_at = time.time()
            self.ended.set()


@dataclass(frozen=True, slots=True)
class Look:
    """One poll's view. `progress` is 0..100; `held` says that it still waits for a free slot."""

    state: State
    progress: int
    held: bool = False


class Book:
    """`slots` is how many jobs run at once; the others wait their turn. None is no limit.

    With `slots_per_model` every model has as many slots of its own.
    """

    def __init__(
        self, config: Config, *, slots: int | None = None, slots_per_model: bool = False
    ) -> None:
        self.magic = Magic()
        self._config = config
        self._slots = slots
        self._slots_per_model = slots_per_model
        self._jobs: dict[str, Job] = {}
        self._by_reference: dict[str, Job] = {}
        # The jobs that are not over by the clock, the first to end first; the id breaks ties.
        self._running: list[tuple[float, str, Job]] = []

    def add(self, job: Job) -> Job:
        """Take a job in and start its clock."""
        job.created_at = time.time()
        job.starts_at = self._next_start(job)
        job.ends_at = job.starts_at + self._duration_s(job)
        heapq.heappush(self._running, (job.ends_at, job.id, job))
        self._jobs[job.id] = job
        if job.reference:
            self._by_reference[job.reference] = job
        if len(self._jobs) > _JOBS_KEPT:
            self.forget(next(iter(self._jobs.values())))
        return job

    def look(self, job: Job) -> Look:
        """Answer one poll. Counts: two polls at least see a job that has not ended."""
        if Word.POLL_BREAKS in job.words and job.broken_polls < _BROKEN_POLLS:
            job.broken_polls += 1
            return Look(State.BROKEN, 0)
        job.polls += 1
        if Word.UNKNOWN_STATUS in job.words and job.polls == 1:
            return Look(State.UNKNOWN, 0)
        look = self.peek(job)
        if job.end is not None:
            job.end_was_seen = True
            job.seen.set()
        return look

    def peek(self, job: Job) -> Look:
        """The state as a list or a callback tells it: no poll, no misfortune."""
        now = time.time()
        if job.end is None and now >= job.ends_at and self._was_polled_enough(job):
            job.finish()
        if job.end is not None:
            return Look(job.end, 100 if job.end is State.DONE else 0)
        return _pending(job, now)

    def cancel(self, job: Job) -> bool:
        """False when it had ended before."""
        self.peek(job)
        if job.end is not None:
            return False
        job.finish(State.CANCELLED)
        return True

    def forget(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        if self._by_reference.get(job.reference) is job:
            del self._by_reference[job.reference]

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def find_by_reference(self, reference: str) -> Job | None:
        return self._by_reference.get(reference)

    def newest_first(self) -> Iterator[Job]:
        return reversed(self._jobs.values())

    def count_running(self) -> int:
        """Jobs that are neither over by the clock nor cancelled, those waiting for a slot too."""
        return len(self._rivals(time.time()))

    def reset(self) -> None:
        self.magic.reset()
        self._jobs.clear()
        self._by_reference.clear()
        self._running.clear()

    def _next_start(self, job: Job) -> float:
        if self._slots is None:
            return job.created_at
        rivals = self._rivals(job.created_at)
        if self._slots_per_model:
            rivals = [rival for rival in rivals if rival.model == job.model]
        if len(rivals) < self._slots:
            return job.created_at
        return sorted(rival.ends_at for rival in rivals)[len(rivals) - self._slots]

    def _rivals(self, now: float) -> list[Job]:
        while self._running and self._running[0][0] <= now:
            heapq.heappop(self._running)
        return [job for _, _, job in self._running if job.end is None]

    def _duration_s(self, job: Job) -> float:
        if Word.FAST in job.words:
            return 0.0
        config = self._config
        usual = config.image_job_s if job.kind is Kind.IMAGE else config.video_job_s
        return config.job_time_scale * (config.slow_job_s if Word.SLOW in job.words else usual)

    @staticmethod
    def _was_polled_enough(job: Job) -> bool:
        if Word.NEVER in job.words:
            return False
        return Word.FAST in job.words or job.polls > _PENDING_POLLS_MIN


def _pending(job: Job, now: float) -> Look:
    if now < job.starts_at:
        return Look(State.QUEUED, 0, held=True)
    length = job.ends_at - job.starts_at
    share = 1.0 if length <= 0 else min(1.0, (now - job.starts_at) / length)
    if share < _QUEUED_SHARE or (share >= 1.0 and job.polls <= 1):
        return Look(State.QUEUED, 0)
    return Look(State.RUNNING, min(_PROGRESS_MAX, round(100 * share)))
