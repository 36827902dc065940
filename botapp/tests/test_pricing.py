from decimal import Decimal

import pytest

from botapp.business import pricing
from botapp.models import AIModel, PricingSettings


@pytest.mark.parametrize(
    ("slug", "units", "price_tokens", "cost_usd"),
    [
        ("nano-banana", 1, "0.80", "0.0200"),
        ("nano-banana", 4, "3.20", "0.0800"),
        ("nano-banana-pro", 1, "6.00", "0.1500"),
    ],
)
def test_the_price_list_of_the_product(catalog, slug, units, price_tokens, cost_usd):
    model = AIModel.objects.get(slug=slug)

    assert pricing.quote(model=model, units=units) == pricing.Quote(
        price_tokens=Decimal(price_tokens), cost_usd=Decimal(cost_usd)
    )
    assert units > 1 or model.price == Decimal(price_tokens)


@pytest.mark.parametrize(
    ("cost_usd", "units", "price_tokens"),
    [
        ("0.0200", 8, "6.40"),  # Sora 2
        ("0.0420", 10, "16.80"),  # Kling 2.5
        ("0.0550", 5, "11.00"),  # Kling 2.6
        ("0.1600", 10, "64.00"),  # Kling 2.1 Master
        ("0.0150", 5, "3.00"),  # Midjourney video
        ("0.0100", 1, "0.40"),  # Prompt by reference
    ],
)
def test_the_worked_examples_of_the_price_formula(catalog, cost_usd, units, price_tokens):
    model = AIModel(base_cost_usd=Decimal(cost_usd))

    assert pricing.quote(model=model, units=units).price_tokens == Decimal(price_tokens)


def test_a_base_cost_goes_before_the_unit_cost(catalog):
    model = AIModel(base_cost_usd=Decimal("0.0100"), unit_cost_usd=Decimal("5.0000"))

    assert pricing.quote(model=model, units=1).price_tokens == Decimal("0.40")


def test_an_operators_new_rate_prices_the_next_order(catalog):
    PricingSettings.objects.update(usd_to_token_rate=40, markup_multiplier="1.5")
    model = AIModel.objects.get(slug="nano-banana")

    assert pricing.quote(model=model, units=1).price_tokens == Decimal("1.20") == model.price


def test_a_token_sells_for_five_cents(catalog):
    assert pricing.token_price_usd() == Decimal("0.0500")


def test_without_the_pricing_row_nothing_is_priced(catalog):
    PricingSettings.objects.all().delete()

    with pytest.raises(pricing.PricingNotConfiguredError):
        pricing.quote(model=AIModel(base_cost_usd=Decimal(1)), units=1)
