"""A model of an aggregator in data, and the fields that many of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.schemas.properties import Kind, Property


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`sizes` gives the pixels by the value of the field `shaped_by`; a shape that is not there
    is taken from the first picture given, with `short_side`."""

    id: str
    title: str
    properties: Mapping[str, Property]
    is_film: bool = False
    shaped_by: str = "aspect_ratio"
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    short_side: int = 1024
    # Answers an indecent prompt with black pictures and a flag.
    blackens: bool = False


def prompt(length_max: int = 5000) -> Property:
    return Property(kind=Kind.TEXT, required=True, maximum=length_max)


def choice(*options: str, default: str = "") -> Property:
    """Without `default`, the first option is it."""
    return Property(kind=Kind.CHOICE, options=options, default=default or options[0])


def whole(minimum: int, maximum: int, default: int | None = None) -> Property:
    return Property(kind=Kind.WHOLE, minimum=minimum, maximum=maximum, default=default)


def flag(*, default: bool = False) -> Property:
    return Property(kind=Kind.FLAG, default=default)


def text(length_max: int = 2500) -> Property:
    return Property(kind=Kind.TEXT, maximum=length_max)


def picture(*, required: bool = False) -> Property:
    return Property(kind=Kind.PICTURE, required=required)


def pictures(count_max: int) -> Property:
    return Property(kind=Kind.PICTURES, required=True, maximum=count_max)


SEED = whole(0, 2**32 - 1)


def sizes_near(area_px: int, *ratios: str, step: int = 16) -> dict[str, tuple[int, int]]:
    """For each ratio the size of about this area whose sides are multiples of `step`."""
    sizes = {}
    for ratio in ratios:
        width, height = (int(part) for part in ratio.split(":"))
        unit = (area_px / (width * height)) ** 0.5
        sizes[ratio] = (round(width * unit / step) * step, round(height * unit / step) * step)
    return sizes
