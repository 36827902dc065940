"""What is to be paid for an order, and what was: a final is paid for together with its draft."""

from decimal import Decimal

from botapp.business.generation.errors import (
    FinalOrderedError,
    InvalidParameterError,
    OrderNotFoundError,
)
from botapp.models import GenRequest

Status = GenRequest.Status
MADE = (Status.DELIVERING, Status.DONE)


def full_price(order: GenRequest) -> Decimal:
    """The price of an order as if it had no draft."""
    return order.cost + _paid_before(order)


def paid(order: GenRequest) -> Decimal:
    """What the order cost its person in the end, the drafts before it among it."""
    return order.cost - order.refunded + _paid_before(order)


def has_final(draft_id: int) -> bool:
    """A failed or cancelled final is none: another one may be ordered."""
    finals = GenRequest.objects.filter(upgrades_id=draft_id)
    return finals.exclude(status__in=(Status.ERROR, Status.CANCELLED)).exists()


def rest_to_pay(*, user_id: int, draft_id: int, price: Decimal) -> Decimal:
    """What is left of a final's price. The caller holds the person's wallet.

    Raises OrderNotFoundError, FinalOrderedError, and InvalidParameterError when nothing is left:
    such a final would be a gift.
    """
    draft = GenRequest.objects.filter(pk=draft_id, user_id=user_id, status__in=MADE).first()
    if draft is None:
        raise OrderNotFoundError(str(draft_id))
    if has_final(draft_id):
        raise FinalOrderedError(str(draft_id))
    rest = price - paid(draft)
    if rest <= 0:
        raise InvalidParameterError("upgrades")
    return rest


def _paid_before(order: GenRequest) -> Decimal:
    return paid(order.upgrades) if order.upgrades is not None else Decimal(0)
