"""From what was asked to what is ordered: the mode the inputs make, the parameters that fit it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from botapp.catalog.vocabulary import (
    FOLLOW_UPS,
    OPTIONAL_ROLES,
    REQUIRED_ROLES,
    Card,
    Choice,
    Mode,
    Param,
    ParamValue,
    Role,
    Rule,
    Switch,
)

# What makes the same picture or film finer, for more money.
QUALITIES = frozenset({"image_size", "quality", "resolution"})


class BadParameterError(Exception):
    """`name` is not on the card, or its value does not go with the others."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def modes_for(card: Card, roles: Iterable[Role]) -> tuple[Mode, ...]:
    """The card's modes that these inputs make, in the card's order; follow-ups left out."""
    given = Counter(roles)
    return tuple(
        mode for mode in card.modes if mode not in FOLLOW_UPS and _takes(card, mode, given)
    )


def check(card: Card, mode: Mode, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    """All parameters of this mode, the missing by default. Raises BadParameterError."""
    known = card.params_in(mode)
    for name, value in params.items():
        if name not in known or not known[name].accepts(value):
            raise BadParameterError(name)
    settled = adjust(card, mode, params)
    for name, value in params.items():
        if settled[name] != value:
            raise BadParameterError(name)
    return settled


def adjust(card: Card, mode: Mode, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    """The nearest parameters that are possible: what is unknown is dropped, what was asked last
    prevails (`params` is in the order of asking), and defaults give way to both."""
    known = card.params_in(mode)
    asked = {n: value for n, value in params.items() if n in known and known[n].accepts(value)}
    age = {name: number for number, name in enumerate(asked)}
    settled = {name: asked.get(name, param.default) for name, param in known.items()}
    for _ in range(2 * len(card.rules)):
        broken = _find_broken(card, settled)
        if broken is None:
            break
        rule, name = broken
        # The allowed side first: of two equally old wishes it is the one that gives way.
        oldest = min((name, *rule.when), key=lambda wish: age.get(wish, -1))
        settled[oldest] = (
            rule.allows[name][0] if oldest == name else _another(known[oldest], rule.when[oldest])
        )
    return settled


def finest(card: Card, mode: Mode, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    """The same with the dearest size, quality and resolution that change nothing else."""
    best = adjust(card, mode, params)
    for name in QUALITIES & best.keys():
        for value in _values(card.params_in(mode)[name]):
            finer = best | {name: value}
            is_possible = adjust(card, mode, finer) == finer
            if is_possible and card.weight(mode, finer) > card.weight(mode, best):
                best = finer
    return best


def _values(param: Param) -> tuple[ParamValue, ...]:
    return param.options if isinstance(param, Choice) else ()


def _takes(card: Card, mode: Mode, given: Counter[Role]) -> bool:
    allowed = REQUIRED_ROLES[mode] | OPTIONAL_ROLES.get(mode, frozenset())
    if not REQUIRED_ROLES[mode] <= given.keys() or not given.keys() <= allowed:
        return False
    return all(count <= card.count_max(mode, role) for role, count in given.items())


def _find_broken(card: Card, params: Mapping[str, ParamValue]) -> tuple[Rule, str] | None:
    for rule in card.rules:
        if all(params.get(name) == value for name, value in rule.when.items()):
            for name, values in rule.allows.items():
                if name in params and params[name] not in values:
                    return rule, name
    return None


def _another(param: Param, value: ParamValue) -> ParamValue:
    """A value that does not call for the rule any more."""
    if isinstance(param, Switch):
        return not value
    if param.default != value:
        return param.default
    options = param.options if isinstance(param, Choice) else ()
    return next((option for option in options if option != value), param.default)
