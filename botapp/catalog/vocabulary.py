"""The words a card is written in: modes, parameters, inputs, costs and routes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

ParamValue = str | int | bool


class Mode(StrEnum):
    """What goes in and what comes out; the values are `GenRequest.GenerationType`."""

    TEXT_TO_IMAGE = "text2image"
    IMAGE_TO_IMAGE = "image2image"
    UPSCALE = "upscale"
    VARIATION = "variation"
    TEXT_TO_VIDEO = "text2video"
    IMAGE_TO_VIDEO = "image2video"
    FRAMES_TO_VIDEO = "frames2video"
    REFERENCES_TO_VIDEO = "references2video"
    VIDEO_TO_VIDEO = "video2video"
    EXTEND = "extend"


class Role(StrEnum):
    """What an input is for."""

    IMAGE = "image"
    MASK = "mask"
    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    REFERENCE = "reference"
    VIDEO = "video"


class Kind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"


class CostUnit(StrEnum):
    IMAGE = "image"
    SECOND = "second"
    GENERATION = "generation"


# Roles a mode cannot do without, and those it may have besides.
REQUIRED_ROLES: Mapping[Mode, frozenset[Role]] = {
    Mode.TEXT_TO_IMAGE: frozenset(),
    Mode.IMAGE_TO_IMAGE: frozenset({Role.IMAGE}),
    Mode.UPSCALE: frozenset(),
    Mode.VARIATION: frozenset(),
    Mode.TEXT_TO_VIDEO: frozenset(),
    Mode.IMAGE_TO_VIDEO: frozenset({Role.FIRST_FRAME}),
    Mode.FRAMES_TO_VIDEO: frozenset({Role.FIRST_FRAME, Role.LAST_FRAME}),
    Mode.REFERENCES_TO_VIDEO: frozenset({Role.REFERENCE}),
    Mode.VIDEO_TO_VIDEO: frozenset({Role.VIDEO}),
    Mode.EXTEND: frozenset({Role.VIDEO}),
}
OPTIONAL_ROLES: Mapping[Mode, frozenset[Role]] = {
    Mode.IMAGE_TO_IMAGE: frozenset({Role.MASK}),
    Mode.VIDEO_TO_VIDEO: frozenset({Role.REFERENCE}),
}
# Continues one result of an earlier order at the same provider.
FOLLOW_UPS = frozenset({Mode.UPSCALE, Mode.VARIATION})


@dataclass(frozen=True)
class Choice:
    """A closed set of values; the first is the default."""

    options: tuple[str | int, ...]

    @property
    def default(self) -> ParamValue:
        return self.options[0]

    def accepts(self, value: object) -> bool:
        # True == 1 in Python, but not on a card.
        return not isinstance(value, bool) and value in self.options


@dataclass(frozen=True)
class Range:
    """Whole numbers from `minimum` to `maximum` in steps."""

    minimum: int
    maximum: int
    default: int
    step: int = 1

    def accepts(self, value: object) -> bool:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return self.minimum <= value <= self.maximum and (value - self.minimum) % self.step == 0


@dataclass(frozen=True)
class Switch:
    default: bool = False

    def accepts(self, value: object) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True)
class Text:
    """Free words, such as what the picture shall not show."""

    length_max: int
    default: str = ""

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= self.length_max and "\0" not in value


Param = Choice | Range | Switch | Text


@dataclass(frozen=True)
class Rule:
    """With the values of `when`, only the values of `allows` go together."""

    when: Mapping[str, ParamValue]
    allows: Mapping[str, tuple[ParamValue, ...]]


@dataclass(frozen=True)
class Slot:
    """Inputs of one role: how many, which types, how large."""

    count_max: int = 1
    mime_types: tuple[str, ...] = ("image/png", "image/jpeg", "image/webp")
    bytes_max: int = 10 * 1024 * 1024
    # Pictures only: the least pixels of a side, and how many times longer one side may be than
    # the other; 0 where the model does not mind.
    side_min: int = 0
    ratio_max: float = 0.0
    # Films only: the length the model accepts.
    seconds_min: float = 0.0
    seconds_max: float = 0.0


@dataclass(frozen=True)
class Cost:
    """Dollars for one unit (picture, second or generation) when the parameters are as in `when`.

    `mode` may stand among them.
    """

    usd: Decimal
    when: Mapping[str, ParamValue] = field(default_factory=dict)

    def fits(self, params: Mapping[str, ParamValue]) -> bool:
        return all(params.get(name) == value for name, value in self.when.items())


def cost_of(costs: Collection[Cost], params: Mapping[str, ParamValue]) -> Decimal:
    """The first cost that fits; the last of a table fits everything."""
    return next(cost.usd for cost in costs if cost.fits(params))


@dataclass(frozen=True)
class Field:
    """How one parameter, or the inputs of one role, is called in a provider's request."""

    name: str
    as_text: bool = False
    as_list: bool = False
    values: Mapping[ParamValue, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Where a model is had: an adapter, the provider's id of the model, and what it takes there.

    `models` holds ids that depend on the mode. `results_max` is the most results one order can
    have here, where it is fewer than elsewhere. `fields` and `constants` describe the input of
    providers whose every model has a schema of its own (fal, Replicate, kie). `only` names values
    that this route can serve where it can serve fewer than the card offers.
    """

    provider: str
    model: str
    costs: tuple[Cost, ...]
    modes: tuple[Mode, ...] = ()
    models: Mapping[Mode, str] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, tuple[ParamValue, ...]] = field(default_factory=dict)
    results_max: int | None = None

    @property
    def key(self) -> str:
        """The route's name in circuits, events and lists."""
        return f"{self.provider}:{self.model}"

    def model_for(self, mode: Mode) -> str:
        return self.models.get(mode, self.model)

    def serves(self, mode: Mode, params: Mapping[str, ParamValue], results: int = 1) -> bool:
        if self.modes and mode not in self.modes:
            return False
        if self.results_max is not None and results > self.results_max:
            return False
        return all(params.get(name) in values for name, values in self.only.items())


@dataclass(frozen=True)
class Card:
    """What one model can do. `costs` are what its price is made of, per `cost_unit`."""

    slug: str
    name: str
    display_name: str
    kind: Kind
    modes: tuple[Mode, ...]
    routes: tuple[Route, ...]
    costs: tuple[Cost, ...]
    cost_unit: CostUnit
    prompt_length_max: int
    order: int
    short_description: str = ""
    is_active: bool = True
    quantity_max: int = 1
    # Pictures that one generation brings (Midjourney: four).
    results_per_unit: int = 1
    # Length of the film where the mode decides it, for models paid by the second.
    seconds_by_mode: Mapping[Mode, int] = field(default_factory=dict)
    params: Mapping[str, Param] = field(default_factory=dict)
    # Parameters that mean nothing in some modes: the picture decides the ratio, for example.
    params_not_in: Mapping[str, tuple[Mode, ...]] = field(default_factory=dict)
    # Options that are left of a choice in a mode.
    options_in: Mapping[Mode, Mapping[str, tuple[str | int, ...]]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    inputs: Mapping[Role, Slot] = field(default_factory=dict)
    # Where a mode takes fewer inputs of a role than its slot has room for.
    counts_in: Mapping[Mode, Mapping[Role, int]] = field(default_factory=dict)
    cooldown_s: int = 0
    daily_limit: int | None = None
    # What a person is told before this model has statistics of its own.
    usual_time_s: int = 20

    @property
    def route(self) -> Route:
        """The preferred route."""
        return self.routes[0]

    @property
    def defaults(self) -> dict[str, ParamValue]:
        return {name: param.default for name, param in self.params.items()}

    @property
    def base_cost_usd(self) -> Decimal:
        """The cost of one unit with the default parameters."""
        return cost_of(self.costs, self.defaults)

    def params_in(self, mode: Mode) -> dict[str, Param]:
        """The parameters that count in this mode, with the options they have there."""
        narrowed = {name: Choice(values) for name, values in self.options_in.get(mode, {}).items()}
        return {
            name: narrowed.get(name, param)
            for name, param in self.params.items()
            if mode not in self.params_not_in.get(name, ())
        }

    def weight(self, mode: Mode, params: Mapping[str, ParamValue]) -> tuple[Decimal, Decimal]:
        """Cost with these parameters, and with the defaults: their ratio scales the row's cost."""
        chosen = self.defaults | dict(params) | {"mode": mode}
        return cost_of(self.costs, chosen), self.base_cost_usd

    def count_max(self, mode: Mode, role: Role) -> int:
        """How many inputs of the role the mode takes."""
        slot = self.inputs.get(role)
        room = slot.count_max if slot else 0
        return min(room, self.counts_in.get(mode, {}).get(role, room))

    def slot(self, role: Role) -> Slot | None:
        return self.inputs.get(role)

    @property
    def images_max(self) -> int:
        """The most pictures any one mode takes."""
        return max(
            (slot.count_max for role, slot in self.inputs.items() if role is not Role.VIDEO),
            default=0,
        )


def usd(amount: str, **when: ParamValue) -> Cost:
    """A line of a cost table; the line without conditions comes last."""
    return Cost(Decimal(amount), when)
