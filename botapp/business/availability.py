"""Whether anybody can make a model in this deployment."""

from django.conf import settings

from botapp.catalog import Card


def is_servable(card: Card) -> bool:
    """At least one of its providers is on: a model that nobody can make is not sold."""
    return any(route.provider in settings.PROVIDERS for route in card.routes)
