"""What may happen to a payment short of being paid; `settle` has the one move that moves money."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lavatop.models import Payment, WebhookEvent
from lavatop.wire import Contract, Invoice

# Longer than creating an invoice may take: whoever is still at it then has died.
REQUEST_LEASE = timedelta(seconds=60)
FIRST_CHECK = timedelta(seconds=30)
NOTE_CHARS_MAX = 500


def begin_request(payment_id: UUID) -> bool:
    """True for the one caller who may now ask Lava.top for an invoice."""
    return Payment.objects.move(
        payment_id,
        to=Payment.Status.REQUESTING,
        next_check_at=timezone.now() + REQUEST_LEASE,
    )


def attach_invoice(payment_id: UUID, invoice: Invoice) -> None:
    """The create answer arrived: remember the contract and where to pay.

    The webhook may have been faster and have attached the contract already.
    """
    bind_contract(payment_id, contract_id=invoice.id)
    Payment.objects.filter(pk=payment_id, contract_id=invoice.id).update(
        payment_url=invoice.payment_url or "",
        quoted_amount=invoice.amount_total.amount,
        updated_at=timezone.now(),
    )


@transaction.atomic
def bind_contract(payment_id: UUID, *, contract_id: str) -> bool:
    """Tie a contract to its payment; events that came for it too early are looked at again."""
    now = timezone.now()
    bound = Payment.objects.move(
        payment_id,
        to=Payment.Status.PENDING,
        contract_id=contract_id,
        next_check_at=now + FIRST_CHECK,
    )
    if not bound:
        # Of a failed payment without a contract Lava.top has surely none: whoever names it in
        # another purchase of the same price would get tokens besides.
        given_up = Payment.objects.filter(pk=payment_id, status=Payment.Status.EXPIRED)
        bound = bool(
            given_up.filter(contract_id__isnull=True).update(
                contract_id=contract_id, updated_at=now
            )
        )
    if bound:
        WebhookEvent.objects.filter(
            contract_id=contract_id, outcome=WebhookEvent.Outcome.UNMATCHED
        ).update(outcome=WebhookEvent.Outcome.RECEIVED, next_attempt_at=now)
    return bound


def find_payment(contract: Contract) -> Payment | None:
    """The payment this contract pays for, also when the answer that names the contract was lost.

    A contract is recognised by its id or by our own reference in it, never by e-mail and amount.
    """
    paid_for = Payment.objects.filter(contract_id=contract.id)
    if not paid_for.exists() and (payment_id := _our_payment_id(contract)):
        bind_contract(payment_id, contract_id=contract.id)
    return paid_for.first()


def fail(payment_id: UUID, *, code: Payment.Failure, note: str) -> bool:
    return Payment.objects.move(
        payment_id,
        to=Payment.Status.FAILED,
        failure_code=code,
        operator_note=note[:NOTE_CHARS_MAX],
    )


def lose_answer(payment_id: UUID, *, note: str) -> bool:
    """The invoice may or may not exist; `reconcile` reads Lava.top's list to find out."""
    return Payment.objects.move(
        payment_id,
        to=Payment.Status.UNKNOWN,
        operator_note=note[:NOTE_CHARS_MAX],
        next_check_at=timezone.now(),
    )


def expire(payment_id: UUID) -> bool:
    """Stop asking; a success that comes later is still credited."""
    return Payment.objects.move(payment_id, to=Payment.Status.EXPIRED)


def quarantine(payment_id: UUID, *, code: Payment.Failure, note: str) -> bool:
    """Hand the payment to an operator: nothing automatic touches it any more."""
    return Payment.objects.move(
        payment_id,
        to=Payment.Status.QUARANTINED,
        failure_code=code,
        operator_note=note[:NOTE_CHARS_MAX],
    )


def _our_payment_id(contract: Contract) -> UUID | None:
    try:
        return UUID(contract.our_reference)
    except ValueError:
        return None
