"""Predictions as JSON (facts: provider notes, section 7.2)."""

from datetime import UTC, datetime
from typing import Any

from sandbox.jobs import Failure, Job, Look, Media, State, Word

_STATUSES = {
    State.QUEUED: "starting",
    State.RUNNING: "processing",
    State.DONE: "succeeded",
    State.FAILED: "failed",
    State.CANCELLED: "canceled",
    State.UNKNOWN: "pondering",
}
_SENSITIVE = "The input or output was flagged as sensitive. Please try again. (E005)"
_INDECENT = "NSFW content detected. Try running it again, or try a different prompt."
_BROKEN = "Prediction failed: an unexpected error occurred in the model."


def prediction_as_json(job: Job, look: Look, media: Media) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": job.id,
        "model": job.model,
        "version": "hidden",
        "input": job.facts["input"],
        "logs": "",
        "output": _output(job, media) if look.state is State.DONE else None,
        "error": _error(job) if look.state is State.FAILED else None,
        "status": _STATUSES[look.state],
        "created_at": _moment(job.created_at),
        "data_removed": False,
        "urls": _addresses(job),
        "source": "api",
    }
    if job.callback_url:
        shown["webhook"] = job.callback_url
        shown["webhook_events_filter"] = job.facts["events"]
    if look.state is not State.QUEUED:
        shown["started_at"] = _moment(job.starts_at)
    if job.end is not None:
        shown["completed_at"] = _moment(job.ended_at)
        shown["metrics"] = {"predict_time": max(0.0, job.ended_at - job.starts_at)}
    return shown


def _addresses(job: Job) -> dict[str, str]:
    root = f"{job.base_url}/replicate/v1/predictions/{job.id}"
    return {
        "get": root,
        "cancel": f"{root}/cancel",
        "stream": f"{root}/stream",
        "web": f"https://replicate.com/p/{job.id}",
    }


def _output(job: Job, media: Media) -> str | None:
    """These models give one picture, and its bare address."""
    urls = media.urls(job)
    return urls[0] if urls else None


def _error(job: Job) -> str:
    if job.failure is Failure.POLICY:
        return _SENSITIVE if Word.POLICY in job.words else _INDECENT
    return _BROKEN


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
