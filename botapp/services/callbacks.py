"""Providers that tell us when they are ready: a hint that pulls the next poll forward.

The address they are given carries our own signed number of the attempt, so a job is found also
when the answer to its submit was lost.
"""

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils import timezone

from botapp.business import generation
from botapp.models import GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import (
    BadSignatureError,
    Callback,
    Failure,
    HttpAnswer,
    Provider,
    ProviderError,
)

SALT = "provider-callback"
# Published keys are read again after this long (providers.md 7.1: at most a day).
KEYS_KEPT_S = 6 * 3600


class NotOurJobError(Exception):
    """The address was not made by us, or is not this provider's."""


def url_for(order: GenRequest) -> str:
    """The address for callbacks about the order's present attempt."""
    token = _signer(order.provider).sign(f"{order.pk}:{order.reference}")
    return f"{settings.PUBLIC_BASE_URL}/api/providers/{order.provider}/callback?job={token}"


def receive(*, provider_slug: str, token: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Take one callback; True when it speaks of an order's present attempt.

    Raises NotOurJobError, BadSignatureError, and ProviderError for an unreadable body.
    """
    try:
        generation_id, _, reference = _signer(provider_slug).unsign(token).partition(":")
    except signing.BadSignature as error:
        raise NotOurJobError(provider_slug) from error
    if not registry.is_enabled(provider_slug):
        raise NotOurJobError(provider_slug)
    provider = registry.get(provider_slug)
    callback = Callback(headers, body, timezone.now().timestamp())
    job_id = _read(provider, callback)
    return generation.hear(
        generation_id=int(generation_id),
        reference=reference,
        provider_job_id=job_id,
        now=timezone.now(),
    )


def _signer(provider_slug: str) -> signing.Signer:
    """Leaves the reference readable: some providers are searched for it (see `build_recovery`)."""
    return signing.Signer(salt=f"{SALT}:{provider_slug}")


def _read(provider: Provider, callback: Callback) -> str:
    """A signature that fits no known key may be made with a new one: the keys are read again."""
    try:
        return provider.read_callback(callback, _keys(provider))
    except BadSignatureError:
        if cache.delete(_cache_key(provider)):
            return provider.read_callback(callback, _keys(provider))
        raise


def _keys(provider: Provider) -> HttpAnswer | None:
    call = provider.build_callback_keys()
    if call is None:
        return None
    kept: HttpAnswer | None = cache.get(_cache_key(provider))
    if kept is None:
        kept = transport.send(call)
        if kept.status != 200:
            raise ProviderError(Failure.TRANSIENT, f"callback keys: HTTP {kept.status}")
        cache.set(_cache_key(provider), kept, KEYS_KEPT_S)
    return kept


def _cache_key(provider: Provider) -> str:
    return f"callback-keys:{provider.slug}"
