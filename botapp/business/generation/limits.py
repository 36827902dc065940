"""How much one person may ask for: at once, in a row and a day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Sum

from botapp.business.generation.errors import (
    ConfirmationNeededError,
    CoolingDownError,
    DailyLimitError,
    OwnDailyCapError,
    TooManyActiveOrdersError,
)
from botapp.models import AIModel, GenRequest, TextTask, UserSettings

ACTIVE_ORDERS_MAX = 10
# How many of one person's orders providers work on at a time; the others stand in the queue.
AT_PROVIDERS_MAX = 5


def check(*, user_id: int, model: AIModel, now: datetime) -> None:
    """Raises the BusinessError of the first limit met. Failed and cancelled orders don't count."""
    own = GenRequest.objects.filter(user_id=user_id)
    if own.in_progress().count() >= ACTIVE_ORDERS_MAX:
        raise TooManyActiveOrdersError(count_max=ACTIVE_ORDERS_MAX)
    counted = own.filter(ai_model=model).exclude(
        status__in=(GenRequest.Status.ERROR, GenRequest.Status.CANCELLED)
    )
    if model.cooldown_seconds:
        last = counted.order_by("-id").values_list("created_at", flat=True).first()
        wait_s = (
            (last + timedelta(seconds=model.cooldown_seconds) - now).total_seconds() if last else 0
        )
        if wait_s > 0:
            raise CoolingDownError(wait_s=wait_s)
    if model.daily_limit is not None:
        today = counted.filter(created_at__gt=now - timedelta(days=1))
        if today.count() >= model.daily_limit:
            raise DailyLimitError(count_max=model.daily_limit)


def check_own(*, user_id: int, price: Decimal, now: datetime) -> None:
    """The person's own limit a day (UTC), counted without what came back.

    Raises OwnDailyCapError.
    """
    caps = UserSettings.objects.filter(user_id=user_id).values_list("daily_cap_tokens", flat=True)
    cap = caps.first()
    if cap is None:
        return
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    spent = sum(
        (
            paid_for.filter(user_id=user_id, created_at__gte=midnight).aggregate(
                net=Sum(F("cost") - F("refunded"))
            )["net"]
            or Decimal(0)
            for paid_for in (GenRequest.objects, TextTask.objects)
        ),
        Decimal(0),
    )
    if spent + price > cap:
        raise OwnDailyCapError(cap=cap, spent=spent, price=price)


def check_threshold(*, user_id: int, price: Decimal) -> None:
    """Raises ConfirmationNeededError above the price from which the person wants to be asked."""
    thresholds = UserSettings.objects.filter(user_id=user_id, confirm_above_tokens__lt=price)
    threshold = thresholds.values_list("confirm_above_tokens", flat=True).first()
    if threshold is not None:
        raise ConfirmationNeededError(price=price, threshold=threshold)
