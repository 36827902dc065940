"""Task objects as each generation shows them (facts: provider notes, sections 4.2, 4.3, 4.5)."""

from typing import Any

from sandbox.jobs import Failure, Job, Look, Media, State

# A task's unit of the resource packs.
USD_PER_UNIT = 0.14
_NEW = {State.QUEUED: "submitted", State.RUNNING: "processing", State.DONE: "succeeded"}
_OLD = _NEW | {State.DONE: "succeed"}
_OTHERS = {State.FAILED: "failed", State.CANCELLED: "failed", State.UNKNOWN: "hatching"}
_REASONS = {
    Failure.POLICY: "Failure to pass the risk control system",
    Failure.PROVIDER: "Generation failed, please try again",
}


def units_of(job: Job) -> float:
    return round(float(job.facts["usd"]) / USD_PER_UNIT, 2)


def new_task(job: Job, look: Look, media: Media) -> dict[str, Any]:
    shown = created(job) | {
        "status": (_NEW | _OTHERS)[look.state],
        "message": _message(job, look),
        "update_time": _milliseconds(job.ended_at or job.created_at),
    }
    if look.state is State.UNKNOWN:
        return shown | {"field_of_next_year": {"wings": 2}}
    if look.state is not State.DONE:
        return shown
    units = str(units_of(job))
    return shown | {
        "outputs": [
            {
                "type": "video",
                "id": f"{job.id}-v",
                "url": url,
                "watermark_url": "",
                "duration": str(job.facts["seconds"]),
            }
            for url in media.urls(job)
        ],
        "billing": [
            {"charge_type": "unit", "amount": units, "package_type": "video", "list_price": units}
        ],
    }


def old_task(job: Job, look: Look, media: Media) -> dict[str, Any]:
    shown = {
        "task_id": job.id,
        "task_status": (_OLD | _OTHERS)[look.state],
        "task_status_msg": _message(job, look),
        "task_info": {"external_task_id": job.reference},
        "created_at": _milliseconds(job.created_at),
        "updated_at": _milliseconds(job.ended_at or job.created_at),
    }
    if look.state is State.UNKNOWN:
        return shown | {"field_of_next_year": {"wings": 2}}
    if look.state is not State.DONE:
        return shown
    length = f"{job.facts['seconds']}.1"
    videos = [{"id": f"{job.id}-v", "url": url, "duration": length} for url in media.urls(job)]
    return shown | {
        "task_result": {"videos": videos},
        "final_unit_deduction": str(units_of(job)),
    }


def created(job: Job) -> dict[str, Any]:
    """The answer to a submit of the new standard."""
    moment = _milliseconds(job.created_at)
    return {
        "id": job.id,
        "status": "submitted",
        "create_time": moment,
        "update_time": moment,
        "external_id": job.reference,
    }


def _message(job: Job, look: Look) -> str:
    return _REASONS[job.failure or Failure.PROVIDER] if look.state is State.FAILED else ""


def _milliseconds(moment: float) -> int:
    return round(moment * 1000)
