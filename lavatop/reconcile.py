"""Reads at Lava.top what is still open here, so that a lost webhook or answer loses no money."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from lavatop import moves, settle
from lavatop.client import ContractNotFoundError, LavaClient, LavaUnavailableError, get_client
from lavatop.models import Payment
from lavatop.settle import Source, Verdict
from lavatop.wire import Contract, InvoiceStatus

logger = logging.getLogger(__name__)

CHECK_DELAYS = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 6, 12)),
)
GIVE_UP_AFTER = timedelta(hours=48)
# The buyer's own page asks for its payment this often at most.
CHECK_NOW_INTERVAL = timedelta(seconds=3)
# Clocks differ; the list at Lava.top is filtered by the time of creation there.
CLOCK_DRIFT = timedelta(minutes=5)
COMPARE_WINDOW = timedelta(days=3)


def check(payment_id: UUID) -> Verdict:
    """The scheduled look at one open payment; a second worker at the same time does nothing."""
    now = timezone.now()
    due = Payment.objects.due_for_check(now).filter(pk=payment_id)
    payment = due.first()
    if payment is None:
        return Verdict.UNCHANGED
    delay = CHECK_DELAYS[min(payment.checks, len(CHECK_DELAYS) - 1)]
    if not due.update(next_check_at=now + delay, checks=F("checks") + 1, checked_at=now):
        return Verdict.UNCHANGED
    verdict = _look(payment, source=Source.POLL)
    if now - payment.created_at > GIVE_UP_AFTER:
        _give_up(payment, verdict)
    return verdict


def check_now(payment: Payment) -> Verdict:
    """The buyer waits before the page: look now, but not more often than every 3 seconds."""
    now = timezone.now()
    before = now - CHECK_NOW_INTERVAL
    claimed = Payment.objects.filter(
        Q(checked_at__isnull=True) | Q(checked_at__lt=before),
        pk=payment.pk,
        status__in=(Payment.Status.PENDING, Payment.Status.UNKNOWN),
        updated_at__lt=before,
    ).update(checked_at=now)
    return _look(payment, source=Source.BUYER) if claimed else Verdict.UNCHANGED


def compare_completed(*, now: datetime) -> list[Payment]:
    """Read what Lava.top completed lately and credit what we missed; returns what was credited."""
    contracts = get_client().find_contracts(
        begin=now - COMPARE_WINDOW, end=now + CLOCK_DRIFT, statuses=[InvoiceStatus.COMPLETED]
    )
    missed = []
    for contract in contracts:
        payment = moves.find_payment(contract)
        if payment and settle.apply(payment, contract, source=Source.POLL) is Verdict.CREDITED:
            missed.append(payment)
    return missed


def _give_up(payment: Payment, verdict: Verdict) -> None:
    match verdict:
        case Verdict.WAITING:
            moves.expire(payment.pk)
        case Verdict.UNPROVEN:
            # Money came, but nobody can say how much.
            settle.quarantine(payment, note="completed without a receipt for two days")


def _look(payment: Payment, *, source: Source) -> Verdict:
    match payment.status:
        case Payment.Status.CREATED:
            moves.fail(payment.pk, code=Payment.Failure.NOT_SENT, note="never sent")
            return Verdict.FAILED
        case Payment.Status.REQUESTING:
            moves.lose_answer(payment.pk, note="the process that asked for the invoice died")
    try:
        contract = _read_contract(get_client(), payment)
    except LavaUnavailableError as error:
        _note_unread(payment, error)
        return Verdict.UNCHANGED
    except ContractNotFoundError as error:
        # Unlike an outage, this may never mend: the payment expires when its time is over.
        _note_unread(payment, error)
        return Verdict.WAITING
    if contract is None:
        return Verdict.WAITING
    return settle.apply(payment, contract, source=source)


def _note_unread(payment: Payment, error: Exception) -> None:
    logger.warning(
        "Could not read the payment's contract",
        extra={"payment_id": str(payment.pk), "why": str(error)},
    )


def _read_contract(client: LavaClient, payment: Payment) -> Contract | None:
    if payment.contract_id:
        return client.get_contract(payment.contract_id)
    return _find_lost_contract(client, payment)


def _find_lost_contract(client: LavaClient, payment: Payment) -> Contract | None:
    """The contract whose create answer was lost, recognised by our reference in it."""
    contracts = client.find_contracts(
        begin=payment.created_at - CLOCK_DRIFT,
        end=timezone.now() + CLOCK_DRIFT,
        email=payment.email,
        statuses=list(InvoiceStatus),
    )
    ours = [contract for contract in contracts if contract.our_reference == str(payment.pk)]
    if len(ours) != 1 or moves.find_payment(ours[0]) is None:
        return None
    payment.refresh_from_db()
    return ours[0]
