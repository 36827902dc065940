"""The task objects of midjourney-proxy (facts: provider notes, section 6.2)."""

from enum import StrEnum
from typing import Any

from sandbox.jobs import Failure, Job, Look, Media, State


class Action(StrEnum):
    IMAGINE = "IMAGINE"
    UPSCALE = "UPSCALE"
    VARIATION = "VARIATION"
    REROLL = "REROLL"
    DESCRIBE = "DESCRIBE"
    BLEND = "BLEND"


GRIDS = (Action.IMAGINE, Action.VARIATION, Action.REROLL, Action.BLEND)
_STATUSES = {
    State.QUEUED: "SUBMITTED",
    State.RUNNING: "IN_PROGRESS",
    State.DONE: "SUCCESS",
    State.FAILED: "FAILURE",
    State.CANCELLED: "FAILURE",
    State.UNKNOWN: "HATCHING",
}
_REASONS = {
    Failure.POLICY: "Banned prompt detected: the prompt was flagged by our moderators",
    Failure.PROVIDER: "任务超时",
}


def shown(job: Job, look: Look, media: Media) -> dict[str, Any]:
    urls = media.urls(job) if look.state is State.DONE else []
    return {
        "id": job.id,
        "action": job.facts["action"],
        "status": "NOT_START" if look.held else _STATUSES[look.state],
        "prompt": job.facts.get("answer") if urls and "answer" in job.facts else job.prompt,
        "promptEn": job.prompt,
        "description": f"/{job.facts['action'].lower()} {job.prompt}",
        "state": job.reference,
        "submitTime": _milliseconds(job.created_at),
        "startTime": None if look.held else _milliseconds(job.starts_at),
        "finishTime": _milliseconds(job.ended_at) if job.end else None,
        "progress": f"{look.progress}%",
        "imageUrl": next(iter(urls), None),
        "failReason": _reason(job) if look.state is State.FAILED else None,
        "properties": {"finalPrompt": job.prompt},
    }


def _reason(job: Job) -> str:
    return str(job.facts.get("flaw") or _REASONS[job.failure or Failure.PROVIDER])


def _milliseconds(moment: float) -> int:
    return round(moment * 1000)
