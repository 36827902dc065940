"""Which situation a handler is for."""

from collections.abc import Callable
from functools import cache

from aiogram.filters import Filter
from aiogram.types import Message
from django.utils import translation

from botapp.models import Language


class MenuButton(Filter):
    """The text of a menu button, in any of our languages: an old keyboard keeps working."""

    def __init__(self, label: Callable[[], str]) -> None:
        self.label = label

    async def __call__(self, message: Message) -> bool:
        return message.text is not None and _squeeze(message.text) in _labels(self.label)


@cache
def _labels(label: Callable[[], str]) -> frozenset[str]:
    labels = set()
    for language in Language:
        with translation.override(language):
            labels.add(_squeeze(label()))
    return frozenset(labels)


def _squeeze(text: str) -> str:
    """Older keyboards wrote some labels without the space after the emoji."""
    return text.replace(" ", "").replace("\ufe0f", "").casefold()
