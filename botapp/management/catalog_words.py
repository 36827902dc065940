"""The cards in words: modes, parameters, inputs, costs and routes as people read them."""

from collections.abc import Mapping
from decimal import Decimal

from botapp.catalog import (
    Card,
    Choice,
    Cost,
    CostUnit,
    Kind,
    Mode,
    Param,
    ParamValue,
    Range,
    Role,
    Route,
    Slot,
    Switch,
)
from botapp.models import GenRequest

KINDS = {Kind.IMAGE: "картинки", Kind.VIDEO: "видео"}
UNITS = {
    CostUnit.IMAGE: "за изображение",
    CostUnit.SECOND: "за секунду",
    CostUnit.GENERATION: "за генерацию",
}
ROLES = {
    Role.IMAGE: "картинка",
    Role.MASK: "маска",
    Role.FIRST_FRAME: "первый кадр",
    Role.LAST_FRAME: "последний кадр",
    Role.REFERENCE: "образец",
    Role.VIDEO: "видео",
}
MEGABYTE = 1024 * 1024
NOTHING = "—"


def mode(value: Mode) -> str:
    return str(GenRequest.GenerationType(value.value).label)


def modes(card: Card) -> str:
    return ", ".join(map(mode, card.modes))


def value(said: ParamValue) -> str:
    return ("да" if said else "нет") if isinstance(said, bool) else str(said)


def param(described: Param) -> str:
    """The values a parameter takes."""
    match described:
        case Choice(options=options):
            return ", ".join(map(value, options))
        case Range(minimum=minimum, maximum=maximum, step=step):
            return f"от {minimum} до {maximum}" + (f", шаг {step}" if step > 1 else "")
        case Switch():
            return "да, нет"
        case _:
            return f"слова, до {described.length_max} знаков"


def default(described: Param) -> str:
    return value(described.default) if described.default != "" else NOTHING


def slot(role: Role, described: Slot) -> str:
    kinds = ", ".join(mime_type.rpartition("/")[2] for mime_type in described.mime_types)
    size = f"до {described.bytes_max // MEGABYTE} МБ"
    length = (
        f", {described.seconds_min:g}–{described.seconds_max:g} с" if role is Role.VIDEO else ""
    )
    count = f" до {described.count_max}" if described.count_max > 1 else ""
    return f"{ROLES[role]}{count}: {kinds}, {size}{shape(described)}{length}"


def shape(described: Slot) -> str:
    side = f", сторона от {described.side_min} px" if described.side_min else ""
    ratio = f", не уже 1:{described.ratio_max:g}" if described.ratio_max else ""
    return side + ratio


def narrowings(card: Card) -> list[str]:
    """What does not go with what."""
    said = [
        f"{name} не выбирают: {', '.join(map(mode, without))}"
        for name, without in card.params_not_in.items()
    ]
    said += [
        f"{mode(narrowed)}: только {_allowed(options)}"
        for narrowed, options in card.options_in.items()
    ]
    return said + [f"при {_equal(rule.when)} только {_allowed(rule.allows)}" for rule in card.rules]


def costs(table: tuple[Cost, ...]) -> str:
    """`$0.0336; image_size=4K: $0.1131`: the usual first."""
    *special, usual = table
    told = [f"{_equal(cost.when)}: ${cost.usd}" for cost in special]
    return "; ".join([f"${usual.usd}", *told])


def route_limits(route: Route) -> str:
    """What this route cannot do of what the card can."""
    said = [", ".join(map(mode, route.modes))] if route.modes else []
    return "; ".join(said + ([f"только {_allowed(route.only)}"] if route.only else []))


def tokens(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def span(prices: tuple[Decimal, Decimal]) -> str:
    low, high = prices
    return tokens(low) if low == high else f"{tokens(low)}–{tokens(high)}"


def percent(share: Decimal) -> str:
    return f"{share * 100:.0f} %".replace("-", "−")


def _allowed(options: Mapping[str, tuple[ParamValue, ...]]) -> str:
    return ", ".join(f"{name}={' или '.join(map(value, said))}" for name, said in options.items())


def _equal(wanted: Mapping[str, ParamValue]) -> str:
    return ", ".join(f"{name}={value(said)}" for name, said in wanted.items())
