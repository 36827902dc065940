"""Brings a payment to what Lava.top says about its contract; the only place that credits money."""

import logging
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from botapp import tasks
from botapp.business import balance, deposits
from botapp.models import Transaction
from lavatop import moves
from lavatop.models import Payment, WebhookEvent
from lavatop.wire import Contract, InvoiceStatus

Source = Payment.Source

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What became of the payment; `UNPROVEN`: paid, but Lava.top does not show the sum yet."""

    CREDITED = "credited"
    WAITING = "waiting"
    UNPROVEN = "unproven"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    UNCHANGED = "unchanged"


def apply(
    payment: Payment,
    contract: Contract,
    *,
    source: Source,
    failure: Payment.Failure = Payment.Failure.DECLINED,
) -> Verdict:
    """Credit, close, quarantine or leave the payment; any number of calls credit once.

    `contract` must have been read from Lava.top with our key: nobody's word is believed here.
    """
    match contract.status:
        case InvoiceStatus.COMPLETED:
            return _complete(payment, contract, source=source)
        case InvoiceStatus.FAILED:
            closed = moves.fail(payment.pk, code=failure, note=f"contract FAILED, {source}")
            return Verdict.FAILED if closed else Verdict.UNCHANGED
        case InvoiceStatus.NEW | InvoiceStatus.IN_PROGRESS:
            return Verdict.WAITING
    assert_never(contract.status)


def quarantine(payment: Payment, *, note: str) -> Verdict:
    """Money whose amount or currency does not fit what was ordered: an operator decides."""
    if not moves.quarantine(payment.pk, code=Payment.Failure.MISMATCH, note=note):
        return Verdict.UNCHANGED
    logger.error(
        "A payment does not fit its order",
        extra={"payment_id": str(payment.pk), "contract_id": payment.contract_id, "why": note},
    )
    return Verdict.QUARANTINED


def _complete(payment: Payment, contract: Contract, *, source: Source) -> Verdict:
    if contract.id != payment.contract_id:
        raise ValueError("the contract belongs to another payment")
    paid = contract.receipt
    if paid is None:
        is_open = payment.status in Payment.MOVES[Payment.Status.PAID]
        return Verdict.UNPROVEN if is_open else Verdict.UNCHANGED
    if (paid.amount, paid.currency) != (payment.amount, payment.currency):
        got = f"{paid.amount} {paid.currency}"
        return quarantine(payment, note=f"ordered {payment.amount} {payment.currency}, got {got}")
    entry = _credit(payment.pk, source=source)
    if entry is None:
        return Verdict.UNCHANGED
    _thank(entry)
    return Verdict.CREDITED


def _thank(entry: Transaction) -> None:
    """Who invited the person learns of the reward."""
    thanked_id = deposits.gifts_with(entry).thanked_id
    if thanked_id is not None:
        tasks.ring_thanks(entry_id=thanked_id)


@transaction.atomic
def _credit(payment_id: UUID, *, source: Source) -> Transaction | None:
    """Mark paid and put the tokens into the wallet, both or neither; None when done before.

    The bonus of a first payment and the thanks to who invited the person go along.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if payment.status not in Payment.MOVES[Payment.Status.PAID]:
        return None
    entry = deposits.credit(
        balance.Posting(
            user_id=payment.user_id,
            type=Transaction.Type.DEPOSIT,
            amount=payment.credits,
            key=f"payment:{payment.pk}:credit",
            description=payment.title,
            payment_method=WebhookEvent.Provider.LAVA_TOP,
            payment_id=payment.contract_id or "",
        )
    )
    late = "" if payment.status == Payment.Status.PENDING else f"late: was {payment.status}"
    moved = Payment.objects.move(
        payment_id,
        to=Payment.Status.PAID,
        transaction=entry,
        paid_at=timezone.now(),
        confirmed_by=source,
        failure_code="",
        operator_note=late,
    )
    return entry if moved else None
