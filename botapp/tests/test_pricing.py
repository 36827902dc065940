from decimal import Decimal

import pytest

from botapp import catalog as cards
from botapp.business import pricing
from botapp.business.generation import drafting
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
    ("slug", "params", "price_tokens"),
    [
        ("nano-banana", {}, "0.80"),
        ("nano-banana-pro", {}, "6.00"),
        ("nano-banana-pro", {"image_size": "2K"}, "6.00"),
        ("gpt-image-1", {}, "1.60"),
        ("midjourney-v7-fast", {}, "1.60"),
        ("veo3-fast", {"duration": 8}, "16.00"),
        ("kling-v2-5-turbo", {"duration": 5}, "8.40"),
        ("kling-v2-5-turbo", {"duration": 10}, "16.80"),
        ("kling-v2-5-turbo", {"duration": 5, "resolution": "1080p"}, "14.00"),
        ("kling-v2-5-turbo", {"duration": 10, "resolution": "1080p"}, "28.00"),
        ("kling-v2-6", {"duration": 5}, "11.00"),
        ("kling-v2-6", {"duration": 10}, "22.00"),
        ("kling-v2-6", {"duration": 5, "audio": True, "resolution": "1080p"}, "14.00"),
        ("kling-v2-6", {"duration": 10, "audio": True, "resolution": "1080p"}, "28.00"),
        ("kling-v2-1", {"duration": 5}, "8.00"),
        ("kling-v2-1", {"duration": 10}, "16.00"),
        ("kling-v2-1", {"duration": 5, "resolution": "1080p"}, "14.00"),
        ("kling-v2-1", {"duration": 10, "resolution": "1080p"}, "28.00"),
        ("kling-v2-1-master", {"duration": 5}, "32.00"),
        ("kling-v2-1-master", {"duration": 10}, "64.00"),
        ("kling_O1", {"duration": 3}, "12.00"),
        ("kling_O1", {"duration": 5}, "20.00"),
        ("kling_O1", {"duration": 10}, "40.00"),
        ("runway_gen4", {"duration": 5}, "4.00"),
        ("runway_gen4", {"duration": 10}, "8.00"),
        ("runway_aleph", {}, "20.00"),
        ("midjourney-video", {}, "3.00"),
    ],
)
def test_the_worked_examples_of_what_users_know(catalog, slug, params, price_tokens):
    """product.md 2.2, by the options that a person chooses."""
    assert terms(slug, params).quote.price_tokens == Decimal(price_tokens)


def test_sora_by_the_second(catalog):
    """product.md 2.2 has 10 and 15 seconds; the API takes 4, 8 and 12 at the same price each."""
    assert terms("sora2", {"duration": 8}).quote.price_tokens == Decimal("6.40")
    assert terms("sora2", {"duration": 12}).quote.price_tokens == Decimal("9.60")


def test_dearer_options_cost_more_and_follow_the_operators_cost(catalog):
    small, large = {"image_size": "1K"}, {"image_size": "4K"}
    before = terms("nano-banana", large).quote
    AIModel.objects.filter(slug="nano-banana").update(base_cost_usd=Decimal("0.0400"))

    assert terms("nano-banana", small).quote.price_tokens == Decimal("1.60")
    assert terms("nano-banana", large).quote.cost_usd == 2 * before.cost_usd


def terms(slug, params):
    card = cards.BY_SLUG[slug]
    mode = card.modes[0]
    model = AIModel.objects.get(slug=slug)
    return drafting.terms(model=model, card=card, mode=mode, params=params)


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
