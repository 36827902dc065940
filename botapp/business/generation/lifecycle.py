"""An order's steps after it is placed: claimed, asked for, finished or failed, delivered.

Every step is one conditional UPDATE: two workers, a late answer or a repeated ring move nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from botapp.business import balance
from botapp.business.generation.placing import OrderNotFoundError
from botapp.models import AIModel, GenRequest, GenResult, UserSettings

Status = GenRequest.Status

# `error_code` of an order whose picture could not be read; the others are the provider failures.
UNREADABLE_INPUT = "unreadable_input"


def claim(*, generation_id: int, owner: str, now: datetime, lease_s: float) -> GenRequest | None:
    """Take a queued order for submission; None when it is not its turn or somebody has it."""
    moved = GenRequest.objects.due_for_submit(now).filter(pk=generation_id)
    taken = moved.update(
        status=Status.SUBMITTING,
        lease_owner=owner,
        lease_until=now + timedelta(seconds=lease_s),
        submit_attempts=F("submit_attempts") + 1,
        started_at=now,
        updated_at=now,
    )
    return _get(generation_id) if taken else None


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


def accept(
    *,
    generation_id: int,
    provider_job_id: str,
    metadata: Mapping[str, Any],
    poll_at: datetime,
    now: datetime,
) -> bool:
    """The provider took the job: from now on it is polled."""
    return _move(
        generation_id,
        (Status.SUBMITTING,),
        status=Status.PROCESSING,
        provider_job_id=provider_job_id,
        provider_metadata=dict(metadata),
        next_attempt_at=poll_at,
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
    return list(GenRequest.objects.filter(pk__in=ids).select_related("ai_model", "user"))


def poll_again(*, generation_id: int, poll_at: datetime, progress_percent: int | None) -> bool:
    """Not finished yet."""
    return _move(
        generation_id,
        (Status.PROCESSING,),
        next_attempt_at=poll_at,
        progress_percent=progress_percent,
    )


def requeue(*, generation_id: int, at: datetime, attempts_taken: int, now: datetime) -> bool:
    """The provider made nothing; the order waits in the queue until `at`.

    `attempts_taken` is 0 when the provider was merely busy: waiting uses up no attempt.
    """
    return _move(
        generation_id,
        (Status.SUBMITTING,),
        status=Status.QUEUED,
        next_attempt_at=at,
        lease_until=None,
        submit_attempts=F("submit_attempts") - 1 + attempts_taken,
        updated_at=now,
    )


@dataclass(frozen=True)
class StoredFile:
    """One result in storage."""

    index: int
    storage_key: str
    mime_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


def add_result(*, generation_id: int, file: StoredFile) -> None:
    """Record one result; the same index twice is the same result."""
    GenResult.objects.get_or_create(
        request_id=generation_id,
        index=file.index,
        defaults={
            "storage_key": file.storage_key,
            "mime_type": file.mime_type,
            "size_bytes": file.size_bytes,
            "width": file.width,
            "height": file.height,
        },
    )


@transaction.atomic
def finish_generating(*, generation_id: int, now: datetime) -> bool:
    """All results that will come are stored: deliver them, give back the share of the missing."""
    order = GenRequest.objects.select_for_update(no_key=True).get(pk=generation_id)
    if order.status not in (Status.SUBMITTING, Status.PROCESSING):
        return False
    missing = max(order.quantity - order.results.count(), 0)
    if missing == order.quantity:
        raise ValueError(f"order {generation_id} has no results to deliver")
    _move(
        generation_id,
        (order.status,),
        status=Status.DELIVERING,
        next_attempt_at=now,
        refunded=_give_back(order, share(order.cost, missing, order.quantity)),
        processing_time=(now - order.started_at).total_seconds() if order.started_at else None,
        updated_at=now,
    )
    return True


@transaction.atomic
def fail(*, generation_id: int, code: str, detail: str, now: datetime) -> bool:
    """Close the order with an error and give all tokens back, both or neither, once."""
    order = GenRequest.objects.select_for_update(no_key=True).get(pk=generation_id)
    if order.status not in (Status.QUEUED, Status.SUBMITTING, Status.PROCESSING):
        return False
    AIModel.objects.filter(pk=order.ai_model_id).update(total_errors=F("total_errors") + 1)
    return _close(order, Status.ERROR, now=now, error_code=code, error_message=detail)


@transaction.atomic
def cancel(*, user_id: int, generation_id: int, now: datetime) -> bool:
    """The person changed their mind: possible only before the provider has the order."""
    order = (
        GenRequest.objects.select_for_update(no_key=True)
        .filter(pk=generation_id, user_id=user_id)
        .first()
    )
    if order is None:
        raise OrderNotFoundError(str(generation_id))
    if order.status != Status.QUEUED:
        return False
    return _close(order, Status.CANCELLED, now=now)


def claim_delivery(*, generation_id: int, now: datetime, lease_s: float) -> GenRequest | None:
    """Take a generated order for delivery; None when somebody delivers it or it is not its turn."""
    due = GenRequest.objects.due_for_delivery(now).filter(pk=generation_id)
    taken = due.update(
        next_attempt_at=now + timedelta(seconds=lease_s),
        delivery_attempts=F("delivery_attempts") + 1,
    )
    return _get(generation_id) if taken else None


def claim_report(*, generation_id: int, now: datetime, lease_s: float) -> GenRequest | None:
    """Take a failed order to tell its person; None when somebody does or did."""
    due = GenRequest.objects.due_for_report(now).filter(pk=generation_id)
    taken = due.update(next_attempt_at=now + timedelta(seconds=lease_s))
    return _get(generation_id) if taken else None


def mark_reported(*, generation_id: int, now: datetime) -> None:
    """The person knows how the order ended."""
    GenRequest.objects.filter(pk=generation_id, reported_at=None).update(reported_at=now)


def report_again(*, generation_id: int, now: datetime) -> None:
    """The message about the failure may have been overwritten."""
    GenRequest.objects.filter(pk=generation_id, status=Status.ERROR).update(
        reported_at=None, next_attempt_at=now
    )


def deliver_later(*, generation_id: int, at: datetime) -> bool:
    """Telegram is away: the same delivery again at `at`."""
    return _move(generation_id, (Status.DELIVERING,), next_attempt_at=at)


@transaction.atomic
def complete(*, generation_id: int, now: datetime, note: str = "") -> bool:
    """Delivered, or undeliverable for good (`note` says why); counts it in the statistics."""
    moved = _move(
        generation_id,
        (Status.DELIVERING,),
        status=Status.DONE,
        completed_at=now,
        reported_at=now,
        error_message=note,
        updated_at=now,
    )
    if moved:
        _count(_get(generation_id), now)
    return moved


def share(cost: Decimal, missing: int, quantity: int) -> Decimal:
    """The price of `missing` out of `quantity` results, rounded in the person's favour."""
    return min(cost, (cost * missing / quantity).quantize(balance.CENT, ROUND_UP))


def _get(generation_id: int) -> GenRequest:
    return GenRequest.objects.select_related("ai_model", "user__settings").get(pk=generation_id)


def _move(generation_id: int, from_: tuple[str, ...], **changes: Any) -> bool:
    return bool(GenRequest.objects.filter(pk=generation_id, status__in=from_).update(**changes))


def _close(order: GenRequest, status: Status, *, now: datetime, **changes: Any) -> bool:
    return _move(
        order.pk,
        (order.status,),
        status=status,
        refunded=_give_back(order, order.cost),
        next_attempt_at=now,
        completed_at=now,
        updated_at=now,
        **changes,
    )


def _give_back(order: GenRequest, amount: Decimal) -> Decimal:
    if amount > 0 and order.transaction is not None:
        balance.refund(
            charged=order.transaction, amount=amount, key=f"generation:{order.pk}:refund"
        )
    return amount


def _count(order: GenRequest, now: datetime) -> None:
    is_video = order.ai_model.type == AIModel.Type.VIDEO
    made = "total_videos_generated" if is_video else "total_images_generated"
    UserSettings.objects.filter(user_id=order.user_id).update(
        total_generations=F("total_generations") + 1,
        last_generation_at=now,
        **{made: F(made) + order.results.count()},
    )
    took_s = order.processing_time or 0.0
    done = F("total_generations")
    AIModel.objects.filter(pk=order.ai_model_id).update(
        average_generation_time=(F("average_generation_time") * done + took_s) / (done + 1),
        total_generations=done + 1,
    )
