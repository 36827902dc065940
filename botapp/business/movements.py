"""A person's ledger as they read it: a page at a time, newest first, each row with its reason."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from botapp.models import Transaction

PAGE = 10

Type = Transaction.Type


class Reason(StrEnum):
    """Why tokens moved, as far as a person cares."""

    DEPOSIT = "deposit"
    ORDER = "order"
    REFUND = "refund"
    PROMPT = "prompt"
    PROMPT_REFUND = "prompt_refund"
    WELCOME = "welcome"
    PROMOCODE = "promocode"
    DAILY = "daily"
    FIRST_DEPOSIT = "first_deposit"
    INVITED = "invited"
    INVITER = "inviter"
    GIFT = "gift"
    CORRECTION = "correction"


class Way(StrEnum):
    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True)
class Page:
    """`rows`, newest first, and whether there is more on either side."""

    rows: list[Transaction]
    has_older: bool
    has_newer: bool


BY_TYPE = {
    Type.DEPOSIT: Reason.DEPOSIT,
    Type.GENERATION: Reason.ORDER,
    Type.REFUND: Reason.REFUND,
    Type.REFERRAL: Reason.INVITER,
    Type.ADMIN: Reason.CORRECTION,
}
# The text model's work is known by the key as well; a prompt from a reference is all that costs.
BY_TEXT_TYPE = {Type.GENERATION: Reason.PROMPT, Type.REFUND: Reason.PROMPT_REFUND}
# A bonus is known by the key it was posted under.
BY_KEY = {
    "bonus:welcome:": Reason.WELCOME,
    "bonus:daily:": Reason.DAILY,
    "bonus:first-deposit:": Reason.FIRST_DEPOSIT,
    "referral:": Reason.INVITED,
    "promo:": Reason.PROMOCODE,
}


def page(*, user_id: int, way: Way = Way.OLDER, edge: int | None = None) -> Page:
    """The rows beyond the row `edge`; the newest ones without it, or when that leads nowhere."""
    rows = _of(user_id)
    if edge is None:
        return _older(rows, has_newer=False)
    if way is Way.OLDER:
        older = _older(rows.filter(pk__lt=edge), has_newer=True)
        return older if older.rows else _older(rows, has_newer=False)
    newer = list(rows.filter(pk__gt=edge).order_by("pk")[: PAGE + 1])
    if len(newer) <= PAGE:
        return _older(rows, has_newer=False)
    return Page(newer[PAGE - 1 :: -1], has_older=True, has_newer=True)


def reason(row: Transaction) -> Reason:
    is_text = row.idempotency_key.startswith("text:")
    known = (BY_TEXT_TYPE if is_text else BY_TYPE).get(Type(row.type))
    if known is not None:
        return known
    matches = (one for start, one in BY_KEY.items() if row.idempotency_key.startswith(start))
    return next(matches, Reason.GIFT)


def _older(rows: QuerySet[Transaction], *, has_newer: bool) -> Page:
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], has_older=len(found) > PAGE, has_newer=has_newer)


def _of(user_id: int) -> QuerySet[Transaction]:
    mine = Transaction.objects.filter(user_id=user_id)
    return mine.select_related("generation_request__ai_model")
