"""What each failure does to the order, to the model and to the operators (providers.md 11)."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from botapp.business import generation, selling
from botapp.error_tracker import mask
from botapp.models import BotErrorEvent, GenRequest
from botapp.providers import registry
from botapp.providers.base import Failure, ProviderError

logger = logging.getLogger(__name__)

TRANSIENT_ATTEMPTS_MAX = 3
RETRY_DELAY_S = 3.0
RATE_DELAY_S = 10.0
# A lost answer is looked for this long after the submit, so often.
SEARCH_FIRST_S = 10.0
SEARCH_FOR_S = 150.0
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
# What is said of them quotes a person's words: it is kept on the order, where it can be erased,
# and not on the trail, where nothing can.
ABOUT_THE_ORDER = frozenset({Failure.POLICY, Failure.BAD_INPUT, Failure.EMPTY_RESULT})
# Of the failures of several routes, the first of these says what becomes of the order.
HOPE = (
    Failure.RATE,
    Failure.TRANSIENT,
    Failure.NO_PROVIDER_MONEY,
    Failure.AUTH,
    Failure.MODEL_GONE,
)


def hopefulness(error: ProviderError) -> int:
    return HOPE.index(error.failure)


def said(error: ProviderError) -> str:
    """The provider's words as they are kept: without keys, which some of them quote."""
    return mask(error.detail)


def note(order: GenRequest, error: ProviderError) -> None:
    """Put a route's failure on the order's trail, and tell operators what they must mend."""
    words = "" if error.failure in ABOUT_THE_ORDER else f": {said(error)}"
    generation.trail.record(
        order, generation.trail.Kind.REFUSED, detail=f"{error.failure.value}{words}"
    )
    is_used_up = (error.retry_after_s or 0.0) >= QUOTA_DELAY_S
    if error.failure in ALERTING or is_used_up:
        logger.error(
            "Provider %s failed: %s",
            order.provider,
            error.failure.value,
            exc_info=error,
            extra=_facts(order) | {"detail": said(error)},
        )
    else:
        logger.info("Provider refused", extra=_facts(order) | {"failure": error.failure.value})


def handle(order: GenRequest, error: ProviderError) -> None:
    """Wait, search, deliver what there is, or close with a refund."""
    if _waits(order, error) or _searches(order, error):
        return
    if error.failure is Failure.MODEL_GONE:
        selling.take_off_sale(model_id=order.ai_model_id)
    give_up(order, error.failure, said(error))


def give_up(order: GenRequest, code: str, detail: str, *, may_be_late: bool = False) -> None:
    """Deliver what there is, or close with a refund."""
    if order.results.exists():
        generation.finish_generating(generation_id=order.pk, now=timezone.now())
    else:
        close(order, code, detail, may_be_late=may_be_late)


def close(order: GenRequest, code: str, detail: str, *, may_be_late: bool = False) -> None:
    generation.fail(
        generation_id=order.pk,
        code=code,
        detail=detail,
        now=timezone.now(),
        may_be_late=may_be_late,
    )


def _waits(order: GenRequest, error: ProviderError) -> bool:
    """Whether the order went back to the queue: nothing was made, and it is worth another try."""
    match error.failure:
        case Failure.RATE:
            delay_s = error.retry_after_s or RATE_DELAY_S
            if _tried_for_s(order) + delay_s > settings.GENERATION_RATE_PATIENCE_S:
                return False
            _requeue(order, delay_s, attempts_taken=0)
            return True
        case Failure.TRANSIENT if order.submit_attempts < TRANSIENT_ATTEMPTS_MAX:
            _requeue(order, RETRY_DELAY_S * order.submit_attempts, attempts_taken=1)
            return True
        case _:
            return False


def _tried_for_s(order: GenRequest) -> float:
    """How long ago a provider was first asked; what an order stood in line before is not its
    provider's doing."""
    asked = order.events.filter(kind=generation.trail.Kind.SUBMITTED)
    first = asked.order_by("pk").values_list("at", flat=True).first()
    return (timezone.now() - first).total_seconds() if first else 0.0


def _searches(order: GenRequest, error: ProviderError) -> bool:
    """Whether the job may still be found: by the provider's list, or when it calls back."""
    if error.failure is not Failure.UNKNOWN_SUBMIT or order.results.exists():
        return False
    if not registry.is_enabled(order.provider) or not order.reference:
        return False
    provider = registry.get(order.provider)
    if provider.build_recovery(order.reference) is None and not provider.takes_callbacks:
        return False
    now = timezone.now()
    searched = generation.search(
        generation_id=order.pk, ask_at=now + timedelta(seconds=SEARCH_FIRST_S), now=now
    )
    if searched:
        generation.trail.record(order, generation.trail.Kind.RECOVERING, detail=said(error))
    return searched


def _requeue(order: GenRequest, delay_s: float, *, attempts_taken: int) -> None:
    now = timezone.now()
    generation.requeue(
        generation_id=order.pk,
        at=now + timedelta(seconds=delay_s),
        attempts_taken=attempts_taken,
        now=now,
    )
    generation.trail.record(order, generation.trail.Kind.WAITING, detail=f"{delay_s:.0f} s")
    logger.info("Order waits for its provider", extra=_facts(order) | {"delay_s": delay_s})


def _facts(order: GenRequest) -> dict[str, object]:
    return {
        "origin": BotErrorEvent.Origin.GENERATION.value,
        "generation_id": order.pk,
        "chat_id": order.chat_id,
        "model": order.ai_model.slug,
        "provider": order.provider,
    }
