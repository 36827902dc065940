"""A person's own orders, page by page, as the mini app shows them."""

from django.db.models import QuerySet

from botapp.business.generation import OrderNotFoundError
from botapp.models import GenRequest


def page(
    *, user_id: int, kind: str | None, before: int | None, limit: int
) -> tuple[list[GenRequest], int | None]:
    """The latest orders older than `before`, and what to ask the next page with; None at the end.

    What the person took out of their history is left out.
    """
    own = _own(user_id).filter(hidden_at=None).order_by("-pk")
    if kind is not None:
        own = own.filter(ai_model__type=kind)
    if before is not None:
        own = own.filter(pk__lt=before)
    found = list(own[: limit + 1])
    shown = found[:limit]
    return shown, shown[-1].pk if len(found) > limit else None


def get(*, user_id: int, generation_id: int) -> GenRequest:
    """One own order with its results. Raises OrderNotFoundError."""
    order = _own(user_id).filter(pk=generation_id).first()
    if order is None:
        raise OrderNotFoundError(str(generation_id))
    return order


def _own(user_id: int) -> QuerySet[GenRequest]:
    own = GenRequest.objects.filter(user_id=user_id)
    return own.select_related("ai_model").prefetch_related("results")
