"""The inbox of webhook events: stored once, then worked off; every row ends with an outcome."""

import logging
from datetime import timedelta
from typing import assert_never

from django.db.models import F
from django.utils import timezone

from lavatop import moves, notify, settle
from lavatop.client import ContractNotFoundError, LavaUnavailableError, get_client
from lavatop.events import Kind, LavaEvent, parse_event
from lavatop.models import Payment, WebhookEvent
from lavatop.settle import Source, Verdict
from lavatop.wire import Contract, InvoiceStatus

logger = logging.getLogger(__name__)

Outcome = WebhookEvent.Outcome

# Longer than one look at Lava.top takes; a worker that died with the row loses it then.
LEASE = timedelta(seconds=60)
RETRY_DELAYS = (
    *(timedelta(seconds=seconds) for seconds in (3, 10, 30)),
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 6, 12, 24)),
)
ATTEMPTS_MAX = len(RETRY_DELAYS) + 1
ERROR_CHARS_MAX = 500


def store(event: LavaEvent, *, raw_body: str, remote_ip: str | None) -> WebhookEvent:
    """The row of this event: new, or the one an earlier delivery made.

    An event that came to nothing gets another chance when it is delivered again.
    """
    row, is_new = WebhookEvent.objects.get_or_create(
        dedupe_key=event.dedupe_key,
        defaults={
            "event_type": event.event_type,
            "contract_id": event.contract_id,
            "payload": event.payload,
            "raw_body": raw_body,
            "remote_ip": remote_ip,
        },
    )
    if not is_new:
        same = WebhookEvent.objects.filter(pk=row.pk)
        same.update(deliveries=F("deliveries") + 1)
        requeue(row.pk)
    return row


def requeue(event_id: int) -> bool:
    """Work an event off again that came to nothing; the same keys, so nothing happens twice."""
    came_to_nothing = (Outcome.UNMATCHED, Outcome.FAILED)
    return bool(
        WebhookEvent.objects.filter(pk=event_id, outcome__in=came_to_nothing).update(
            outcome=Outcome.RECEIVED, attempts=0, next_attempt_at=timezone.now(), error=""
        )
    )


def process(event_id: int) -> None:
    """Work one event off; does nothing when it is done or in another worker's hands."""
    now = timezone.now()
    claim = WebhookEvent.objects.due(now).filter(pk=event_id)
    if not claim.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE):
        return
    row = WebhookEvent.objects.get(pk=event_id)
    if row.attempts > ATTEMPTS_MAX:
        # Only a worker that died every time leaves a row so far.
        _finish(row, Outcome.FAILED, error="no attempt came to an end")
        return
    event = parse_event(row.raw_body)
    match event.kind:
        case Kind.PAYMENT:
            _process_payment(row, event)
        case Kind.MONEY_BACK:
            # It names no contract, and an operator decides about tokens already spent.
            logger.error("Lava.top took money back", extra={"event_id": row.pk})
            _finish(row, Outcome.QUARANTINED)
        case Kind.OTHER:
            _finish(row, Outcome.IGNORED)
        case _:
            assert_never(event.kind)


def _process_payment(row: WebhookEvent, event: LavaEvent) -> None:
    try:
        contract = get_client().get_contract(event.contract_id)
    except LavaUnavailableError as error:
        _postpone(row, why=str(error))
        return
    except ContractNotFoundError as error:
        _finish_unmatched(row, why=str(error) or "Lava.top knows no such contract")
        return
    payment = moves.find_payment(contract)
    if payment is None:
        _finish_unmatched(row, why="no payment of ours has this contract")
        return
    _apply(row, event, payment, contract)


def _apply(row: WebhookEvent, event: LavaEvent, payment: Payment, contract: Contract) -> None:
    if contract.status is InvoiceStatus.COMPLETED and _contradicts(event, payment):
        note = f"webhook says {event.amount} {event.currency}"
        settle.quarantine(payment, note=note)
        _finish(row, Outcome.MISMATCH, payment=payment, error=note)
        return
    if contract.status is InvoiceStatus.FAILED and event.event_type == "payment.success":
        # A first card was declined and a second one accepted; the reading may lag behind.
        _postpone(row, payment=payment, why="Lava.top announces success and still reads FAILED")
        return
    failure = Payment.Failure.ABANDONED if event.is_abandoned else Payment.Failure.DECLINED
    verdict = settle.apply(payment, contract, source=Source.WEBHOOK, failure=failure)
    match verdict:
        case Verdict.CREDITED:
            _finish(row, Outcome.PROCESSED, payment=payment)
            notify.tell_paid(payment.pk)
        case Verdict.FAILED:
            _finish(row, Outcome.PROCESSED, payment=payment)
        case Verdict.QUARANTINED:
            _finish(row, Outcome.QUARANTINED, payment=payment)
        case Verdict.WAITING | Verdict.UNPROVEN:
            _postpone(row, payment=payment, why=f"the contract is {contract.status}, {verdict}")
        case Verdict.UNCHANGED:
            _finish(row, _outcome_of_repeat(event, payment), payment=payment)
        case _:
            assert_never(verdict)


def _contradicts(event: LavaEvent, payment: Payment) -> bool:
    """A success over another sum; a failure may speak of anything."""
    if event.event_type != "payment.success" or event.amount is None:
        return False
    return (event.amount, event.currency) != (payment.amount, payment.currency)


def _outcome_of_repeat(event: LavaEvent, payment: Payment) -> WebhookEvent.Outcome:
    payment.refresh_from_db()
    if payment.status == Payment.Status.QUARANTINED:
        return Outcome.QUARANTINED
    is_late_failure = event.event_type == "payment.failed" and payment.status == Payment.Status.PAID
    return Outcome.IGNORED if is_late_failure else Outcome.DUPLICATE


def _finish_unmatched(row: WebhookEvent, *, why: str) -> None:
    # Credited to nobody. When the contract is bound to a payment later, the row is queued again.
    logger.warning("A webhook without a payment", extra={"event_id": row.pk})
    _finish(row, Outcome.UNMATCHED, error=why)


def _finish(
    row: WebhookEvent,
    outcome: WebhookEvent.Outcome,
    *,
    payment: Payment | None = None,
    error: str = "",
) -> None:
    WebhookEvent.objects.filter(pk=row.pk).update(
        outcome=outcome,
        payment=payment,
        error=error[:ERROR_CHARS_MAX],
        processed_at=timezone.now(),
    )


def _postpone(row: WebhookEvent, *, why: str, payment: Payment | None = None) -> None:
    if row.attempts >= ATTEMPTS_MAX:
        logger.error("Gave up on a webhook event", extra={"event_id": row.pk})
        _finish(row, Outcome.FAILED, payment=payment, error=why)
        return
    WebhookEvent.objects.filter(pk=row.pk).update(
        next_attempt_at=timezone.now() + RETRY_DELAYS[row.attempts - 1],
        payment=payment,
        error=why[:ERROR_CHARS_MAX],
    )
