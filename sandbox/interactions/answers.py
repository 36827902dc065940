"""The interaction as it is answered (notes, section 1.8)."""

from datetime import UTC, datetime
from typing import Any

from sandbox.interactions.body import Body
from sandbox.jobs import Failure, Job, Kind, State

STATUSES = {
    State.QUEUED: "queued",
    State.RUNNING: "in_progress",
    State.DONE: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    # No revision of the API knows it.
    State.UNKNOWN: "pondering",
}
_ERRORS = {
    Failure.POLICY: {
        "code": "content_policy",
        "message": "The result was blocked by the safety policy.",
    },
    Failure.PROVIDER: {"code": "internal", "message": "The generation failed."},
    Failure.INPUT: {"code": "invalid_input", "message": "The input cannot be used."},
}
# Five seconds of a film were billed as 28960 tokens.
_TOKENS_PER_SECOND = 5792
_TOKENS_PER_IMAGE = 1120
_CHARACTERS_PER_TOKEN = 4


def write_interaction(job: Job, state: State, made: list[dict[str, Any]]) -> dict[str, Any]:
    """`made` is the content of the model's step; an ended job without it made nothing."""
    body: Body = job.facts["body"]
    interaction: dict[str, Any] = {
        "id": job.id,
        "object": "interaction",
        "model": job.model,
        "status": STATUSES[state],
        "created": timestamp(job.created_at),
        "updated": timestamp(job.ended_at or job.created_at),
        "steps": [{"type": "user_input", "content": [{"type": "text", "text": body.text}]}],
    }
    if body.labels:
        interaction["labels"] = body.labels
    if body.previous_id:
        interaction["previous_interaction_id"] = body.previous_id
    if state is State.UNKNOWN:
        interaction["mood"] = {"confidence": 0.5}
    if state is State.FAILED and (error := find_error(job)):
        interaction["errors"] = [error]
    if state is State.DONE:
        interaction["usage"] = _usage(job, body, made)
        if made:
            thought = {"type": "thought", "signature": "c2FuZGJveA=="}
            interaction["steps"] += [thought, {"type": "model_output", "content": made}]
    return interaction


def find_error(job: Job) -> dict[str, str] | None:
    return _ERRORS[job.failure] if job.failure else None


def timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _usage(job: Job, body: Body, made: list[dict[str, Any]]) -> dict[str, Any]:
    asked = 1 + len(body.text) // _CHARACTERS_PER_TOKEN
    modality = "video" if job.kind is Kind.VIDEO else "image"
    made_it = any(content["type"] == modality for content in made)
    answered = job.facts["tokens"] if made_it else 0
    usage: dict[str, Any] = {
        "total_input_tokens": asked,
        "total_output_tokens": answered,
        "total_thought_tokens": 0,
        "total_tokens": asked + answered,
    }
    if answered:
        usage["output_tokens_by_modality"] = [{"modality": modality, "tokens": answered}]
    return usage


def tokens_of_film(seconds: float) -> int:
    return round(_TOKENS_PER_SECOND * seconds)


def tokens_of_picture() -> int:
    return _TOKENS_PER_IMAGE
