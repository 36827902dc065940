"""How an order's end reaches its person: whose turn it is, and what is still to be told."""

from datetime import datetime, timedelta

from django.db.models import Case, F, When

from botapp.business.generation.moving import get, move
from botapp.business.generation.settling import LATE_EVERY
from botapp.models import GenRequest

Status = GenRequest.Status


def claim_delivery(*, generation_id: int, now: datetime, lease_s: float) -> GenRequest | None:
    """Take a generated order for delivery; None when somebody delivers it or it is not its turn."""
    due = GenRequest.objects.due_for_delivery(now).filter(pk=generation_id)
    taken = due.update(
        next_attempt_at=now + timedelta(seconds=lease_s),
        delivery_attempts=F("delivery_attempts") + 1,
    )
    return get(generation_id) if taken else None


def deliver_later(*, generation_id: int, at: datetime) -> bool:
    """Telegram is away: the same delivery again at `at`."""
    return move(generation_id, (Status.DELIVERING,), next_attempt_at=at)


def claim_report(*, generation_id: int, now: datetime, lease_s: float) -> GenRequest | None:
    """Take a failed or cancelled order to tell its person; None when somebody does or did."""
    due = GenRequest.objects.due_for_report(now).filter(pk=generation_id)
    taken = due.update(next_attempt_at=now + timedelta(seconds=lease_s))
    return get(generation_id) if taken else None


def mark_reported(*, generation_id: int, now: datetime) -> None:
    """The person knows how the order ended; a job given up is asked for later, if at all."""
    GenRequest.objects.filter(pk=generation_id, reported_at=None).update(
        reported_at=now,
        next_attempt_at=Case(
            When(late_until__isnull=False, then=now + LATE_EVERY), default=F("next_attempt_at")
        ),
    )


def report_again(*, generation_id: int, now: datetime) -> None:
    """The message about the failure or the cancellation may have been overwritten."""
    GenRequest.objects.filter(pk=generation_id, status__in=(Status.ERROR, Status.CANCELLED)).update(
        reported_at=None, next_attempt_at=now
    )
