"""What a person thinks of an order, and that they want it out of their sight."""

from datetime import datetime

from botapp.business.generation.errors import OrderNotFoundError
from botapp.business.generation.placing import get_kept, get_own
from botapp.models import GenRequest, GenResult


def rate(*, user_id: int, generation_id: int, is_liked: bool) -> GenRequest:
    """The latest word counts; OrderNotFoundError for anybody else's order."""
    order = get_own(user_id=user_id, generation_id=generation_id)
    GenRequest.objects.filter(pk=order.pk).update(is_liked=is_liked)
    order.is_liked = is_liked
    return order


def hide(*, user_id: int, generation_id: int, now: datetime) -> list[int] | None:
    """Out of the history: the messages that show the order; None while it is still at work."""
    order = get_own(user_id=user_id, generation_id=generation_id)
    if order.status in GenRequest.WORKING:
        return None
    GenRequest.objects.filter(pk=order.pk, hidden_at=None).update(hidden_at=now)
    return _messages(order)


def list_indexes(*, user_id: int, generation_id: int, message_id: int) -> list[int]:
    """The results of an own order that a message may be about: the one it shows, else all."""
    order = get_kept(user_id=user_id, generation_id=generation_id)
    results = list(order.results.all())
    if not results:
        raise OrderNotFoundError(str(generation_id))
    shown = [one.index for one in results if one.preview_message_id == message_id]
    return shown or [one.index for one in results]


def _messages(order: GenRequest) -> list[int]:
    shown = GenResult.objects.filter(request=order).values_list(
        "preview_message_id", "document_message_id"
    )
    found = {message_id for pair in shown for message_id in pair} | {order.status_message_id}
    return sorted(message_id for message_id in found if message_id is not None)
