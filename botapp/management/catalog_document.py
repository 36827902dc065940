"""The catalog as a document: what people may order, what it costs, who makes it."""

from collections.abc import Iterable, Iterator, Sequence

from botapp import catalog
from botapp.catalog import Card, Kind, Mode, Route
from botapp.management import catalog_words as words
from botapp.management.catalog_prices import Prices

YES = "✓"
HEAD = (
    "# Модели\n\n"
    "Написано командой `manage.py catalog --markdown` по карточкам `botapp/catalog/`; руками не "
    "правится, тест скажет, когда устареет. Как добавить модель: "
    "[Как-добавить-модель.md](Как-добавить-модель.md).\n\n"
    "Цены — токены за один заказ по себестоимости карточек и начальным «Курсу и наценке»: {rate} "
    "токенов за доллар × {markup}. Операторы меняют и то и другое; цены вашего окружения и "
    "включённые маршруты показывает `manage.py catalog`.\n\n"
    "Маршруты пробуют по порядку. «Провайдеру» — цена маршрута за ту же единицу, что и "
    "себестоимость; «маржа» — доля цены заказа по умолчанию, которая остаётся после неё (в списке "
    "цен — у первого маршрута). Минус — модель продаётся дешевле, чем стоит."
)
MATRIX_NOTE = (
    "Что из карточек проходит через каждого провайдера. ✓ — всё, что умеет карточка; иначе "
    "названо, что остаётся; пусто — у этой модели такого нет."
)
PRICES_HEAD = ("Модель", "slug", "По умолчанию", "От и до", "Себестоимость", "Маржа", "В продаже")


def markdown(cards: Sequence[Card], prices: Prices) -> str:
    """The whole document."""
    head = HEAD.format(
        rate=words.tokens(prices.settings.usd_to_token_rate),
        markup=words.tokens(prices.settings.markup_multiplier),
    )
    parts = [head, "## Цены", *_table(PRICES_HEAD, (_price_row(c, prices) for c in cards))]
    for kind in Kind:
        parts.append(f"## {words.KINDS[kind].capitalize()}")
        for card in cards:
            if card.kind is kind:
                parts += _model(card, prices)
    parts += ["## Провайдеры", MATRIX_NOTE]
    for provider in sorted({route.provider for card in cards for route in card.routes}):
        parts += [f"### {provider}", *_matrix(provider, cards)]
    return "\n\n".join(parts) + "\n"


def _price_row(card: Card, prices: Prices) -> tuple[str, ...]:
    return (
        card.display_name,
        f"`{card.slug}`",
        words.tokens(prices.default(card)),
        words.span(prices.span(card)),
        f"${card.base_cost_usd} {words.UNITS[card.cost_unit]}",
        words.percent(prices.margin(card, card.route)),
        "да" if card.is_active else "нет",
    )


def _model(card: Card, prices: Prices) -> Iterator[str]:
    yield f"### {card.display_name}"
    yield f"`{card.slug}` · {card.short_description}"
    yield "\n".join(f"- {line}" for line in _facts(card))
    if card.params:
        yield from _table(
            ("Параметр", "Значения", "По умолчанию"),
            (
                (f"`{name}`", words.param(param), words.default(param))
                for name, param in card.params.items()
            ),
        )
    yield from _table(
        ("Маршрут", "Провайдеру", "Маржа", "Здесь умеет только"),
        (_route_row(card, route, prices) for route in card.routes),
    )


def _facts(card: Card) -> Iterator[str]:
    yield f"Режимы: {words.modes(card)}"
    yield f"Описание: до {card.prompt_length_max} знаков"
    for role, slot in card.inputs.items():
        yield f"Вход: {words.slot(role, slot)}"
    if card.quantity_max > 1:
        yield f"За раз: до {card.quantity_max}"
    if card.results_per_unit > 1:
        yield f"Результатов в одной генерации: {card.results_per_unit}"
    yield f"Себестоимость {words.UNITS[card.cost_unit]}: {words.costs(card.costs)}"
    yield from words.narrowings(card)


def _route_row(card: Card, route: Route, prices: Prices) -> tuple[str, ...]:
    return (
        f"{route.provider} `{route.model}`",
        words.costs(route.costs),
        words.percent(prices.margin(card, route)),
        words.route_limits(route) or words.NOTHING,
    )


def _matrix(provider: str, cards: Iterable[Card]) -> Iterator[str]:
    """One provider: its models down, their modes and parameters across."""
    served = [
        (card, route) for card in cards for route in card.routes if route.provider == provider
    ]
    modes = [mode for mode in Mode if any(mode in card.modes for card, _ in served)]
    names = sorted({name for card, _ in served for name in card.params})
    head = ("Модель", *map(words.mode, modes), *(f"`{name}`" for name in names))
    return _table(
        head,
        (
            (
                card.name,
                *(_mode_cell(card, route, mode) for mode in modes),
                *(_param_cell(card, route, name) for name in names),
            )
            for card, route in served
        ),
    )


def _mode_cell(card: Card, route: Route, mode: Mode) -> str:
    is_served = mode in card.modes and (not route.modes or mode in route.modes)
    return YES if is_served else ""


def _param_cell(card: Card, route: Route, name: str) -> str:
    if name not in card.params:
        return ""
    left = route.only.get(name)
    return YES if left is None else ", ".join(map(words.value, left))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [head, ["---"] * len(head), *rows]
    yield "\n".join("| " + " | ".join(line) + " |" for line in lines)


def text(cards: Sequence[Card], prices: Prices, off: dict[str, str]) -> str:
    """The same for a terminal; `off` says which variable each switched-off provider lacks."""
    return "\n\n".join("\n".join(_block(card, prices, off)) for card in cards)


def _block(card: Card, prices: Prices, off: dict[str, str]) -> Iterator[str]:
    yield f"{card.slug}  {card.display_name} · {words.KINDS[card.kind]}"
    yield f"  режимы     {words.modes(card)}"
    for name, param in card.params.items():
        yield f"  параметр   {name}: {words.param(param)} (обычно {words.default(param)})"
    for role, slot in card.inputs.items():
        yield f"  вход       {words.slot(role, slot)}"
    price = words.tokens(prices.default(card))
    yield f"  цена       {price} ⚡, от и до {words.span(prices.span(card))}"
    for route in card.routes:
        state = f"выключен: нет {off[route.provider]}" if route.provider in off else "включён"
        margin = words.percent(prices.margin(card, route))
        yield f"  маршрут    {route.key}  {words.costs(route.costs)}  маржа {margin}  {state}"


def all_cards() -> tuple[Card, ...]:
    """In the order of the menu."""
    return tuple(sorted(catalog.CARDS, key=lambda card: (card.kind, card.order)))
