"""An order's ends: generated and delivered, failed, cancelled, or late; refunded exactly once.

Every step is one conditional UPDATE: two workers, a late answer or a repeated ring move nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from botapp.business import balance
from botapp.business.generation import trail
from botapp.business.generation.errors import OrderNotFoundError
from botapp.business.generation.moving import get, move
from botapp.models import AIModel, GenRequest, GenResult, UserSettings

Status = GenRequest.Status

# `error_code` of an order whose input could not be read, or is none for its model, or whose result
# the storage has lost; the others are the provider failures.
UNREADABLE_INPUT = "unreadable_input"
UNFIT_INPUT = "unfit_input"
LOST_RESULT = "lost_result"
# How long, and how often, a job that was given up is still asked for its result.
LATE_FOR = timedelta(hours=24)
LATE_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class StoredFile:
    """One result in storage."""

    index: int
    storage_key: str
    mime_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    thumbnail_key: str = ""


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
            "duration_s": file.duration_s,
            "thumbnail_key": file.thumbnail_key,
        },
    )


@transaction.atomic
def finish_generating(
    *, generation_id: int, now: datetime, cost_usd: Decimal | None = None
) -> bool:
    """All results that will come are stored: deliver them, give back the share of the missing.

    `cost_usd` is what the provider took. A late result changes no money: all was given back.
    """
    order = GenRequest.objects.select_for_update(no_key=True).get(pk=generation_id)
    is_late = order.status == Status.ERROR and order.late_until is not None
    if order.status not in GenRequest.AT_PROVIDER and not is_late:
        return False
    stored = order.results.count()
    if not stored:
        raise ValueError(f"order {generation_id} has no results to deliver")
    missing = max(order.results_expected - stored, 0)
    refunded = (
        order.refunded
        if is_late
        else _give_back(order, share(order.cost, missing, order.results_expected))
    )
    move(
        generation_id,
        (order.status,),
        status=Status.DELIVERING,
        next_attempt_at=now,
        refunded=refunded,
        provider_cost_usd=cost_usd,
        late_until=None,
        # A late final is free, and its draft may have another one by now.
        upgrades=None if is_late else order.upgrades_id,
        processing_time=(now - order.started_at).total_seconds() if order.started_at else None,
        updated_at=now,
    )
    kind = trail.Kind.LATE if is_late else trail.Kind.GENERATED
    trail.record(order, kind, cost_usd=cost_usd, detail=f"{stored}/{order.results_expected}")
    return True


@transaction.atomic
def fail(
    *, generation_id: int, code: str, detail: str, now: datetime, may_be_late: bool = False
) -> bool:
    """Close the order with an error and give all tokens back, both or neither, once.

    A job that only took too long is still asked for a day: `may_be_late`. `detail` is for
    operators and stays on the order.
    """
    order = GenRequest.objects.select_for_update(no_key=True).get(pk=generation_id)
    if order.status not in (Status.QUEUED, *GenRequest.AT_PROVIDER):
        return False
    late_until = now + LATE_FOR if may_be_late and order.provider_job_id else None
    return _fail(order, code, detail, now=now, late_until=late_until)


@transaction.atomic
def lose(*, generation_id: int, detail: str, now: datetime) -> bool:
    """The storage has lost what was made before anybody saw it: an error, all is given back.

    False when something was shown, or a part is given back already: a person must look.
    """
    order = GenRequest.objects.select_for_update(no_key=True).get(pk=generation_id)
    shown = ~Q(preview_file_id="") | Q(document_message_id__isnull=False)
    is_whole = not order.refunded and not order.results.filter(shown).exists()
    if order.status != Status.DELIVERING or not is_whole:
        return False
    return _fail(order, LOST_RESULT, detail, now=now)


def forget_late(*, generation_id: int) -> None:
    """The given up job will bring nothing."""
    move(generation_id, (Status.ERROR,), late_until=None)


@transaction.atomic
def cancel(*, user_id: int, generation_id: int, now: datetime) -> bool:
    """The person changed their mind before the provider had the order: True, all is given back.

    False when it is not queued any more; see `ask_to_cancel`.
    """
    order = _lock_own(user_id=user_id, generation_id=generation_id)
    if order.status != Status.QUEUED:
        return False
    trail.record(order, trail.Kind.CANCELLED)
    return _close(order, Status.CANCELLED, now=now)


@transaction.atomic
def ask_to_cancel(*, user_id: int, generation_id: int, now: datetime) -> bool:
    """The provider works on it: note the wish, for a worker to ask the provider. Once an order."""
    order = _lock_own(user_id=user_id, generation_id=generation_id)
    if order.status != Status.PROCESSING or not order.provider_job_id:
        return False
    if order.cancel_requested_at is None:
        move(order.pk, (Status.PROCESSING,), cancel_requested_at=now)
        trail.record(order, trail.Kind.CANCEL_ASKED)
    return True


@transaction.atomic
def cancel_at_provider(*, generation_id: int, now: datetime) -> bool:
    """The provider stopped the job and takes nothing: all is given back."""
    order = GenRequest.objects.select_for_update(no_key=True).get(pk=generation_id)
    if order.status != Status.PROCESSING:
        return False
    trail.record(order, trail.Kind.CANCELLED)
    return _close(order, Status.CANCELLED, now=now)


def share(cost: Decimal, missing: int, quantity: int) -> Decimal:
    """The price of `missing` out of `quantity` results, rounded in the person's favour."""
    return min(cost, (cost * missing / quantity).quantize(balance.CENT, ROUND_UP))


@transaction.atomic
def complete(*, generation_id: int, now: datetime, note: str = "") -> bool:
    """Delivered, or undeliverable for good (`note` says why); counts it in the statistics."""
    moved = move(
        generation_id,
        (Status.DELIVERING,),
        status=Status.DONE,
        completed_at=now,
        reported_at=now,
        error_message=note,
        updated_at=now,
    )
    if moved:
        order = get(generation_id)
        trail.record(order, trail.Kind.DELIVERED, detail=note)
        _count(order, now)
    return moved


def _lock_own(*, user_id: int, generation_id: int) -> GenRequest:
    own = GenRequest.objects.select_for_update(no_key=True)
    order = own.filter(pk=generation_id, user_id=user_id).first()
    if order is None:
        raise OrderNotFoundError(str(generation_id))
    return order


def _fail(
    order: GenRequest, code: str, detail: str, *, now: datetime, late_until: datetime | None = None
) -> bool:
    AIModel.objects.filter(pk=order.ai_model_id).update(total_errors=F("total_errors") + 1)
    trail.record(order, trail.Kind.FAILED, detail=code)
    return _close(
        order,
        Status.ERROR,
        now=now,
        error_code=code,
        error_message=detail,
        late_until=late_until,
    )


def _close(order: GenRequest, status: Status, *, now: datetime, **changes: Any) -> bool:
    return move(
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
        trail.record(order, trail.Kind.REFUNDED, detail=f"{amount} ⚡")
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
