"""The one way an order's status changes: a conditional UPDATE that says how many rows it moved."""

from typing import Any

from botapp.models import GenRequest


def move(generation_id: int, from_: tuple[str, ...], **changes: Any) -> bool:
    """False when somebody else moved the order first: then nothing happened."""
    return bool(GenRequest.objects.filter(pk=generation_id, status__in=from_).update(**changes))


def get(generation_id: int) -> GenRequest:
    return GenRequest.objects.select_related("ai_model", "user__settings").get(pk=generation_id)
