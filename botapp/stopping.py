"""Stopping an order at its person's wish: one decision for the chat's button and the mini app."""

from enum import Enum, auto

from django.utils import timezone

from botapp import tasks
from botapp.business import generation
from botapp.providers import registry


class Stopped(Enum):
    """`CANCELLED`: all tokens are back; `ASKED`: the provider is being asked to stop."""

    CANCELLED = auto()
    ASKED = auto()
    TOO_LATE = auto()


def stop(*, user_id: int, generation_id: int) -> Stopped:
    """Cancel an own order that still waits, else have a worker ask the provider, if that can stop.

    Raises OrderNotFoundError.
    """
    own = {"user_id": user_id, "generation_id": generation_id}
    if generation.cancel(**own, now=timezone.now()):
        return Stopped.CANCELLED
    order = generation.get_own(**own)
    can_stop = registry.can_cancel(order.provider)
    if not can_stop or not generation.ask_to_cancel(**own, now=timezone.now()):
        return Stopped.TOO_LATE
    tasks.ring_cancel(generation_id=generation_id)
    return Stopped.ASKED
