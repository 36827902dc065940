"""The ledger: the only code that moves tokens.

Every posting carries an idempotency key and happens once, whoever repeats it. The wallet row is
locked first, so one person's postings stand in line: each sees what those before it wrote, and
rows that refer to the person are inserted only by the one whose turn it is (the other order, insert
first and lock later, deadlocks).
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from botapp.business.errors import BusinessError
from botapp.models import TgUser, Transaction, UserBalance

CENT = Decimal("0.01")


class NotEnoughTokensError(BusinessError):
    """The wallet holds less than the posting takes."""

    def __init__(self, *, required: Decimal, available: Decimal) -> None:
        super().__init__(f"{required} required, {available} available")
        self.required = required
        self.available = available

    @property
    def missing(self) -> Decimal:
        return self.required - self.available


class KeyReusedError(Exception):
    """The same idempotency key came with another person, type or amount: a bug in the caller."""


@dataclass(frozen=True)
class Posting:
    """One movement: `amount` in tokens, plus in, minus out, at most two decimals."""

    user_id: int
    type: Transaction.Type
    amount: Decimal
    key: str
    description: str = ""
    generation_id: int | None = None
    related_transaction_id: int | None = None
    payment_method: str = ""
    payment_id: str = ""


def open_wallet(user: TgUser) -> None:
    """An empty wallet for a person who has none yet. Raises IntegrityError for one who has."""
    UserBalance.objects.create(user=user)


@transaction.atomic
def post(posting: Posting) -> Transaction:
    """Write the movement once and return its ledger row, also when it was written before.

    Raises NotEnoughTokensError when the wallet would go below zero, KeyReusedError when the key
    belongs to another movement. Joins the caller's database transaction, if there is one.
    """
    if posting.amount != posting.amount.quantize(CENT):
        raise ValueError("amount has more than two decimals")
    available = lock(user_id=posting.user_id)
    posted = _find(posting)
    if posted is not None:
        return posted
    if available + posting.amount < 0:
        raise NotEnoughTokensError(required=-posting.amount, available=available)
    UserBalance.objects.filter(user_id=posting.user_id).update(**_wallet_changes(posting))
    return Transaction.objects.create(
        user_id=posting.user_id,
        type=posting.type,
        amount=posting.amount,
        balance_after=available + posting.amount,
        idempotency_key=posting.key,
        description=posting.description,
        generation_request_id=posting.generation_id,
        related_transaction_id=posting.related_transaction_id,
        payment_method=posting.payment_method,
        payment_id=posting.payment_id,
    )


def charge(*, user_id: int, amount: Decimal, key: str, generation_id: int) -> Transaction:
    """Take `amount` tokens for a generation; see `post` for errors."""
    return post(
        Posting(
            user_id=user_id,
            type=Transaction.Type.GENERATION,
            amount=-amount,
            key=key,
            generation_id=generation_id,
        )
    )


def refund(*, charged: Transaction, amount: Decimal, key: str) -> Transaction:
    """Give back `amount` of the tokens `charged` took, all or a part."""
    if not 0 < amount <= -charged.amount:
        raise ValueError("a refund is positive and within the charge")
    return post(
        Posting(
            user_id=charged.user_id,
            type=Transaction.Type.REFUND,
            amount=amount,
            key=key,
            generation_id=charged.generation_request_id,
            related_transaction_id=charged.pk,
        )
    )


def get_balance(*, user_id: int) -> Decimal:
    """Tokens in the wallet now."""
    return UserBalance.objects.values_list("balance", flat=True).get(user_id=user_id)


def require(*, user_id: int, amount: Decimal) -> None:
    """Raises NotEnoughTokensError when the wallet holds less now."""
    available = get_balance(user_id=user_id)
    if available < amount:
        raise NotEnoughTokensError(required=amount, available=available)


def lock(*, user_id: int) -> Decimal:
    """Tokens in the wallet, which nobody else touches until the caller's transaction ends."""
    wallet = UserBalance.objects.select_for_update(no_key=True)
    return wallet.values_list("balance", flat=True).get(user_id=user_id)


def _find(posting: Posting) -> Transaction | None:
    posted = Transaction.objects.filter(idempotency_key=posting.key).first()
    if posted is None:
        return None
    facts = (posted.user_id, posted.type, posted.amount)
    if facts != (posting.user_id, posting.type, posting.amount):
        raise KeyReusedError(posting.key)
    return posted


def _wallet_changes(posting: Posting) -> dict[str, F | object]:
    amount = posting.amount
    changes: dict[str, F | object] = {"balance": F("balance") + amount}
    match posting.type:
        case Transaction.Type.GENERATION | Transaction.Type.REFUND:
            changes["total_spent"] = F("total_spent") - amount
        case Transaction.Type.DEPOSIT:
            changes["total_deposited"] = F("total_deposited") + amount
        case Transaction.Type.BONUS:
            changes["bonus_balance"] = F("bonus_balance") + amount
        case Transaction.Type.REFERRAL:
            changes["bonus_balance"] = F("bonus_balance") + amount
            changes["referral_earnings"] = F("referral_earnings") + amount
        case Transaction.Type.ADMIN:
            pass
    return changes
