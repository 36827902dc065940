from decimal import Decimal
from itertools import product

import pytest
from django.core.management import call_command

from botapp import catalog as cards
from botapp.business import catalog_sync
from botapp.catalog import Mode, Range, Role
from botapp.models import AIModel, GenRequest
from botapp.providers import registry

every_card = pytest.mark.parametrize("card", cards.CARDS, ids=lambda card: card.slug)
every_mode = pytest.mark.parametrize(
    ("card", "mode"),
    [(card, mode) for card in cards.CARDS for mode in card.modes],
    ids=lambda item: getattr(item, "slug", item),
)
BANANA = cards.BY_SLUG["nano-banana"]
KLING_26 = cards.BY_SLUG["kling-v2-6"]
VEO = cards.BY_SLUG["veo3-fast"]


def check_exit_code():
    with pytest.raises(SystemExit) as ended:
        call_command("sync_catalog", "--check")
    return ended.value.code


def some_values(param):
    """A few values of a parameter, its ends among them."""
    if isinstance(param, cards.Choice):
        return param.options
    if isinstance(param, Range):
        return (param.minimum, param.default, param.maximum)
    return (True, False) if isinstance(param, cards.Switch) else ("", "words")


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
    assert all(param.accepts(param.default) for param in card.params.values())
    assert card.prompt_length_max > 0
    assert card.quantity_max >= 1
    assert {name for rule in card.rules for name in (*rule.when, *rule.allows)} <= {*card.params}


@every_mode
def test_a_mode_has_its_inputs_and_a_provider_for_its_defaults(card, mode):
    params = cards.check(card, mode, {})

    assert cards.REQUIRED_ROLES[mode] <= set(card.inputs)
    assert [route.key for route in card.routes if route.serves(mode, params)]


@every_mode
def test_the_inputs_of_a_mode_make_that_mode(card, mode):
    """A follow-up continues an earlier order instead of taking inputs."""
    is_made = mode in cards.modes_for(card, cards.REQUIRED_ROLES[mode])

    assert is_made == (mode not in cards.FOLLOW_UPS)


@every_mode
def test_whatever_is_pressed_can_be_ordered(card, mode):
    known = card.params_in(mode)
    for (one, first), (other, second) in product(known.items(), known.items()):
        for value, last in product(some_values(first), some_values(second)):
            wished = {name: v for name, v in ((one, value), (other, last)) if name != other}
            wished[other] = last

            settled = cards.adjust(card, mode, wished)

            assert cards.check(card, mode, settled) == settled
            assert settled[other] == last


@every_card
def test_a_card_has_a_price_for_all_it_can_do(card):
    for table in (card.costs, *(route.costs for route in card.routes)):
        assert not table[-1].when
        for cost in table:
            assert cost.usd > 0
            assert cost.usd == cost.usd.quantize(Decimal("0.0001"))
            for name, value in cost.when.items():
                assert (
                    value in card.modes
                    if name == "mode"
                    else card.params[name].accepts(value) or name == "resolution"
                )
    if card.cost_unit is cards.CostUnit.SECOND:
        assert "duration" in card.params
    assert card.quantity_max == 1 or card.cost_unit is cards.CostUnit.IMAGE


@every_card
def test_a_card_fits_into_its_row(card, catalog):
    row = AIModel.objects.get(slug=card.slug)

    row.full_clean()
    assert row.price > 0
    assert row.is_active is card.is_active


def test_the_later_wish_prevails():
    text = Mode.TEXT_TO_VIDEO

    loud_last = cards.adjust(KLING_26, text, {"resolution": "720p", "audio": True})
    small_last = cards.adjust(KLING_26, text, {"audio": True, "resolution": "720p"})

    assert (loud_last["audio"], loud_last["resolution"]) == (True, "1080p")
    assert (small_last["audio"], small_last["resolution"]) == (False, "720p")


def test_an_order_with_wishes_that_exclude_each_other_is_refused():
    with pytest.raises(cards.BadParameterError) as refused:
        cards.check(KLING_26, Mode.TEXT_TO_VIDEO, {"audio": True, "resolution": "720p"})

    assert refused.value.name in ("audio", "resolution")


@pytest.mark.parametrize(
    "params",
    [{"duration": 7}, {"duration": True}, {"duration": "5"}, {"colour": "red"}, {"audio": 1}],
)
def test_what_is_not_on_the_card_is_refused(params):
    with pytest.raises(cards.BadParameterError):
        cards.check(KLING_26, Mode.TEXT_TO_VIDEO, params)


def test_two_frames_and_a_large_picture_make_the_film_as_long_as_it_must_be():
    for mode, wish in (
        (Mode.FRAMES_TO_VIDEO, {}),
        (Mode.REFERENCES_TO_VIDEO, {}),
        (Mode.TEXT_TO_VIDEO, {"resolution": "4k"}),
    ):
        assert cards.adjust(VEO, mode, wish)["duration"] == 8


def test_the_inputs_decide_the_mode():
    first, last, reference = Role.FIRST_FRAME, Role.LAST_FRAME, Role.REFERENCE

    assert cards.modes_for(VEO, []) == (Mode.TEXT_TO_VIDEO,)
    assert cards.modes_for(VEO, [first]) == (Mode.IMAGE_TO_VIDEO,)
    assert cards.modes_for(VEO, [first, last]) == (Mode.FRAMES_TO_VIDEO,)
    assert cards.modes_for(VEO, [reference] * 3) == (Mode.REFERENCES_TO_VIDEO,)
    assert cards.modes_for(VEO, [reference] * 4) == ()
    assert cards.modes_for(VEO, [last]) == ()


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
        "cooldown_seconds": 30,
        "daily_limit": 7,
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
    assert (row.api_model_name, row.max_quantity) == (BANANA.route.model, 4)
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
