"""What can be made in this deployment: a provider without a key makes nothing."""

from collections.abc import Iterator, Mapping

from django.conf import settings

from botapp.catalog import Card, Mode, ParamValue, Route


def is_servable(card: Card) -> bool:
    """At least one of its providers is on: a model that nobody can make is not sold."""
    return any(_routes(card))


def can_make(card: Card, mode: Mode, params: Mapping[str, ParamValue], *, results: int) -> bool:
    """Whether a provider that is on serves exactly this: some take fewer settings than others."""
    return any(route.serves(mode, params, results) for route in _routes(card))


def _routes(card: Card) -> Iterator[Route]:
    return (route for route in card.routes if route.provider in settings.PROVIDERS)
