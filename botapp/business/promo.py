"""Promo codes: a fixed gift of tokens, each activation counted and posted once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from botapp.business import balance
from botapp.business.errors import BusinessError
from botapp.models import Promocode, PromocodeUse, Transaction, UserBalance


class UnknownPromocodeError(BusinessError):
    """No such code, or it is over; one word for all, so that codes cannot be probed."""


class PromocodeAlreadyUsedError(BusinessError):
    def __init__(self, *, granted: Decimal) -> None:
        super().__init__(f"{granted} were granted before")
        self.granted = granted


class DepositNeededError(BusinessError):
    """The code is for people who have topped up by at least `deposit` tokens."""

    def __init__(self, *, deposit: Decimal) -> None:
        super().__init__(f"needs a deposit of {deposit}")
        self.deposit = deposit


class DiscountCodeError(BusinessError):
    """The code is real and runs, but takes a share off a top-up: it gives no tokens."""


@dataclass(frozen=True)
class Redeemed:
    """What was granted, and the balance with it, in tokens."""

    granted: Decimal
    balance: Decimal


def runs(code: str, *, now: datetime) -> bool:
    """Whether there is such a code, and it is not over."""
    promocode = Promocode.objects.filter(code__iexact=code.strip()).first()
    return promocode is not None and _is_running(promocode, now)


@transaction.atomic
def redeem(*, user_id: int, code: str, key: str, now: datetime) -> Redeemed:
    """Grant the code's tokens; the same `key` again is the same activation.

    The code's row is locked first, so parallel activations count one after the other. Raises one
    of this module's errors.
    """
    promocode = _find_locked(code)
    posted = Transaction.objects.filter(idempotency_key=key, user_id=user_id).first()
    if posted is not None:
        return Redeemed(granted=posted.amount, balance=posted.balance_after)
    if promocode is None or not _is_running(promocode, now):
        raise UnknownPromocodeError
    if promocode.is_percentage:
        raise DiscountCodeError
    used = PromocodeUse.objects.filter(promocode=promocode, user_id=user_id)
    nth = used.count() + 1
    if nth > promocode.max_uses_per_user:
        raise PromocodeAlreadyUsedError(granted=used.latest("nth").granted)
    _require_deposit(user_id, promocode.min_deposit)
    PromocodeUse.objects.create(
        promocode=promocode, user_id=user_id, nth=nth, granted=promocode.value
    )
    Promocode.objects.filter(pk=promocode.pk).update(
        current_uses=F("current_uses") + 1,
        total_bonus_given=F("total_bonus_given") + promocode.value,
    )
    posted = balance.post(
        balance.Posting(
            user_id=user_id,
            type=Transaction.Type.BONUS,
            amount=promocode.value,
            key=key,
            description=promocode.code,
        )
    )
    return Redeemed(granted=posted.amount, balance=posted.balance_after)


def _find_locked(code: str) -> Promocode | None:
    codes = Promocode.objects.select_for_update(no_key=True)
    return codes.filter(code__iexact=code.strip()).first()


def _is_running(promocode: Promocode, now: datetime) -> bool:
    is_over = promocode.valid_until is not None and promocode.valid_until <= now
    is_used_up = promocode.max_uses is not None and promocode.current_uses >= promocode.max_uses
    is_for_somebody = promocode.is_active and promocode.max_uses_per_user > 0
    return is_for_somebody and promocode.valid_from <= now and not is_over and not is_used_up


def _require_deposit(user_id: int, deposit: Decimal) -> None:
    if (
        deposit
        and not UserBalance.objects.filter(user_id=user_id, total_deposited__gte=deposit).exists()
    ):
        raise DepositNeededError(deposit=deposit)
