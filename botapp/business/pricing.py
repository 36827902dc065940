"""What things cost: provider's dollars × rate × markup, in Decimal, to the hundredth of a token."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from botapp.models import AIModel, PricingSettings

CENT = Decimal("0.01")
COST_STEP_USD = Decimal("0.0001")
Weight = tuple[Decimal, Decimal]
ONE: Weight = (Decimal(1), Decimal(1))


class PricingNotConfiguredError(Exception):
    """The pricing row is missing; migrations write it."""


@dataclass(frozen=True)
class Quote:
    """The price of an order, in tokens, and what the provider takes for it, in dollars."""

    price_tokens: Decimal
    cost_usd: Decimal


def quote(*, model: AIModel, weight: Weight = ONE, units: int = 1) -> Quote:
    """Price of `units` of the model's cost unit (pictures, seconds or generations).

    The row's cost is that of the default parameters, and operators change it. `weight` is the
    card's cost with the chosen parameters and with the defaults: their ratio scales the row's.
    """
    return _quote(get_settings(), model, weight, units)


def unit_prices(weighed: Iterable[tuple[AIModel, Weight]]) -> list[Decimal]:
    """What one unit of each model costs with the parameters of its weight, in tokens."""
    settings = get_settings()
    return [_quote(settings, model, weight, 1).price_tokens for model, weight in weighed]


def token_price_usd() -> Decimal:
    """Retail price of one token in dollars, for the price list."""
    return (1 / get_settings().usd_to_token_rate).quantize(COST_STEP_USD, ROUND_HALF_UP)


def get_settings() -> PricingSettings:
    settings = PricingSettings.objects.first()
    if settings is None:
        raise PricingNotConfiguredError
    return settings


def refresh_prices() -> None:
    """Rewrite `AIModel.price` of every model; Postgres triggers do the same after plain SQL."""
    models = list(AIModel.objects.all())
    for model, price in zip(models, unit_prices((one, ONE) for one in models), strict=True):
        if model.price != price:
            AIModel.objects.filter(pk=model.pk).update(price=price)


def _quote(settings: PricingSettings, model: AIModel, weight: Weight, units: int) -> Quote:
    unit_cost_usd = model.base_cost_usd or model.unit_cost_usd
    chosen, default = weight
    cost_usd = (unit_cost_usd * units * chosen / default).quantize(COST_STEP_USD, ROUND_HALF_UP)
    rate = settings.usd_to_token_rate * settings.markup_multiplier
    return Quote(price_tokens=(cost_usd * rate).quantize(CENT, ROUND_HALF_UP), cost_usd=cost_usd)
