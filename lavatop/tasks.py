"""The worker's side of payments. Rows are the queue: every task may be lost or run twice."""

import logging
from uuid import UUID

from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from lavatop import inbox, notify, reconcile
from lavatop.models import Payment, WebhookEvent
from lavatop.settle import Verdict

logger = logging.getLogger(__name__)

SWEEP_MAX = 200


@shared_task
def process_webhook_event(event_id: int) -> None:
    inbox.process(event_id)


@shared_task
def check_payment(payment_id: str) -> None:
    if reconcile.check(UUID(payment_id)) is Verdict.CREDITED:
        notify.tell_paid(UUID(payment_id))


@shared_task
def tell_paid(payment_id: str) -> None:
    notify.tell_paid(UUID(payment_id))


@shared_task
def process_webhook_events() -> None:
    """Ring for every event that waits; one that fails stops no other."""
    due = WebhookEvent.objects.due(timezone.now()).order_by("next_attempt_at")
    for event_id in due.values_list("pk", flat=True)[:SWEEP_MAX]:
        ring(process_webhook_event, event_id)


@shared_task
def reconcile_payments() -> None:
    """Ring for every open payment whose turn has come, and for everybody not told yet."""
    now = timezone.now()
    due = Payment.objects.due_for_check(now).order_by("next_check_at")
    for payment_id in due.values_list("pk", flat=True)[:SWEEP_MAX]:
        ring(check_payment, str(payment_id))
    for payment_id in Payment.objects.untold(now).values_list("pk", flat=True)[:SWEEP_MAX]:
        ring(tell_paid, str(payment_id))


@shared_task
def compare_with_lava() -> None:
    """Once a day: what Lava.top completed lately against what was credited here."""
    for payment in reconcile.compare_completed(now=timezone.now()):
        logger.error("Credited a payment nobody told us of", extra={"payment_id": str(payment.pk)})
        ring(tell_paid, str(payment.pk))


def ring(task: "Task[..., None]", argument: int | str) -> None:
    """Wake a worker; when the broker is away the sweeper does it later."""
    try:
        task.delay(argument)
    except OperationalError:
        logger.warning("The broker is away", extra={"task": task.name, "argument": argument})
