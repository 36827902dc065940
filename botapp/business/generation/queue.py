"""The row is the queue: who is served next, who holds an order, and when it is looked at again.

Fair between people: whoever has the fewest orders at providers is served first. A provider takes
only so many jobs at once; the others wait here, where they can still be cancelled.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from botapp.business.generation import trail
from botapp.business.generation.limits import AT_PROVIDERS_MAX
from botapp.business.generation.moving import get, move
from botapp.models import GenRequest

Status = GenRequest.Status

# Any constant number: whoever counts free places at providers holds this lock of Postgres.
CLAIMING = 7_114_021


@dataclass(frozen=True)
class Places:
    """How many jobs each provider takes at once; `usual` where nothing else is said."""

    usual: int
    by_provider: Mapping[str, int]

    def of(self, provider: str) -> int:
        return self.by_provider.get(provider, self.usual)


def claim_next(
    *, kind: str, owner: str, now: datetime, lease_s: float, places: Places
) -> GenRequest | None:
    """Take the fairest queued order of this kind (image, video); None when none may go now."""
    with transaction.atomic():
        _stand_in_line()
        line = next_in_line(kind=kind, now=now, places=places)
        # Its person may cancel an order between the look and the move.
        while (chosen := line.first()) is not None:
            if move(
                chosen.pk,
                (Status.QUEUED,),
                status=Status.SUBMITTING,
                lease_owner=owner,
                lease_until=now + timedelta(seconds=lease_s),
                submit_attempts=F("submit_attempts") + 1,
                # Nothing is sent yet: see `take_route`.
                reference="",
                started_at=now,
                updated_at=now,
            ):
                break
    return get(chosen.pk) if chosen is not None else None


def next_in_line(*, kind: str, now: datetime, places: Places) -> QuerySet[GenRequest]:
    """Queued orders that may go to their provider now, the fairest first."""
    own_at_work = (
        GenRequest.objects.filter(user_id=OuterRef("user_id"), status__in=GenRequest.AT_PROVIDER)
        .order_by()
        .values("user_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        GenRequest.objects.due_for_submit(now)
        .filter(ai_model__type=kind)
        .exclude(provider__in=_full(places))
        .annotate(at_work=Coalesce(Subquery(own_at_work, output_field=IntegerField()), 0))
        .filter(at_work__lt=AT_PROVIDERS_MAX)
        .order_by("at_work", "pk")
    )


def count_ahead(order: GenRequest) -> int:
    """How many orders of the same kind were placed before this one and still wait."""
    return GenRequest.objects.filter(
        status=Status.QUEUED, ai_model__type=order.ai_model.type, pk__lt=order.pk
    ).count()


def renew_leases(*, ids: Collection[int], owner: str, now: datetime, lease_s: float) -> int:
    """Say that this worker is alive and works on these orders; returns how many it still holds."""
    held = GenRequest.objects.filter(
        pk__in=ids, status=Status.SUBMITTING, lease_owner=owner, lease_until__gt=now
    )
    return held.update(lease_until=now + timedelta(seconds=lease_s))


def release(*, generation_id: int, owner: str, now: datetime) -> None:
    """End the lease of an order this worker leaves without having moved it."""
    GenRequest.objects.filter(pk=generation_id, status=Status.SUBMITTING, lease_owner=owner).update(
        lease_until=now
    )


def lock_abandoned(*, generation_id: int, now: datetime) -> GenRequest | None:
    """The order, kept from its worker until the caller's transaction ends; None when the worker
    has moved it, or somebody else settles it."""
    abandoned = GenRequest.objects.abandoned(now).filter(pk=generation_id)
    locked = abandoned.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return locked.select_related("ai_model").first()


def take_route(
    order: GenRequest, *, provider: str, model: str, reference: str, now: datetime
) -> bool:
    """Say, before the request leaves, which provider is asked and under which number.

    False when the order has ended, or another worker has claimed it since: nobody may be asked.
    """
    # Should the answer be lost, this is all that is known of the job.
    known = {"model": model, "mode": order.generation_type}
    own = GenRequest.objects.filter(
        pk=order.pk, status=Status.SUBMITTING, started_at=order.started_at
    )
    taken = own.update(
        provider=provider,
        model=model,
        reference=reference,
        provider_job_id="",
        provider_metadata=known,
        updated_at=now,
    )
    if not taken:
        return False
    order.provider, order.model, order.reference = provider, model, reference
    order.provider_job_id, order.provider_metadata = "", known
    trail.record(order, trail.Kind.SUBMITTED, detail=reference)
    return True


def requeue(*, generation_id: int, at: datetime, attempts_taken: int, now: datetime) -> bool:
    """The provider made nothing; the order waits in the queue until `at`.

    `attempts_taken` is 0 when the provider was merely busy: waiting uses up no attempt.
    """
    return move(
        generation_id,
        (Status.SUBMITTING,),
        status=Status.QUEUED,
        next_attempt_at=at,
        lease_until=None,
        submit_attempts=F("submit_attempts") - 1 + attempts_taken,
        updated_at=now,
    )


def accept(
    *,
    generation_id: int,
    provider_job_id: str,
    metadata: Mapping[str, Any],
    poll_at: datetime,
    now: datetime,
) -> bool:
    """The provider took the job, or it was found again: from now on it is polled."""
    unknown = Q(status=Status.SUBMITTING) | Q(status=Status.PROCESSING, provider_job_id="")
    return bool(
        GenRequest.objects.filter(unknown, pk=generation_id).update(
            status=Status.PROCESSING,
            provider_job_id=provider_job_id,
            provider_metadata=dict(metadata),
            next_attempt_at=poll_at,
            updated_at=now,
        )
    )


def search(*, generation_id: int, ask_at: datetime, now: datetime) -> bool:
    """The submit's answer is lost: the order is processed, under a job id yet to be found."""
    return move(
        generation_id,
        (Status.SUBMITTING,),
        status=Status.PROCESSING,
        next_attempt_at=ask_at,
        lease_until=None,
        updated_at=now,
    )


def claim_due_polls(*, now: datetime, limit: int, lease_s: float) -> list[GenRequest]:
    """Orders whose poll is due; each is kept from other pollers for `lease_s`."""
    with transaction.atomic():
        due = GenRequest.objects.due_for_poll(now).order_by("next_attempt_at")
        ids = list(
            due.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[
                :limit
            ]
        )
        GenRequest.objects.filter(pk__in=ids).update(
            next_attempt_at=now + timedelta(seconds=lease_s), poll_attempts=F("poll_attempts") + 1
        )
    return list(GenRequest.objects.filter(pk__in=ids).select_related("ai_model", "user__settings"))


def hold_poll(order: GenRequest, *, now: datetime, lease_s: float) -> bool:
    """Go on with an order as its poller left it; False when another poller has claimed it since,
    a callback asks for a new poll, or it has ended."""
    held = GenRequest.objects.at_provider_or_late().filter(
        pk=order.pk, next_attempt_at=order.next_attempt_at
    )
    return bool(held.update(next_attempt_at=now + timedelta(seconds=lease_s)))


@dataclass(frozen=True)
class PollAgain:
    """A job that is not finished: when to ask again, and how far it is."""

    generation_id: int
    at: datetime
    progress_percent: int | None = None


def poll_again(again: Collection[PollAgain]) -> int:
    """Plan the next polls of many orders in few statements; ended orders stay as they are.

    Returns how many were planned.
    """
    planned = 0
    by_plan: dict[tuple[datetime, int | None], list[int]] = {}
    for item in again:
        by_plan.setdefault((item.at, item.progress_percent), []).append(item.generation_id)
    for (at, percent), ids in by_plan.items():
        changes: dict[str, Any] = {"next_attempt_at": at}
        if percent is not None:
            changes["progress_percent"] = percent
        waiting = GenRequest.objects.at_provider_or_late().filter(pk__in=ids)
        planned += waiting.update(**changes)
    return planned


def hear(*, generation_id: int, reference: str, provider_job_id: str, now: datetime) -> bool:
    """A provider's callback about an attempt: look at it at once; its job id may have been lost.

    False for an attempt that is not the order's present one.
    """
    order = GenRequest.objects.filter(pk=generation_id, reference=reference).first()
    if order is None or not reference:
        return False
    if order.provider_job_id in ("", provider_job_id):
        GenRequest.objects.at_provider_or_late(submitting=True).filter(
            pk=generation_id, reference=reference
        ).update(provider_job_id=provider_job_id, next_attempt_at=now)
        order.provider_job_id = provider_job_id
        trail.record(order, trail.Kind.CALLBACK)
    return True


def _full(places: Places) -> list[str]:
    """Providers that have as many of our jobs as they take."""
    at_work = (
        GenRequest.objects.filter(status__in=GenRequest.AT_PROVIDER)
        .order_by()
        .values_list("provider")
        .annotate(count=Count("pk"))
    )
    return [provider for provider, count in at_work if count >= places.of(provider)]


def _stand_in_line() -> None:
    """One claim at a time, so that two never take the same last place; SQLite writes so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
