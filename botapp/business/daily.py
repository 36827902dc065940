"""The gift of every day: one claim a day of UTC, a bigger one for days in a row."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from botapp.business import balance
from botapp.models import Transaction, UserSettings

# product.md 4.1; from the last step on every day brings the same.
LADDER = tuple(Decimal(tokens) for tokens in ("1", "1.5", "2", "2.5", "3", "4", "5"))
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Gift:
    """Today's gift: `is_new` when this very call gave it; `next_at` is when the next one may be
    taken, and `tomorrow` what it will be."""

    is_new: bool
    granted: Decimal
    streak: int
    tomorrow: Decimal
    next_at: datetime
    balance: Decimal


@transaction.atomic
def claim(*, user_id: int, now: datetime) -> Gift:
    """Give today's gift, once a day however often it is asked for; a missed day starts anew."""
    today = now.astimezone(UTC).date()
    # Of two claims at once, one gives and the other sees that it was given.
    available = balance.lock(user_id=user_id)
    streak, last = _streak(user_id)
    if last is not None and last >= today:
        return _describe(streak, last, available, is_new=False)
    streak = streak + 1 if last == today - DAY else 1
    posted = balance.post(
        balance.Posting(
            user_id=user_id,
            type=Transaction.Type.BONUS,
            amount=_step(streak),
            key=f"bonus:daily:{user_id}:{today.isoformat()}",
        )
    )
    UserSettings.objects.filter(user_id=user_id).update(
        daily_reward_streak=streak, last_daily_reward_at=now
    )
    return _describe(streak, today, posted.balance_after, is_new=True)


def _streak(user_id: int) -> tuple[int, date | None]:
    """Days in a row so far, and the day of the last gift."""
    facts = UserSettings.objects.values_list("daily_reward_streak", "last_daily_reward_at")
    streak, last_at = facts.get(user_id=user_id)
    return streak, last_at and last_at.astimezone(UTC).date()


def _step(streak: int) -> Decimal:
    return LADDER[min(streak, len(LADDER)) - 1]


def _describe(streak: int, day: date, available: Decimal, *, is_new: bool) -> Gift:
    return Gift(
        is_new=is_new,
        granted=_step(streak),
        streak=streak,
        tomorrow=_step(streak + 1),
        next_at=datetime.combine(day + DAY, time(), UTC),
        balance=available,
    )
