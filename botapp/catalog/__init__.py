"""The catalog: what a model can do, as code. See `cards.py` to add or change one."""

from botapp.catalog.cards import CARDS, Card, Choice, CostUnit, Inputs, Kind, Mode, Route

BY_SLUG = {card.slug: card for card in CARDS}

# Free text and a lone photo go to this model until the person chooses another.
DEFAULT_IMAGE_SLUG = "nano-banana"


def find(slug: str) -> Card | None:
    return BY_SLUG.get(slug)


__all__ = [
    "BY_SLUG",
    "CARDS",
    "DEFAULT_IMAGE_SLUG",
    "Card",
    "Choice",
    "CostUnit",
    "Inputs",
    "Kind",
    "Mode",
    "Route",
    "find",
]
