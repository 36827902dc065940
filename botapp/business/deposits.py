"""Paid tokens, and what a person's first payment brings with it (product.md 4.1)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from botapp.business import balance, referrals
from botapp.business.balance import CENT, Posting
from botapp.models import Transaction

FIRST_SHARE = Decimal("0.20")
FIRST_MAX = Decimal("50.00")
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Gifts:
    """What came with a deposit, in tokens; `thanked_id` is the ledger row of the inviter."""

    first_deposit: Decimal = ZERO
    invited: Decimal = ZERO
    thanked_id: int | None = None


@transaction.atomic
def credit(deposit: Posting) -> Transaction:
    """Post a payment once; the first one of a person brings a bonus, and thanks to the inviter.

    Wallets are locked in the order of their people: two who invited each other's friends and
    pay at once stand in line. Joins the caller's database transaction.
    """
    referrals.lock_person(user_id=deposit.user_id)
    inviter_id = referrals.inviter_of(user_id=deposit.user_id)
    for user_id in sorted({deposit.user_id, inviter_id or deposit.user_id}):
        balance.lock(user_id=user_id)
    is_first = not has_paid(user_id=deposit.user_id)
    entry = balance.post(deposit)
    if is_first:
        for gift in _gifts(entry, inviter_id):
            balance.post(gift)
    return entry


def has_paid(*, user_id: int) -> bool:
    return Transaction.objects.filter(user_id=user_id, type=Transaction.Type.DEPOSIT).exists()


def gifts_with(deposit: Transaction) -> Gifts:
    """What was given together with this deposit."""
    by_key = {row.idempotency_key: row for row in deposit.corrections.all()}
    invited, inviter, first = (by_key.get(key) for key in _keys(deposit.user_id))
    return Gifts(
        first_deposit=first.amount if first else ZERO,
        invited=invited.amount if invited else ZERO,
        thanked_id=inviter.pk if inviter else None,
    )


def _gifts(entry: Transaction, inviter_id: int | None) -> list[Posting]:
    invited, inviter, first = _keys(entry.user_id)
    bonus = min((entry.amount * FIRST_SHARE).quantize(CENT, ROUND_HALF_UP), FIRST_MAX)
    gifts = [_gift(entry, entry.user_id, bonus, first)] if bonus else []
    if inviter_id is not None:
        gifts += [
            _gift(entry, entry.user_id, referrals.INVITED_TOKENS, invited),
            _gift(entry, inviter_id, referrals.INVITER_TOKENS, inviter, Transaction.Type.REFERRAL),
        ]
    return gifts


def _keys(user_id: int) -> tuple[str, str, str]:
    """Of the invited person's gift, the inviter's and the bonus of a first deposit."""
    invitation = f"referral:{user_id}"
    return f"{invitation}:invited", f"{invitation}:inviter", f"bonus:first-deposit:{user_id}"


def _gift(
    entry: Transaction,
    user_id: int,
    amount: Decimal,
    key: str,
    type_: Transaction.Type = Transaction.Type.BONUS,
) -> Posting:
    return Posting(
        user_id=user_id, type=type_, amount=amount, key=key, related_transaction_id=entry.pk
    )
