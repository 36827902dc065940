"""Slow providers are asked in batches: waiting costs a row, not a thread."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils import timezone

from botapp.business import generation
from botapp.models import AIModel, BotErrorEvent, GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    Outcome,
    ProviderError,
    Ready,
    Running,
)
from botapp.services import cancelling, failures, results, routing
from botapp.services.submission import STORED_BEFORE

logger = logging.getLogger(__name__)

BATCH_MAX = 400
POLLERS_MAX = 3
POLL_LEASE_S = 120.0
POLL_RETRY_S = 10.0
POLL_RETRY_MAX_S = 120.0
GIVE_UP_AFTER_S = {AIModel.Type.IMAGE: 10 * 60.0, AIModel.Type.VIDEO: 20 * 60.0}
STORING_THREADS = 8
# Of providers whose last poll brings the film itself, tens of megabytes in base64.
HEAVY_AT_ONCE = 4
ASK_LATER = frozenset({Failure.TRANSIENT, Failure.RATE, Failure.UNKNOWN_SUBMIT, Failure.AUTH})

# Slow downloads never take the threads that deliver, submit and credit payments.
_pollers = threading.BoundedSemaphore(POLLERS_MAX)

Answer = HttpAnswer | ProviderError


def poll_due() -> list[int]:
    """Ask about all jobs whose turn has come; returns the orders that are ready for delivery."""
    if not _pollers.acquire(blocking=False):
        # The next tick asks.
        return []
    try:
        return _poll_due()
    finally:
        _pollers.release()


def _poll_due() -> list[int]:
    orders = generation.claim_due_polls(now=timezone.now(), limit=BATCH_MAX, lease_s=POLL_LEASE_S)
    light = [order for order in orders if not _brings_film(order)]
    heavy = [order for order in orders if _brings_film(order)]
    ready = _poll(light) if light else []
    for start in range(0, len(heavy), HEAVY_AT_ONCE):
        ready += _poll(heavy[start : start + HEAVY_AT_ONCE])
    return ready


def _brings_film(order: GenRequest) -> bool:
    return registry.is_enabled(order.provider) and registry.get(order.provider).polls_bring_films


def _poll(orders: Sequence[GenRequest]) -> list[int]:
    built = [(order, _build(order)) for order in orders]
    asked = [(order, call) for order, call in built if call is not None]
    silent = [order for order, call in built if call is None]
    answers = transport.send_all([call for _, call in asked])
    read = [
        (order, _read(order, answer)) for (order, _), answer in zip(asked, answers, strict=True)
    ]
    now = timezone.now()
    running = [(order, outcome) for order, outcome in read if isinstance(outcome, Running)]
    running += [(order, Running(POLL_RETRY_S)) for order in silent]
    _ask_again(running, now)
    return _settle_all([(order, said) for order, said in read if not isinstance(said, Running)])


def _build(order: GenRequest) -> HttpCall | None:
    """The poll, or the search for a job whose id was lost; None where nobody can be asked."""
    if not registry.is_enabled(order.provider):
        # Switched off while it worked for us: the job waits for its key, not for ever.
        return None
    provider = registry.get(order.provider)
    if order.provider_job_id:
        return provider.build_poll(order.provider_job_id, order.provider_metadata)
    return provider.build_recovery(order.reference)


def _read(order: GenRequest, answer: Answer) -> Outcome | ProviderError:
    """What the provider says; a failure that says nothing of the job is `Running`."""
    if isinstance(answer, ProviderError):
        return Running(POLL_RETRY_S)
    provider = registry.get(order.provider)
    try:
        if order.provider_job_id:
            return provider.read_poll(answer, order.provider_metadata)
        return provider.read_recovery(answer, order.reference) or Running(POLL_RETRY_S)
    except ProviderError as error:
        if error.failure in ASK_LATER:
            return _later(error)
        return error


def _later(error: ProviderError) -> Running:
    """However long the provider wants to be left alone, its job has a time to end."""
    return Running(min(error.retry_after_s or POLL_RETRY_S, POLL_RETRY_MAX_S))


def _ask_again(running: Sequence[tuple[GenRequest, Running]], now: datetime) -> None:
    """Plan the next polls; a job that takes too long is given up, its person gets all back."""
    again = []
    for order, said in running:
        if order.status == GenRequest.Status.ERROR:
            again.append(generation.PollAgain(order.pk, now + generation.LATE_EVERY))
        elif not _is_too_old(order, now):
            at = now + timedelta(seconds=said.poll_after_s * settings.GENERATION_POLL_PACE)
            again.append(generation.PollAgain(order.pk, at, said.progress_percent))
    generation.poll_again(again)


def _is_too_old(order: GenRequest, now: datetime) -> bool:
    age_s = (now - order.started_at).total_seconds() if order.started_at else 0.0
    if not order.provider_job_id:
        if age_s <= failures.SEARCH_FOR_S:
            return False
        detail = "the submit's answer was lost and the job was not found"
        failures.close(order, Failure.UNKNOWN_SUBMIT, detail)
        return True
    if age_s <= GIVE_UP_AFTER_S[AIModel.Type(order.ai_model.type)]:
        return False
    detail = "the job did not end in time"
    failures.give_up(order, Failure.UNKNOWN_SUBMIT, detail, may_be_late=True)
    return True


def _settle_all(read: Sequence[tuple[GenRequest, Outcome | ProviderError]]) -> list[int]:
    if not read:
        return []
    with ThreadPoolExecutor(STORING_THREADS, thread_name_prefix="store") as pool:
        settled = [(order, pool.submit(_settle, order, said)) for order, said in read]
    broken = [(order, error) for order, future in settled if (error := future.exception())]
    for order, error in broken:
        _put_off(order, error)
    return [order.pk for order, future in settled if not future.exception() and future.result()]


def _put_off(order: GenRequest, error: BaseException) -> None:
    """One job that breaks us, or a storage that is away, holds up no other job; in the end it is
    given up like any that does not end."""
    logger.error(
        "What a job brought could not be kept",
        exc_info=error,
        extra={"origin": BotErrorEvent.Origin.GENERATION.value, "generation_id": order.pk},
    )
    _ask_again([(order, Running(POLL_RETRY_S))], timezone.now())


def _settle(order: GenRequest, said: Outcome | ProviderError) -> bool:
    try:
        return _hold(order) and _move(order, said)
    except ProviderError as error:
        return _refuse(order, error)
    finally:
        connection.close()


def _hold(order: GenRequest) -> bool:
    """A batch of films may be stored for longer than one lease."""
    return generation.hold_poll(order, now=timezone.now(), lease_s=POLL_LEASE_S)


def _move(order: GenRequest, said: Outcome | ProviderError) -> bool:
    match said:
        case ProviderError():
            return _refuse(order, said)
        case Ready(call=call):
            answer = transport.send(call)
            return _move(order, registry.get(order.provider).read_result(answer))
        case Accepted():
            _recovered(order, said)
            return False
        case Finished(cost_usd=cost_usd):
            results.store(order, said, first=order.provider_metadata.get(STORED_BEFORE, 0))
            return generation.finish_generating(
                generation_id=order.pk,
                now=timezone.now(),
                cost_usd=_cost_usd(order, cost_usd),
            )
        case Running():
            raise TypeError("running jobs are planned together")


def _refuse(order: GenRequest, error: ProviderError) -> bool:
    """The job brought nothing; one whose bytes could not be fetched right now is asked again."""
    if error.failure in ASK_LATER:
        _ask_again([(order, _later(error))], timezone.now())
        return False
    if order.status == GenRequest.Status.ERROR:
        generation.forget_late(generation_id=order.pk)
        return False
    failures.note(order, error)
    if error.failure is Failure.EMPTY_RESULT and cancelling.finish(order):
        return False
    failures.handle(order, error)
    return False


def _recovered(order: GenRequest, accepted: Accepted) -> None:
    now = timezone.now()
    generation.accept(
        generation_id=order.pk,
        provider_job_id=accepted.provider_job_id,
        metadata=accepted.metadata,
        poll_at=now + timedelta(seconds=accepted.poll_after_s),
        now=now,
    )
    order.provider_job_id = accepted.provider_job_id
    generation.trail.record(order, generation.trail.Kind.RECOVERED)


def _cost_usd(order: GenRequest, told: float | None) -> Decimal | None:
    """What the provider says it took, else what it said it would, else its price table."""
    said = told if told is not None else order.provider_metadata.get("cost_usd")
    if said is not None:
        return Decimal(str(said))
    route = routing.route_of(order)
    return routing.cost_usd(order, route) if route else None
