"""Everything a person can change about a draft. Pure: a draft goes in, another comes out."""

import re
from collections.abc import Mapping
from dataclasses import replace

from botapp import catalog
from botapp.business.drafts import inputs
from botapp.business.drafts.draft import Draft, Source
from botapp.business.generation.errors import (
    InvalidParameterError,
    NotANumberError,
    PromptTooLongError,
)
from botapp.catalog import Card, Choice, Mode, Param, ParamValue, Range, Role, Switch, Text

QUANTITY = "quantity"
WHOLE_NUMBER = re.compile(r"-?\d{1,18}")


def mode_of(card: Card, draft: Draft) -> Mode:
    """The mode the draft is in: the chosen one while the inputs allow it, else the first that
    lacks nothing, else the first that could be."""
    possible = inputs.open_modes(card, draft.sources)
    if draft.mode in possible:
        return draft.mode
    whole = [mode for mode in possible if inputs.missing(mode, draft.sources) is None]
    return (*whole, *possible, *card.modes)[0]


def options(card: Card, draft: Draft) -> dict[str, Param]:
    """What can be set in the draft's mode, the number of results among it."""
    found = card.params_in(mode_of(card, draft))
    if card.quantity_max > 1:
        found[QUANTITY] = Range(1, card.quantity_max, default=1)
    return found


def values(card: Card, draft: Draft) -> dict[str, ParamValue]:
    """What is set, with everything that was not asked at its default."""
    settled = catalog.adjust(card, mode_of(card, draft), draft.params)
    return settled | {QUANTITY: min(draft.quantity, card.quantity_max)}


def with_prompt(draft: Draft, prompt: str) -> Draft:
    return replace(draft, prompt=prompt)


def with_source(card: Card, draft: Draft, source: Source) -> Draft:
    """Raises what `inputs.add` raises."""
    # A film of one's own is not the parent's result any more.
    alone = replace(draft, parent_id=None, result_index=None)
    return replace(alone, sources=inputs.add(card, draft.sources, source))


def without_sources(draft: Draft) -> Draft:
    return replace(draft, sources=(), mode=None, parent_id=None, result_index=None)


def with_mode(card: Card, draft: Draft, said: str) -> Draft:
    """Raises InvalidParameterError for a mode that the inputs rule out."""
    found = [mode for mode in inputs.open_modes(card, draft.sources) if mode == said]
    if not found:
        raise InvalidParameterError("mode")
    return replace(draft, mode=found[0])


def with_model(card: Card, draft: Draft) -> Draft:
    """The same wishes for another model, as far as they mean something there."""
    if card.slug == draft.slug:
        return draft
    return replace(
        draft,
        slug=card.slug,
        sources=inputs.keep(card, draft.sources),
        quantity=min(draft.quantity, card.quantity_max),
        parent_id=None,
        result_index=None,
    )


def with_value(card: Card, draft: Draft, name: str, value: ParamValue) -> Draft:
    """One parameter set; others that do not go with it give way, and stay as they became."""
    param = options(card, draft).get(name)
    if param is None or not param.accepts(value):
        raise InvalidParameterError(name)
    if name == QUANTITY:
        return replace(draft, quantity=int(value))
    asked = {other: old for other, old in draft.params.items() if other != name} | {name: value}
    settled = catalog.adjust(card, mode_of(card, draft), asked)
    return replace(draft, params={one: settled.get(one, old) for one, old in asked.items()})


def can_set(card: Card, draft: Draft, name: str, value: ParamValue) -> bool:
    """False for a value that the mode rules out whatever else is set."""
    return (
        name == QUANTITY or catalog.adjust(card, mode_of(card, draft), {name: value})[name] == value
    )


def read_value(param: Param, said: str) -> ParamValue:
    """A value as a button carries it or a person types it; numbers go to the nearest step.

    Raises InvalidParameterError, NotANumberError or PromptTooLongError.
    """
    match param:
        case Choice():
            return _read_choice(param, said)
        case Switch():
            return said == "1"
        case Range():
            return _read_number(param, said)
        case Text() if len(said) > param.length_max:
            raise PromptTooLongError(length=len(said), length_max=param.length_max)
        case Text():
            return said


def order_sources(mode: Mode, draft: Draft) -> tuple[dict[str, str], ...]:
    named = zip(draft.sources, inputs.roles(mode, draft.sources), strict=True)
    return tuple(source.for_order(role) for source, role in named)


def may_have_mask(card: Card, draft: Draft) -> bool:
    return card.slot(Role.MASK) is not None and mode_of(card, draft) is Mode.IMAGE_TO_IMAGE


def count_inputs(draft: Draft) -> Mapping[Role | catalog.Kind, int]:
    """How many pictures, films and masks there are."""
    found: dict[Role | catalog.Kind, int] = {}
    for source in draft.sources:
        kind = source.role or source.media
        found[kind] = found.get(kind, 0) + 1
    return found


def _read_choice(param: Choice, said: str) -> ParamValue:
    for option in param.options:
        if str(option) == said:
            return option
    raise InvalidParameterError(said[:20])


def _read_number(param: Range, said: str) -> int:
    text = said.strip()
    if not WHOLE_NUMBER.fullmatch(text):
        raise NotANumberError(minimum=param.minimum, maximum=param.maximum)
    number = int(text)
    if not param.minimum <= number <= param.maximum:
        raise NotANumberError(minimum=param.minimum, maximum=param.maximum)
    return param.minimum + round((number - param.minimum) / param.step) * param.step
