"""What a person has made: one work at a time, the newest first."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from botapp.business import generation
from botapp.catalog import Kind
from botapp.models import GenRequest, GenResult


@dataclass(frozen=True)
class Page:
    """A work with its results, and which works stand beside it."""

    order: GenRequest
    results: tuple[GenResult, ...]
    newer_id: int | None
    older_id: int | None


def page(*, user_id: int, kind: Kind | None = None, at: int | None = None) -> Page | None:
    """The work `at`, or the nearest to it that is left; the newest when nothing is asked.

    None when there is nothing of the kind. Neighbours are found by id: however long the history
    is, it is the same few queries.
    """
    works = _works(user_id, kind)
    order = _nearest(works.select_related("ai_model"), at)
    if order is None:
        return None
    newer = works.filter(pk__gt=order.pk).order_by("pk").values_list("pk", flat=True)
    older = works.filter(pk__lt=order.pk).order_by("-pk").values_list("pk", flat=True)
    return Page(order, tuple(order.results.all()), newer.first(), older.first())


def get_work(*, user_id: int, generation_id: int) -> tuple[GenRequest, tuple[GenResult, ...]]:
    """An own work with all that it is made of. Raises OrderNotFoundError."""
    works = _works(user_id, None).select_related("ai_model")
    order = works.filter(pk=generation_id).first()
    if order is None:
        raise generation.OrderNotFoundError(str(generation_id))
    return order, tuple(order.results.all())


def show_again(*, user_id: int, generation_id: int) -> None:
    """A work that was hidden; erased ones have no words any more and stay where they are."""
    hidden = GenRequest.objects.filter(pk=generation_id, user_id=user_id).exclude(prompt="")
    hidden.update(hidden_at=None)


def _works(user_id: int, kind: Kind | None) -> QuerySet[GenRequest]:
    done = Q(user_id=user_id, status=GenRequest.Status.DONE, hidden_at=None)
    of_kind = Q(ai_model__type=kind) if kind is not None else Q()
    return GenRequest.objects.filter(done & of_kind)


def _nearest(works: QuerySet[GenRequest], at: int | None) -> GenRequest | None:
    if at is None:
        return works.order_by("-pk").first()
    older = works.filter(pk__lte=at).order_by("-pk").first()
    return older or works.filter(pk__gt=at).order_by("pk").first()
