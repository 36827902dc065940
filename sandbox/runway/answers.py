"""Task objects (facts: provider notes, section 5)."""

from datetime import UTC, datetime
from typing import Any

from sandbox.jobs import Failure, Job, Look, State, Word

_FAILURES = {
    Failure.PROVIDER: ("INTERNAL.BAD_OUTPUT.CODE01", "An unexpected error occurred."),
    Failure.INPUT: ("ASSET.INVALID", "The provided asset could not be used."),
}
_BLOCKED_INPUT = ("SAFETY.INPUT.TEXT", "The input was rejected by content moderation.")
_BLOCKED_OUTPUT = ("SAFETY.OUTPUT.VIDEO", "The output was rejected by content moderation.")
_STATUSES = {
    State.QUEUED: "PENDING",
    State.RUNNING: "RUNNING",
    State.DONE: "SUCCEEDED",
    State.FAILED: "FAILED",
    State.CANCELLED: "CANCELLED",
    State.UNKNOWN: "PONDERING",
}


def task_as_json(job: Job, look: Look, urls: list[str]) -> dict[str, Any]:
    status = "THROTTLED" if look.held else _STATUSES[look.state]
    shown: dict[str, Any] = {"id": job.id, "status": status, "createdAt": _moment(job.created_at)}
    if job.end is None:
        shown["estimatedCost"] = {"credits": job.facts["credits"]}
    else:
        shown["cost"] = {"credits": final_cost(job)}
    match look.state:
        case State.RUNNING:
            shown["progress"] = look.progress / 100
        case State.DONE:
            shown["output"] = urls
        case State.FAILED:
            shown["failureCode"], shown["failure"] = _failure(job)
        case State.UNKNOWN:
            shown["mood"] = {"thoughtful": True}
    return shown


def final_cost(job: Job) -> int:
    """What an ended task costs: what was blocked at the entrance is not given back."""
    paid = job.end is State.DONE or _was_blocked_at_the_entrance(job)
    return int(job.facts["credits"]) if paid else 0


def _failure(job: Job) -> tuple[str, str]:
    if job.failure is Failure.POLICY or job.failure is None:
        return _BLOCKED_INPUT if _was_blocked_at_the_entrance(job) else _BLOCKED_OUTPUT
    return _FAILURES[job.failure]


def _was_blocked_at_the_entrance(job: Job) -> bool:
    return Word.POLICY in job.words


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
