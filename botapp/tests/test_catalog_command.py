"""The printed catalog and the document say what an order would really cost."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from botapp import catalog
from botapp.business.generation import drafting
from botapp.management.catalog_document import all_cards
from botapp.management.catalog_prices import Prices, orders
from botapp.management.commands.catalog import DOCUMENT, document
from botapp.models import AIModel, PricingSettings

START = Prices(PricingSettings())
every_card = pytest.mark.parametrize("card", catalog.CARDS, ids=lambda card: card.slug)


def printed():
    out = StringIO()
    call_command("catalog", stdout=out)
    return {block.split()[0]: block for block in out.getvalue().split("\n\n")}


def test_the_committed_document_is_not_stale():
    assert DOCUMENT.read_text() == document(), "run `manage.py catalog --markdown`"


def test_the_document_needs_no_database_and_no_keys(settings):
    settings.PROVIDERS = {}

    assert document() == DOCUMENT.read_text()


@every_card
def test_prices_are_those_of_an_order(card, catalog):
    model = AIModel.objects.get(slug=card.slug)
    seen = {}
    for mode, params in orders(card):
        terms = drafting.terms(model=model, card=card, mode=mode, params=params)
        assert terms.params == params
        assert START.of(card, mode, params) == terms.quote.price_tokens
        seen[mode, *params.values()] = terms.quote.price_tokens

    assert {mode for mode, *_ in seen} == set(card.modes)
    assert START.span(card) == (min(seen.values()), max(seen.values()))
    assert START.span(card)[0] <= START.default(card) <= START.span(card)[1]


def test_a_price_lies_between_the_cheapest_and_the_dearest():
    veo = catalog.BY_SLUG["veo3-fast"]

    # 4 seconds in 720p, 8 seconds in 4k; 8 seconds in 720p by default.
    assert START.span(veo) == (Decimal(8), Decimal(48))
    assert START.default(veo) == Decimal(16)


def test_the_margin_is_what_the_route_leaves():
    banana, runway = (catalog.BY_SLUG[slug] for slug in ("nano-banana", "runway_gen4"))

    # Sold at 0.04 a picture, and at 0.04 a second of film.
    assert START.margin(banana, banana.routes[0]) == Decimal("0.16")
    assert START.margin(runway, runway.routes[0]) == Decimal("-0.25")


def test_a_route_that_serves_dearer_options_only_is_measured_by_them():
    kling = catalog.BY_SLUG["kling-v3"]
    [fal] = [route for route in kling.routes if route.provider == "fal"]

    # Full HD: sold at 0.224 a second, made for 0.112.
    assert START.margin(kling, fal) == Decimal("0.5")


def test_every_model_is_printed_with_its_routes(catalog, settings):
    settings.PROVIDERS = {"gemini": settings.PROVIDERS["gemini"]}

    blocks = printed()

    assert set(blocks) == {card.slug for card in all_cards()}
    banana = blocks["nano-banana"]
    assert "цена       0.80 ⚡, от и до 0.80–2.70" in banana
    assert "параметр   image_size: 1K, 2K, 4K (обычно 1K)" in banana
    first, second = banana.splitlines()[-2:]
    assert "gemini:gemini-nano-banana-2.1" in first
    assert first.endswith("включён")
    assert second.endswith("выключен: нет FAL_API_KEY")


def test_what_operators_changed_is_printed_and_the_document_stays(catalog):
    PricingSettings.objects.update(markup_multiplier=3)
    AIModel.objects.filter(slug="nano-banana").update(base_cost_usd=Decimal("0.0400"))

    assert "цена       2.40 ⚡, от и до 2.40–8.10" in printed()["nano-banana"]
    assert document() == DOCUMENT.read_text()
