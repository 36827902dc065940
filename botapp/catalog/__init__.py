"""The catalog: what a model can do, as code. A new model is one more card in its family."""

from botapp.catalog.images import IMAGE_CARDS
from botapp.catalog.kling import KLING_CARDS
from botapp.catalog.settling import BadParameterError, adjust, check, finest, modes_for
from botapp.catalog.veo import VEO_CARDS
from botapp.catalog.videos import OTHER_VIDEO_CARDS
from botapp.catalog.vocabulary import (
    FOLLOW_UPS,
    OPTIONAL_ROLES,
    REQUIRED_ROLES,
    Card,
    Choice,
    Cost,
    CostUnit,
    Field,
    Kind,
    Mode,
    Param,
    ParamValue,
    Range,
    Role,
    Route,
    Slot,
    Switch,
    Text,
    cost_of,
)

CARDS: tuple[Card, ...] = (*IMAGE_CARDS, *VEO_CARDS, *KLING_CARDS, *OTHER_VIDEO_CARDS)
BY_SLUG = {card.slug: card for card in CARDS}

# Free text and a lone photo go to this model until the person chooses another.
DEFAULT_IMAGE_SLUG = "nano-banana"


def find(slug: str) -> Card | None:
    return BY_SLUG.get(slug)


__all__ = [
    "BY_SLUG",
    "CARDS",
    "DEFAULT_IMAGE_SLUG",
    "FOLLOW_UPS",
    "OPTIONAL_ROLES",
    "REQUIRED_ROLES",
    "BadParameterError",
    "Card",
    "Choice",
    "Cost",
    "CostUnit",
    "Field",
    "Kind",
    "Mode",
    "Param",
    "ParamValue",
    "Range",
    "Role",
    "Route",
    "Slot",
    "Switch",
    "Text",
    "adjust",
    "check",
    "cost_of",
    "find",
    "finest",
    "modes_for",
]
