"""A person's wish to stop an order that a provider works on."""

import logging

from django.utils import timezone, translation

from botapp.business import balance, generation
from botapp.models import GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import ProviderError
from botapp.services import status_message
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)


def cancel(*, generation_id: int) -> None:
    """Ask the provider to stop; when it does, all tokens are back and the person is told."""
    order = GenRequest.objects.select_related("ai_model", "user__settings").get(pk=generation_id)
    if order.status != GenRequest.Status.PROCESSING or order.cancel_requested_at is None:
        return
    stopped = _stop(order) and generation.cancel_at_provider(
        generation_id=order.pk, now=timezone.now()
    )
    order.refresh_from_db()
    with translation.override(order.user.settings.interface_language):
        amount = balance.get_balance(user_id=order.user_id)
        text = texts.cancelled(order, balance=amount) if stopped else texts.could_not_stop(order)
        status_message.show(order, text)


def _stop(order: GenRequest) -> bool:
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
