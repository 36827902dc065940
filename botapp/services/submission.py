"""A queued order meets its provider: claimed, asked for once, stored or explained."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from botapp.business import generation, selling
from botapp.models import BotErrorEvent, GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    Job,
    Media,
    Provider,
    ProviderError,
    Running,
)
from botapp.services import pictures

logger = logging.getLogger(__name__)

# Whoever holds a lease is this very process: a restarted worker is another one.
WORKER_ID = uuid4().hex
# The orders this process is working on at this moment.
_held: set[int] = set()
TRANSIENT_ATTEMPTS_MAX = 3
RETRY_DELAY_S = 3.0
RATE_DELAY_S = 10.0
# A provider that asks for so much patience has no quota left, and operators should know.
QUOTA_DELAY_S = 3600.0
ALERTING = frozenset(
    {
        Failure.NO_PROVIDER_MONEY,
        Failure.AUTH,
        Failure.MODEL_GONE,
        Failure.UNKNOWN_SUBMIT,
        Failure.BAD_INPUT,
    }
)


def submit(*, generation_id: int) -> bool:
    """Take the order if it is its turn; True when it is ready for delivery afterwards."""
    order = generation.claim(
        generation_id=generation_id,
        owner=WORKER_ID,
        now=timezone.now(),
        lease_s=settings.GENERATION_LEASE_S,
    )
    if order is None:
        return False
    with _lease(order):
        try:
            return _ask_provider(order)
        except pictures.UnreadableInputError as error:
            _close(order, generation.UNREADABLE_INPUT, str(error))
        except registry.ProviderOffError:
            handle_failure(order, ProviderError(Failure.AUTH, "the provider has no key"))
        except ProviderError as error:
            handle_failure(order, error)
    return False


def renew_leases() -> None:
    """Called by a clock while this process lives: its orders are being worked on."""
    generation.renew_leases(
        ids=tuple(_held), owner=WORKER_ID, now=timezone.now(), lease_s=settings.GENERATION_LEASE_S
    )


def settle_abandoned() -> None:
    """End orders whose worker died with the provider's answer unknown: refund, or what is there."""
    died = ProviderError(Failure.UNKNOWN_SUBMIT, "the worker died while the model worked")
    for order in GenRequest.objects.abandoned(timezone.now()).select_related("ai_model"):
        handle_failure(order, died)


def handle_failure(order: GenRequest, error: ProviderError) -> None:
    """What each failure does to the order, the model and the operators (providers.md 11)."""
    now = timezone.now()
    if _waits(order, error):
        return
    if error.failure is Failure.MODEL_GONE:
        selling.take_off_sale(model_id=order.ai_model_id)
    is_used_up = (error.retry_after_s or 0.0) >= QUOTA_DELAY_S
    if error.failure in ALERTING or is_used_up:
        logger.error(
            "Provider failed: %s",
            error.failure.value,
            exc_info=error,
            extra=_facts(order) | {"detail": error.detail},
        )
    else:
        logger.info("Provider refused", extra=_facts(order) | {"failure": error.failure.value})
    if order.results.exists():
        generation.finish_generating(generation_id=order.pk, now=now)
    else:
        _close(order, error.failure, error.detail)


def store(order: GenRequest, media: tuple[Media, ...]) -> None:
    """Put a finished job's results into storage, as many as were paid for."""
    for index, item in enumerate(media[: order.quantity]):
        _store_one(order, index, item)


def _ask_provider(order: GenRequest) -> bool:
    provider = registry.get(order.provider)
    job = Job(
        reference=f"{order.run_code}:{order.submit_attempts}",
        provider_model=order.model,
        prompt=order.prompt,
        params=order.generation_params | {"count": order.quantity},
        inputs=pictures.load_inputs(order),
    )
    calls = order.quantity if provider.one_result_per_call else 1
    for index in range(order.results.count(), calls):
        if not _ask_once(order, provider, job, index):
            return False
    return generation.finish_generating(generation_id=order.pk, now=timezone.now())


def _ask_once(order: GenRequest, provider: Provider, job: Job, index: int) -> bool:
    """One paid request; True when its result is stored, False when it is to be polled."""
    outcome = provider.read_submit(transport.send(provider.build_submit(job)))
    match outcome:
        case Finished(media=media) if provider.one_result_per_call:
            _store_one(order, index, media[0])
            return True
        case Finished(media=media):
            store(order, media)
            return True
        case Accepted(provider_job_id=job_id, poll_after_s=poll_after_s, metadata=metadata):
            now = timezone.now()
            generation.accept(
                generation_id=order.pk,
                provider_job_id=job_id,
                metadata=metadata,
                poll_at=now + timedelta(seconds=poll_after_s),
                now=now,
            )
            return False
        case Running():
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "the submit answer names no job")


def _store_one(order: GenRequest, index: int, media: Media) -> None:
    file = pictures.store_result(order, index, transport.download(media))
    generation.add_result(generation_id=order.pk, file=file)


def _waits(order: GenRequest, error: ProviderError) -> bool:
    """Whether the order went back to the queue: nothing was made, and it is worth another try."""
    match error.failure:
        case Failure.RATE:
            delay_s = error.retry_after_s or RATE_DELAY_S
            age_s = (timezone.now() - order.created_at).total_seconds()
            if age_s + delay_s > settings.GENERATION_RATE_PATIENCE_S:
                return False
            _requeue(order, delay_s, attempts_taken=0)
            return True
        case Failure.TRANSIENT if order.submit_attempts < TRANSIENT_ATTEMPTS_MAX:
            _requeue(order, RETRY_DELAY_S * order.submit_attempts, attempts_taken=1)
            return True
        case _:
            return False


def _requeue(order: GenRequest, delay_s: float, *, attempts_taken: int) -> None:
    now = timezone.now()
    generation.requeue(
        generation_id=order.pk,
        at=now + timedelta(seconds=delay_s),
        attempts_taken=attempts_taken,
        now=now,
    )
    logger.info("Order waits for its provider", extra=_facts(order) | {"delay_s": delay_s})


def _close(order: GenRequest, code: str, detail: str) -> None:
    generation.fail(generation_id=order.pk, code=code, detail=detail, now=timezone.now())


def _facts(order: GenRequest) -> dict[str, object]:
    return {
        "origin": BotErrorEvent.Origin.GENERATION.value,
        "generation_id": order.pk,
        "chat_id": order.chat_id,
        "model": order.ai_model.slug,
    }


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
