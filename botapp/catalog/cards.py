"""What each model can do. Prices, order and visibility are the operators' (`AIModel`).

Sources: product.md section 2 (slugs, costs, limits), providers.md sections 1.2 and 1.9 (ids,
ratios, sizes, reference counts).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    """What goes in and what comes out; the values are `GenRequest.GenerationType`."""

    TEXT_TO_IMAGE = "text2image"
    IMAGE_TO_IMAGE = "image2image"
    TEXT_TO_VIDEO = "text2video"
    IMAGE_TO_VIDEO = "image2video"
    VIDEO_TO_VIDEO = "video2video"


class Kind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"


class CostUnit(StrEnum):
    IMAGE = "image"
    SECOND = "second"
    GENERATION = "generation"


@dataclass(frozen=True)
class Choice:
    """A parameter with a closed set of values; the first is the default."""

    options: tuple[str, ...]

    @property
    def default(self) -> str:
        return self.options[0]


@dataclass(frozen=True)
class Inputs:
    """Pictures a model takes: how many, which types, how large."""

    images_max: int = 0
    mime_types: tuple[str, ...] = ("image/png", "image/jpeg", "image/webp")
    bytes_max: int = 10 * 1024 * 1024


@dataclass(frozen=True)
class Route:
    """Where the model is had: an adapter and the provider's own id of the model."""

    provider: str
    provider_model: str


@dataclass(frozen=True)
class Card:
    slug: str
    name: str
    display_name: str
    kind: Kind
    modes: tuple[Mode, ...]
    routes: tuple[Route, ...]
    cost_usd: Decimal
    cost_unit: CostUnit
    prompt_length_max: int
    order: int
    short_description: str = ""
    quantity_max: int = 1
    inputs: Inputs = Inputs()
    params: Mapping[str, Choice] = field(default_factory=dict)

    @property
    def route(self) -> Route:
        """The preferred route."""
        return self.routes[0]

    @property
    def defaults(self) -> dict[str, str]:
        return {name: choice.default for name, choice in self.params.items()}


RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")

CARDS: tuple[Card, ...] = (
    Card(
        slug="nano-banana",
        name="Nano Banana",
        display_name="🍌 Nano Banana",
        kind=Kind.IMAGE,
        modes=(Mode.TEXT_TO_IMAGE, Mode.IMAGE_TO_IMAGE),
        routes=(Route("gemini", "gemini-nano-banana-2.1"),),
        cost_usd=Decimal("0.0200"),
        cost_unit=CostUnit.IMAGE,
        prompt_length_max=4000,
        order=1,
        short_description="Быстрые картинки и правка фото",
        quantity_max=4,
        inputs=Inputs(images_max=5),
        params={"aspect_ratio": Choice(RATIOS)},
    ),
    Card(
        slug="nano-banana-pro",
        name="Nano Banana Pro",
        display_name="🍌 Nano Banana Pro",
        kind=Kind.IMAGE,
        modes=(Mode.TEXT_TO_IMAGE, Mode.IMAGE_TO_IMAGE),
        routes=(Route("gemini", "gemini-3-pro-image"),),
        cost_usd=Decimal("0.1500"),
        cost_unit=CostUnit.GENERATION,
        prompt_length_max=4000,
        order=2,
        short_description="Сложные сцены, точный текст на картинке",
        inputs=Inputs(images_max=6),
        # Larger sizes cost the provider more than this card's one price covers.
        params={"aspect_ratio": Choice(RATIOS), "image_size": Choice(("1K",))},
    ),
)
