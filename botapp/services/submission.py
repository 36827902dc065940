"""A queued order meets its provider: claimed, asked for once, stored or explained."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from botapp import catalog, db_threads
from botapp.business import generation
from botapp.models import GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    InputFile,
    Job,
    Outcome,
    Parent,
    Provider,
    ProviderError,
    Ready,
    Running,
)
from botapp.services import callbacks, failures, files, inputs, results, routing

logger = logging.getLogger(__name__)

# Whoever holds a lease is this very process: a restarted worker is another one.
WORKER_ID = uuid4().hex
# In a job's metadata: how many results of the order others had stored before the job.
STORED_BEFORE = "stored_before"
# Between attempts to store what a provider made.
STORE_AGAIN_S = (1.0, 4.0, 10.0, 15.0)
# The orders this process is working on at this moment.
_held: set[int] = set()
# Slow answers of providers never take the threads that deliver, poll and credit payments.
_submitters = threading.BoundedSemaphore(settings.SUBMITS_AT_ONCE_MAX)


class TakenOverError(Exception):
    """This worker was frozen until its lease was over: the order is somebody else's now."""


def submit_next(*, kind: str) -> int | None:
    """Serve the order of this kind whose turn it is; its id, or None when there is none."""
    if not _submitters.acquire(blocking=False):
        # Whoever ends rings for the next.
        return None
    try:
        order = generation.claim_next(
            kind=kind,
            owner=WORKER_ID,
            now=timezone.now(),
            lease_s=settings.GENERATION_LEASE_S,
            places=_places(),
        )
        if order is not None:
            _serve(order)
        return order.pk if order else None
    finally:
        _submitters.release()


def waiting(*, kind: str, now: datetime) -> QuerySet[GenRequest]:
    """Queued orders that a worker could serve at this moment."""
    return generation.next_in_line(kind=kind, now=now, places=_places())


def renew_leases() -> None:
    """Called by a clock while this process lives: its orders are being worked on."""
    generation.renew_leases(
        ids=tuple(_held), owner=WORKER_ID, now=timezone.now(), lease_s=settings.GENERATION_LEASE_S
    )


def settle_abandoned() -> None:
    """Orders whose worker died: what was not asked for yet is asked again; an answer that is
    unknown is looked for, or given up with a refund."""
    now = timezone.now()
    for generation_id in list(GenRequest.objects.abandoned(now).values_list("pk", flat=True)):
        with transaction.atomic():
            # A worker that was only frozen may store its answer at this very moment.
            order = generation.lock_abandoned(generation_id=generation_id, now=now)
            if order is not None:
                _settle_abandoned(order)


def _settle_abandoned(order: GenRequest) -> None:
    # The reference is written before the request leaves.
    failure = Failure.UNKNOWN_SUBMIT if order.reference else Failure.TRANSIENT
    died = ProviderError(failure, "the worker died while the model worked")
    failures.note(order, died)
    failures.handle(order, died)


def _places() -> generation.Places:
    return generation.Places(settings.PROVIDER_CONCURRENCY_USUAL, settings.PROVIDER_CONCURRENCY)


def _serve(order: GenRequest) -> None:
    with _lease(order):
        try:
            _try_routes(order)
        except TakenOverError:
            logger.warning("An order was taken over", extra={"generation_id": order.pk})
        except inputs.UnreadableInputError as error:
            failures.close(order, generation.UNREADABLE_INPUT, str(error))
        except inputs.UnfitInputError as error:
            failures.close(order, generation.UNFIT_INPUT, str(error))
        except ProviderError as error:
            failures.handle(order, error)


def _try_routes(order: GenRequest) -> None:
    """Ask the providers in turn until one takes the order. Raises the failure worth acting on."""
    routes = routing.routes_for(order, now=timezone.now())
    if not routes:
        raise ProviderError(Failure.AUTH, "no provider of this model has a key here")
    files = inputs.load(order)
    failed: list[ProviderError] = []
    for number, route in enumerate(routes):
        try:
            _ask(order, route, files, attempt=f"{order.submit_attempts}-{number}")
        except ProviderError as error:
            failures.note(order, error)
            failed.append(error)
            if not routing.note_failure(order, route, error):
                raise
        else:
            routing.note_success(route)
            return
    raise min(failed, key=failures.hopefulness)


def _ask(
    order: GenRequest, route: catalog.Route, files: tuple[InputFile, ...], *, attempt: str
) -> None:
    """All paid requests of the order at one provider; at their end it is stored or accepted."""
    provider = registry.get(route.provider)
    mode = catalog.Mode(order.generation_type)
    reference = f"{order.run_code}-{attempt}"
    is_ours = generation.take_route(
        order,
        provider=route.provider,
        model=route.model_for(mode),
        reference=reference,
        now=timezone.now(),
    )
    if not is_ours:
        raise TakenOverError(order.pk)
    missing = order.results_expected - order.results.count()
    job = Job(
        reference=reference,
        provider_model=route.model_for(mode),
        mode=mode,
        prompt=order.prompt,
        params=order.generation_params | {"count": missing},
        inputs=inputs.with_urls(order, files) if provider.needs_input_urls else files,
        callback_url=callbacks.url_for(order) if provider.takes_callbacks else "",
        parent=_parent(order),
        fields=route.fields,
        constants=route.constants,
    )
    for _ in range(missing if provider.one_result_per_call else 1):
        outcome = provider.read_submit(_send(provider.build_submit(job)))
        if not take(order, provider, outcome):
            return
    generation.finish_generating(
        generation_id=order.pk, now=timezone.now(), cost_usd=routing.cost_usd(order, route)
    )


def take(order: GenRequest, provider: Provider, outcome: Outcome) -> bool:
    """Keep what the provider answered; True when results are stored, False when it works on."""
    match outcome:
        case Ready(call=call):
            return take(order, provider, provider.read_result(_send(call)))
        case Finished():
            _store(order, outcome)
            return True
        case Accepted():
            _accept(order, outcome)
            return False
        case Running():
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "the submit answer names no job")


def _send(call: HttpCall) -> HttpAnswer:
    """Models take their time: what was paid for is kept though Postgres was restarted meanwhile."""
    try:
        return transport.send(call)
    finally:
        db_threads.replace_broken_connection()


def _store(order: GenRequest, finished: Finished) -> None:
    """What is paid for is never asked for again, though it cannot be fetched; while the storage
    does not take it, it is held for half a minute."""
    for pause_s in (*STORE_AGAIN_S, None):
        try:
            results.store(order, finished)
        except ProviderError as error:
            raise ProviderError(Failure.EMPTY_RESULT, error.detail) from error
        except files.STORAGE_ERRORS:
            if pause_s is None:
                raise
            logger.warning("A result is not stored yet", extra={"generation_id": order.pk})
            time.sleep(pause_s)
        else:
            return


def _accept(order: GenRequest, accepted: Accepted) -> None:
    now = timezone.now()
    cost = {"cost_usd": accepted.cost_usd} if accepted.cost_usd is not None else {}
    generation.accept(
        generation_id=order.pk,
        provider_job_id=accepted.provider_job_id,
        metadata=dict(accepted.metadata) | cost | {STORED_BEFORE: order.results.count()},
        poll_at=now + timedelta(seconds=accepted.poll_after_s * settings.GENERATION_POLL_PACE),
        now=now,
    )
    order.provider_job_id = accepted.provider_job_id
    generation.trail.record(order, generation.trail.Kind.ACCEPTED)


def _parent(order: GenRequest) -> Parent | None:
    parent = order.parent_request
    if parent is None or order.parent_result_index is None:
        return None
    return Parent(parent.provider_job_id, order.parent_result_index, parent.provider_metadata)


@contextmanager
def _lease(order: GenRequest) -> Iterator[None]:
    """However this process leaves the order, it does not hold it afterwards."""
    _held.add(order.pk)
    try:
        yield
    finally:
        # First of all: should the release fail with the connection, the lease runs out by itself.
        _held.discard(order.pk)
        generation.release(generation_id=order.pk, owner=WORKER_ID, now=timezone.now())
