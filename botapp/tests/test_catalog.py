from decimal import Decimal

import pytest
from django.core.management import call_command

from botapp import catalog as cards
from botapp.business import catalog_sync
from botapp.models import AIModel, GenRequest
from botapp.providers import registry

every_card = pytest.mark.parametrize("card", cards.CARDS, ids=lambda card: card.slug)
BANANA = cards.BY_SLUG["nano-banana"]


def check_exit_code():
    with pytest.raises(SystemExit) as ended:
        call_command("sync_catalog", "--check")
    return ended.value.code


def test_slugs_are_unique_and_the_default_model_is_one_of_them():
    assert len(cards.BY_SLUG) == len(cards.CARDS)
    assert cards.BY_SLUG[cards.DEFAULT_IMAGE_SLUG].kind is cards.Kind.IMAGE


def test_an_unknown_slug_has_no_card():
    assert cards.find("nano-apple") is None


@every_card
def test_a_card_can_be_made(card):
    assert card.modes
    assert set(card.modes) <= {cards.Mode(value) for value in GenRequest.GenerationType.values}
    assert {route.provider for route in card.routes} <= set(registry.ADAPTERS)
    assert all(choice.default in choice.options for choice in card.params.values())
    assert card.prompt_length_max > 0
    assert card.quantity_max >= 1


@every_card
def test_a_card_takes_pictures_exactly_when_a_mode_needs_them(card):
    from_pictures = {mode for mode in card.modes if mode.value.startswith("image2")}

    assert bool(from_pictures) == (card.inputs.images_max > 0)


@every_card
def test_a_card_has_a_price_for_all_it_can_do(card):
    assert card.cost_usd > 0
    assert card.cost_usd == card.cost_usd.quantize(Decimal("0.0001"))
    # An order is priced by its pictures or as a whole; nothing counts seconds yet.
    assert card.cost_unit is not cards.CostUnit.SECOND
    assert card.quantity_max == 1 or card.cost_unit is cards.CostUnit.IMAGE


@every_card
def test_a_card_fits_into_its_row(card, catalog):
    row = AIModel.objects.get(slug=card.slug)

    row.full_clean()
    assert row.price > 0
    assert row.is_active


def test_syncing_twice_changes_nothing_the_second_time(db, catalog):
    assert catalog_sync.sync() == (0, 0)
    assert catalog_sync.find_stale() == []


def test_operators_edits_outlive_the_sync(catalog):
    edits = {
        "display_name": "Банан",
        "short_description": "вкусно",
        "base_cost_usd": Decimal("0.0700"),
        "unit_cost_usd": Decimal("0.0600"),
        "order": 99,
        "is_active": False,
    }
    AIModel.objects.filter(slug=BANANA.slug).update(**edits)

    assert catalog_sync.sync() == (0, 0)

    row = AIModel.objects.filter(slug=BANANA.slug).values(*edits, "price").get()
    assert row == edits | {"price": Decimal("2.80")}


def test_a_fact_that_differs_from_the_card_is_written_anew(catalog):
    AIModel.objects.filter(slug=BANANA.slug).update(
        api_model_name="old", max_quantity=9, display_name="Банан"
    )

    assert catalog_sync.find_stale() == [BANANA.slug]
    assert catalog_sync.sync() == (0, 1)

    row = AIModel.objects.get(slug=BANANA.slug)
    assert (row.api_model_name, row.max_quantity) == (BANANA.route.provider_model, 4)
    assert row.display_name == "Банан"


def test_the_statistics_of_a_model_are_not_facts(catalog):
    AIModel.objects.update(total_generations=5, total_errors=2)

    assert catalog_sync.find_stale() == []


def test_a_missing_model_is_created_again(catalog):
    AIModel.objects.filter(slug=BANANA.slug).delete()

    assert catalog_sync.sync() == (1, 0)
    assert AIModel.objects.get(slug=BANANA.slug).price == Decimal("0.80")


def test_the_check_changes_nothing_and_its_exit_code_tells(catalog, capsys):
    assert check_exit_code() == 0

    AIModel.objects.filter(slug=BANANA.slug).update(max_quantity=9)

    assert check_exit_code() == 1
    assert BANANA.slug in capsys.readouterr().out
    assert AIModel.objects.get(slug=BANANA.slug).max_quantity == 9


def test_the_command_says_what_it_did(catalog, capsys):
    AIModel.objects.all().delete()

    call_command("sync_catalog")

    assert f"{len(cards.CARDS)} created, 0 updated" in capsys.readouterr().out
