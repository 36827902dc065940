"""Slow providers are asked in batches: waiting costs a row, not a thread."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from botapp.business import generation
from botapp.models import GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    HttpAnswer,
    Outcome,
    ProviderError,
    Running,
)
from botapp.services import submission

logger = logging.getLogger(__name__)

BATCH_MAX = 200
POLL_LEASE_S = 120.0
POLL_RETRY_S = 10.0
GIVE_UP_AFTER_S = 20 * 60.0
STORING_THREADS = 8


def poll_due() -> list[int]:
    """Ask about all jobs whose turn has come; returns the orders that are ready for delivery."""
    orders = generation.claim_due_polls(now=timezone.now(), limit=BATCH_MAX, lease_s=POLL_LEASE_S)
    if not orders:
        return []
    calls = [
        registry.get(order.provider).build_poll(order.provider_job_id, order.provider_metadata)
        for order in orders
    ]
    answers = transport.send_all(calls)
    with ThreadPoolExecutor(STORING_THREADS, thread_name_prefix="store") as pool:
        ready = list(pool.map(_settle, orders, answers))
    return [order.pk for order, is_ready in zip(orders, ready, strict=True) if is_ready]


def _settle(order: GenRequest, answer: HttpAnswer | ProviderError) -> bool:
    try:
        return _move(order, _read(order, answer))
    except ProviderError as error:
        if error.failure in (Failure.TRANSIENT, Failure.RATE, Failure.UNKNOWN_SUBMIT):
            _ask_again(order, error.retry_after_s or POLL_RETRY_S, None)
        else:
            submission.handle_failure(order, error)
        return False
    finally:
        connection.close()


def _read(order: GenRequest, answer: HttpAnswer | ProviderError) -> Outcome:
    if isinstance(answer, ProviderError):
        raise answer
    return registry.get(order.provider).read_poll(answer)


def _move(order: GenRequest, outcome: Outcome) -> bool:
    match outcome:
        case Finished(media=media):
            submission.store(order, media)
            return generation.finish_generating(generation_id=order.pk, now=timezone.now())
        case Running(poll_after_s=poll_after_s, progress_percent=percent):
            _ask_again(order, poll_after_s, percent)
        case Accepted(poll_after_s=poll_after_s):
            _ask_again(order, poll_after_s, None)
    return False


def _ask_again(order: GenRequest, delay_s: float, percent: int | None) -> None:
    now = timezone.now()
    if order.started_at and (now - order.started_at).total_seconds() > GIVE_UP_AFTER_S:
        submission.handle_failure(
            order, ProviderError(Failure.UNKNOWN_SUBMIT, "the job did not end in time")
        )
        return
    generation.poll_again(
        generation_id=order.pk,
        poll_at=now + timedelta(seconds=delay_s),
        progress_percent=percent,
    )
