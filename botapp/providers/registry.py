"""Which adapters exist, set up from the settings; one without a key is off."""

from django.conf import settings

from botapp.providers.base import Provider
from botapp.providers.gemini import Gemini


class ProviderOffError(Exception):
    """The provider has no key in this deployment."""


def is_enabled(slug: str) -> bool:
    return bool(settings.PROVIDER_KEYS.get(slug))


def get(slug: str) -> Provider:
    """The adapter of this name, ready to build calls. Raises ProviderOffError without a key."""
    if not is_enabled(slug):
        raise ProviderOffError(slug)
    return ADAPTERS[slug](
        api_key=settings.PROVIDER_KEYS[slug], base_url=settings.PROVIDER_BASE_URLS[slug]
    )


ADAPTERS: dict[str, type[Gemini]] = {"gemini": Gemini}
