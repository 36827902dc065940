"""Celery's side: tasks of a few lines, the rings, the sweeper and the worker's clock."""

import logging
import threading
import time
from datetime import timedelta
from typing import TypeVar

from celery import Task, shared_task
from celery.signals import worker_ready, worker_shutdown
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from botapp import telegram
from botapp.business import audit
from botapp.models import AIModel, GenRequest, TelegramUpdate, TextTask
from botapp.services import (
    cancelling,
    delivery,
    inviting,
    personal_data,
    polling,
    progress,
    submission,
    text_work,
    uploads,
)

logger = logging.getLogger(__name__)

Row = TypeVar("Row", GenRequest, TextTask)

HEARTBEAT_KEY = "worker:heartbeat"
HEARTBEAT_EVERY_S = 5.0
UPDATES_KEPT_DAYS = 7
SWEEP_BATCH_MAX = 200
# More than a worker can serve between two sweeps is not rung for.
SUBMIT_RINGS_MAX = 32
RING_AGAIN_S = 30


def ring_submit(*, kind: str) -> None:
    """Wake a worker for the queued orders of this kind; a lost ring is the sweeper's business."""
    _ring(SUBMIT_TASKS[kind], kind=kind)


def ring_deliver(*, generation_id: int) -> None:
    _ring(deliver_generation, generation_id=generation_id)


def ring_cancel(*, generation_id: int) -> None:
    _ring(cancel_generation, generation_id=generation_id)


def ring_export(*, user_id: int) -> None:
    _ring(send_export, user_id=user_id)


def ring_delete_files() -> None:
    _ring(delete_files)


def ring_cancelled(*, generation_id: int) -> None:
    _ring(tell_cancelled, generation_id=generation_id)


def ring_poll() -> None:
    _ring(poll_generations)


def ring_thanks(*, entry_id: int) -> None:
    """A lost ring loses only the word: the reward is in the wallet already."""
    _ring(tell_inviter, entry_id=entry_id)


def ring_text() -> None:
    _ring(work_text)


@shared_task
def submit_image(*, kind: str, **_: object) -> None:
    _submit_next(kind)


@shared_task
def submit_video(*, kind: str, **_: object) -> None:
    _submit_next(kind)


@shared_task
def deliver_generation(*, generation_id: int, **_: object) -> None:
    """Whatever the order's end is, its person learns of it."""
    delivery.deliver(generation_id=generation_id)
    delivery.report(generation_id=generation_id)


@shared_task
def cancel_generation(*, generation_id: int, **_: object) -> None:
    cancelling.cancel(generation_id=generation_id)


@shared_task
def work_text(**_: object) -> None:
    """Serve one text task and ring for the next."""
    task = text_work.work_next(timezone.now())
    if task is not None:
        text_work.tell(task)
        ring_text()


@shared_task
def tell_text(*, task_id: int, **_: object) -> None:
    text_work.tell(TextTask.objects.get(pk=task_id))


@shared_task
def send_export(*, user_id: int, **_: object) -> None:
    personal_data.send_export(user_id=user_id)


@shared_task
def delete_files(**_: object) -> None:
    """Rung for when somebody erases their data; beat comes again for what was left."""
    personal_data.delete_files(now=timezone.now())


@shared_task
def tell_inviter(*, entry_id: int, **_: object) -> None:
    inviting.tell(entry_id=entry_id)


@shared_task
def tell_cancelled(*, generation_id: int, **_: object) -> None:
    """The order was cancelled in the mini app: the chat's message about it says so."""
    delivery.report(generation_id=generation_id)


@shared_task
def poll_generations(**_: object) -> None:
    for generation_id in polling.poll_due():
        ring_deliver(generation_id=generation_id)


@shared_task
def refresh_progress(**_: object) -> None:
    progress.refresh(timezone.now())


@shared_task
def sweep_generations(**_: object) -> None:
    """Ring again for every row whose time has come and nobody works on it."""
    submission.settle_abandoned()
    now = timezone.now()
    for kind in AIModel.Type.values:
        for _order in submission.waiting(kind=kind, now=now)[:SUBMIT_RINGS_MAX]:
            ring_submit(kind=kind)
    orders = GenRequest.objects
    for order in _waiting(orders.due_for_delivery(now) | orders.due_for_report(now)):
        ring_deliver(generation_id=order.pk)
    for task in _waiting(TextTask.objects.due(now)):
        if task.status in TextTask.ENDED:
            _ring(tell_text, task_id=task.pk)
        else:
            ring_text()


@shared_task
def audit_ledger(**_: object) -> None:
    """Re-add the ledger; the dashboard shows the result, an unclean one alerts."""
    faults = list(audit.find_discrepancies())
    cache.set("audit:ledger", {"at": timezone.now().isoformat(), "faults": len(faults)}, None)
    if faults:
        logger.critical("The ledger does not add up", extra={"faults": faults[:20]})


@shared_task
def prune_updates(**_: object) -> None:
    old = timezone.now() - timedelta(days=UPDATES_KEPT_DAYS)
    TelegramUpdate.objects.filter(received_at__lt=old).delete()


@shared_task
def prune_uploads(**_: object) -> None:
    uploads.prune(now=timezone.now())


@worker_ready.connect
def start_clock(**_: object) -> None:
    """While this process lives, its leases are renewed and its heartbeat is heard."""
    threading.Thread(target=_tick_for_ever, name="clock", daemon=True).start()


@worker_shutdown.connect
def hang_up(**_: object) -> None:
    """All tasks have ended; an open connection would be complained of at the very end."""
    telegram.hang_up()


def _tick_for_ever() -> None:
    while True:
        try:
            submission.renew_leases()
            text_work.renew_leases()
            cache.set(HEARTBEAT_KEY, time.time(), timeout=60)
        except (DatabaseError, RedisError):
            logger.warning("The worker's clock missed a beat")
            connection.close()
        time.sleep(min(HEARTBEAT_EVERY_S, settings.GENERATION_LEASE_S / 3))


def _waiting(due: QuerySet[Row]) -> list[Row]:
    """Due rows, each at most once in a while: a busy worker is not buried under rings."""
    return [
        row
        for row in due.order_by("next_attempt_at")[:SWEEP_BATCH_MAX]
        if cache.add(_turn(row), 1, timeout=RING_AGAIN_S)
    ]


def _turn(row: GenRequest | TextTask) -> str:
    return f"rung:{type(row).__name__}:{row.pk}:{row.next_attempt_at.timestamp()}"


def _submit_next(kind: str) -> None:
    """Serve one order and ring for the next: a place at a provider may have become free."""
    generation_id = submission.submit_next(kind=kind)
    if generation_id is not None:
        ring_deliver(generation_id=generation_id)
        ring_submit(kind=kind)


def _ring(task: "Task[..., None]", **arguments: object) -> None:
    try:
        task.delay(**arguments)
    except OperationalError:
        logger.warning("The broker is away", extra={"task": task.name})


# Pictures are quick and never stand behind films: each kind has its own task and queue.
SUBMIT_TASKS: dict[str, "Task[..., None]"] = {
    AIModel.Type.IMAGE: submit_image,
    AIModel.Type.VIDEO: submit_video,
}
