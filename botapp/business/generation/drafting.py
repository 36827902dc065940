"""What an order would be, before it is one: mode, parameters, price. Chat and mini app share it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from botapp import catalog
from botapp.business import pricing
from botapp.business.errors import BusinessError
from botapp.business.generation.errors import (
    InputNotTakenError,
    InvalidParameterError,
    MissingInputError,
    ModelUnavailableError,
    TooManyInputsError,
)
from botapp.catalog import Card, CostUnit, Kind, Mode, ParamValue, Role
from botapp.models import AIModel

# What upscaling and varying bring is one generation at the default cost.
SINGLE_RESULT_MODES = frozenset({Mode.UPSCALE})


@dataclass(frozen=True)
class Terms:
    """What will be made, with every parameter said, and what it costs."""

    mode: Mode
    params: dict[str, ParamValue]
    quote: pricing.Quote
    results: int
    duration_s: int | None


def terms(
    *,
    model: AIModel,
    card: Card,
    mode: Mode,
    params: Mapping[str, ParamValue],
    quantity: int = 1,
) -> Terms:
    """Raises InvalidParameterError, and ModelUnavailableError for a model without a price."""
    try:
        settled = catalog.check(card, mode, params)
    except catalog.BadParameterError as error:
        raise InvalidParameterError(error.name) from error
    duration_s = _duration_s(card, mode, settled)
    units = quantity * (duration_s or 1) if card.cost_unit is CostUnit.SECOND else quantity
    quote = pricing.quote(model=model, weight=card.weight(mode, settled), units=units)
    if not quote.price_tokens:
        # More probably an operator's slip than a gift.
        raise ModelUnavailableError(f"{card.slug} has no price")
    per_unit = 1 if mode in SINGLE_RESULT_MODES else card.results_per_unit
    return Terms(mode, settled, quote, quantity * per_unit, duration_s)


def roles(
    card: Card, sources: Iterable[Mapping[str, str]], mode: Mode | None = None
) -> tuple[Role, ...]:
    """What each source is for: as it says itself, else as the mode or the model has use for it."""
    sources = tuple(sources)
    told = [Role(source["role"]) if "role" in source else None for source in sources]
    untold = told.count(None)
    guesses = iter(_guess(card, untold, mode))
    return tuple(role or next(guesses) for role in told)


def explain(card: Card, given: Iterable[Role]) -> BusinessError:
    """Why no mode of the card fits these inputs."""
    given = tuple(given)
    for role in given:
        slot = card.slot(role)
        if slot is None:
            return InputNotTakenError(role)
        if given.count(role) > slot.count_max:
            return TooManyInputsError(count_max=slot.count_max)
    needed = (
        role
        for mode in card.modes
        for role in sorted(catalog.REQUIRED_ROLES[mode])
        if role not in given and mode not in catalog.FOLLOW_UPS
    )
    missing = next(needed, None)
    return MissingInputError(missing) if missing else ModelUnavailableError(card.slug)


def _guess(card: Card, count: int, mode: Mode | None) -> list[Role]:
    if card.kind is Kind.IMAGE:
        return [Role.IMAGE] * count
    if mode is Mode.REFERENCES_TO_VIDEO or count > 2 or Role.FIRST_FRAME not in card.inputs:
        return [Role.REFERENCE] * count
    if count == 2 and Role.LAST_FRAME not in card.inputs:
        return [Role.REFERENCE] * count if Role.REFERENCE in card.inputs else [Role.FIRST_FRAME] * 2
    return [Role.FIRST_FRAME, Role.LAST_FRAME][:count]


def _duration_s(card: Card, mode: Mode, params: Mapping[str, ParamValue]) -> int | None:
    told = card.seconds_by_mode.get(mode) or params.get("duration")
    return int(told) if told is not None else None
