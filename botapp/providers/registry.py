"""Which adapters exist, set up from the settings; one without a key is off."""

from collections.abc import Callable

from django.conf import settings

from botapp.providers.base import Provider
from botapp.providers.fal import Fal
from botapp.providers.gemini import Gemini
from botapp.providers.kie import Kie
from botapp.providers.kie_mj import KieMidjourney
from botapp.providers.kling import Kling
from botapp.providers.kling_legacy import KlingLegacy
from botapp.providers.midjourney_proxy import MidjourneyProxy
from botapp.providers.omni import Omni
from botapp.providers.openai import OpenAI
from botapp.providers.replicate import Replicate
from botapp.providers.runway import Runway
from botapp.providers.sora import Sora
from botapp.providers.vertex import Vertex


class ProviderOffError(Exception):
    """The provider has no key in this deployment."""


def is_enabled(slug: str) -> bool:
    return slug in settings.PROVIDERS


def get(slug: str) -> Provider:
    """The adapter of this name, ready to build calls. Raises ProviderOffError without a key."""
    if not is_enabled(slug):
        raise ProviderOffError(slug)
    return ADAPTERS[slug](**settings.PROVIDERS[slug])


def can_cancel(slug: str) -> bool:
    """Whether a job that runs there can be stopped."""
    return is_enabled(slug) and get(slug).can_cancel()


ADAPTERS: dict[str, Callable[..., Provider]] = {
    "fal": Fal,
    "gemini": Gemini,
    "omni": Omni,
    "kie": Kie,
    "kie_mj": KieMidjourney,
    "kling": Kling,
    "kling_legacy": KlingLegacy,
    "midjourney_proxy": MidjourneyProxy,
    "openai": OpenAI,
    "replicate": Replicate,
    "runway": Runway,
    "sora": Sora,
    "vertex": Vertex,
}
