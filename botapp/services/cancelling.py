"""A person's wish to stop an order that a provider works on."""

import logging

from aiogram.exceptions import TelegramAPIError
from django.utils import timezone, translation

from botapp.business import generation
from botapp.models import GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import ProviderError
from botapp.services import delivery, status_message
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)


def cancel(*, generation_id: int) -> None:
    """Ask the provider to stop; when it does, all tokens are back and the person is told."""
    order = GenRequest.objects.select_related("ai_model", "user__settings").get(pk=generation_id)
    if order.status != GenRequest.Status.PROCESSING or order.cancel_requested_at is None:
        return
    if _stop(order) and finish(order):
        return
    order.refresh_from_db(fields=["status"])
    if order.status != GenRequest.Status.PROCESSING:
        # It ended meanwhile, and that is what its person is told.
        return
    with translation.override(order.user.settings.interface_language):
        _show(order, texts.could_not_stop(order))
    # The same for an end that was told while this was under way.
    generation.report_again(generation_id=order.pk, now=timezone.now())


def finish(order: GenRequest) -> bool:
    """The provider stopped at the person's wish, maybe only after a while: give all back, say so.

    False when nobody asked, or when the order had ended before.
    """
    if order.cancel_requested_at is None:
        return False
    if not generation.cancel_at_provider(generation_id=order.pk, now=timezone.now()):
        return False
    delivery.report(generation_id=order.pk)
    return True


def _show(order: GenRequest, text: str) -> None:
    """Whoever polls or cancels goes on, whether Telegram took it or not."""
    try:
        status_message.show(order, text)
    except (TelegramAPIError, TimeoutError):
        logger.warning("Could not tell of a cancellation", extra={"generation_id": order.pk})


def _stop(order: GenRequest) -> bool:
    if not registry.is_enabled(order.provider):
        return False
    provider = registry.get(order.provider)
    call = provider.build_cancel(order.provider_job_id, order.provider_metadata)
    if call is None:
        return False
    try:
        return provider.read_cancel(transport.send(call))
    except ProviderError:
        # Whether it stopped is unknown: the next poll tells what became of the job.
        logger.warning("A cancellation got no answer", extra={"generation_id": order.pk})
        return False
