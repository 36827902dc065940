"""What the cards cost in tokens: by default, and between the cheapest and the dearest order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from botapp import catalog
from botapp.business import pricing
from botapp.catalog import Card, Choice, CostUnit, Mode, Param, ParamValue, Range, Route, Switch
from botapp.models import PricingSettings

Params = dict[str, ParamValue]


@dataclass(frozen=True)
class Prices:
    """Prices by these settings. `own_costs` are the operators' costs of a unit, by slug; a model
    without one costs what its card says."""

    settings: PricingSettings
    own_costs: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, card: Card, mode: Mode, params: Params) -> Decimal:
        """The price of one order of quantity 1, as `pricing.quote` counts it."""
        chosen, default = card.weight(mode, params)
        unit_cost_usd = self.own_costs.get(card.slug, card.base_cost_usd)
        cost_usd = unit_cost_usd * units(card, mode, params) * chosen / default
        rounded = cost_usd.quantize(pricing.COST_STEP_USD, ROUND_HALF_UP)
        return (rounded * self._tokens_per_usd).quantize(pricing.CENT, ROUND_HALF_UP)

    def default(self, card: Card) -> Decimal:
        """The price of the first mode with nothing chosen."""
        mode = card.modes[0]
        return self.of(card, mode, catalog.adjust(card, mode, {}))

    def span(self, card: Card) -> tuple[Decimal, Decimal]:
        """The cheapest and the dearest order of quantity 1."""
        prices = [self.of(card, mode, params) for mode, params in orders(card)]
        return min(prices), max(prices)

    def margin(self, card: Card, route: Route) -> Decimal:
        """The share of the default price that is left when this route takes its own."""
        unit_cost_usd = self.own_costs.get(card.slug, card.base_cost_usd)
        revenue_usd = unit_cost_usd * self.settings.markup_multiplier
        narrowed = {name: values[0] for name, values in route.only.items()}
        params = card.defaults | narrowed
        chosen, default = card.weight(card.modes[0], params)
        return 1 - catalog.cost_of(route.costs, params) / (revenue_usd * chosen / default)

    @property
    def _tokens_per_usd(self) -> Decimal:
        return self.settings.usd_to_token_rate * self.settings.markup_multiplier


def units(card: Card, mode: Mode, params: Mapping[str, ParamValue]) -> int:
    """How many cost units one order of quantity 1 has."""
    if card.cost_unit is not CostUnit.SECOND:
        return 1
    return int(card.seconds_by_mode.get(mode) or params.get("duration") or 1)


def orders(card: Card) -> Iterator[tuple[Mode, Params]]:
    """Every possible choice of the parameters that a price depends on, in every mode."""
    priced = {"duration"} | {name for cost in card.costs for name in cost.when} - {"mode"}
    for mode in card.modes:
        chosen = {
            name: _values(param) for name, param in card.params_in(mode).items() if name in priced
        }
        for values in product(*chosen.values()):
            asked = dict(zip(chosen, values, strict=True))
            settled = catalog.adjust(card, mode, asked)
            if all(settled[name] == value for name, value in asked.items()):
                yield mode, settled


def _values(param: Param) -> tuple[ParamValue, ...]:
    match param:
        case Choice(options=options):
            return options
        case Range(minimum=minimum, maximum=maximum):
            # A price grows evenly between the ends.
            return minimum, maximum
        case Switch():
            return False, True
        case _:
            return (param.default,)
