from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from botapp.business import audit, balance, generation
from botapp.business.generation.limits import ACTIVE_ORDERS_MAX
from botapp.models import AIModel, GenRequest, PricingSettings
from botapp.tests.orders import Status, cancel, new_order, place, store
from botapp.tests.parallel import at_once
from conftest import make_user

PHOTO = {"file_id": "photo"}


def start(user, **changes):
    return generation.start(new_order(user, **changes))


def tokens(user):
    return balance.get_balance(user_id=user.pk)


def test_an_order_is_queued_and_paid_for(alice):
    started = start(alice)

    order = GenRequest.objects.get()
    assert started.is_new
    assert (order, order.status, order.cost) == (started.order, "queued", Decimal("3.20"))
    assert order.transaction.amount == Decimal("-3.20")
    assert order.transaction.generation_request == order
    assert tokens(alice) == Decimal("96.80")


@pytest.mark.parametrize(
    ("slug", "quantity", "price_tokens", "cost_usd"),
    [
        ("nano-banana", 1, "0.80", "0.02"),
        ("nano-banana", 3, "2.40", "0.06"),
        ("nano-banana-pro", 1, "6.00", "0.15"),
    ],
)
def test_exactly_the_listed_price_is_taken(alice, slug, quantity, price_tokens, cost_usd):
    order = place(alice, model_slug=slug, quantity=quantity)

    assert (order.cost, order.cost_usd) == (Decimal(price_tokens), Decimal(cost_usd))
    assert tokens(alice) == 100 - Decimal(price_tokens)


def test_an_order_keeps_its_price_when_prices_change(alice):
    order = place(alice)
    PricingSettings.objects.update(markup_multiplier=4)

    assert start(alice).order.cost == order.cost == Decimal("3.20")
    assert place(alice, key="order:2").cost == Decimal("6.40")


def test_the_card_completes_what_was_not_chosen(alice):
    order = place(alice, model_slug="nano-banana-pro", quantity=1, params={"aspect_ratio": "9:16"})

    assert order.generation_params == {"aspect_ratio": "9:16", "image_size": "1K"}
    assert order.aspect_ratio == "9:16"
    assert (order.provider, order.model) == ("gemini", "gemini-3-pro-image")


def test_pictures_make_it_an_edit(alice):
    assert place(alice).generation_type == "text2image"
    assert place(alice, key="order:2", sources=(PHOTO,)).generation_type == "image2image"


def test_the_same_key_twice_is_one_order_and_one_charge(alice):
    first, second = start(alice), start(alice)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.order == second.order
    assert tokens(alice) == Decimal("96.80")


def test_a_repeated_key_is_answered_also_when_no_new_order_would_be_possible(alice):
    first = start(alice)
    AIModel.objects.update(is_active=False)
    balance.post(balance.Posting(alice.pk, "admin", -tokens(alice), "spend"))

    assert start(alice).order == first.order


def test_a_repeat_of_a_closed_order_does_not_make_it_free(alice):
    cancel(place(alice).pk)

    again = start(alice)

    assert (again.is_new, again.order.status) == (False, "cancelled")
    assert tokens(alice) == 100


def test_nobody_gets_anothers_order_by_its_key(alice, boris):
    start(alice)

    with pytest.raises(balance.KeyReusedError):
        start(boris)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"model_slug": "nano-apple"}, generation.ModelUnavailableError),
        ({"model_slug": ""}, generation.ModelUnavailableError),
        ({"prompt": ""}, generation.EmptyPromptError),
        ({"prompt": " \n\t "}, generation.EmptyPromptError),
        ({"prompt": "a" * 4001}, generation.PromptTooLongError),
        ({"prompt": "a\0b"}, generation.InvalidParameterError),
        ({"sources": (PHOTO,) * 6}, generation.TooManyInputsError),
        ({"quantity": 0}, generation.InvalidParameterError),
        ({"quantity": -1}, generation.InvalidParameterError),
        ({"quantity": 5}, generation.InvalidParameterError),
        ({"model_slug": "nano-banana-pro", "quantity": 2}, generation.InvalidParameterError),
        ({"params": {"aspect_ratio": "7:5"}}, generation.InvalidParameterError),
        ({"params": {"aspect_ratio": ["1:1"]}}, generation.InvalidParameterError),
        ({"params": {"image_size": "512"}}, generation.InvalidParameterError),
        ({"params": {"resolution": "1080p"}}, generation.InvalidParameterError),
        ({"model_slug": "kling-v2-1"}, generation.MissingInputError),
        ({"model_slug": "sora2"}, generation.ModelUnavailableError),
        ({"model_slug": "flux-pro", "sources": (PHOTO,)}, generation.InputNotTakenError),
        ({"model_slug": "kling-v3", "params": {"duration": 16}}, generation.InvalidParameterError),
        ({"params": {"price": "0"}}, generation.InvalidParameterError),
    ],
)
def test_an_impossible_order_takes_no_tokens(alice, changes, error):
    with pytest.raises(error):
        start(alice, **changes)

    assert not GenRequest.objects.exists()
    assert tokens(alice) == 100


def test_a_model_off_sale_is_not_sold(alice):
    AIModel.objects.filter(slug="nano-banana").update(is_active=False)

    with pytest.raises(generation.ModelUnavailableError):
        start(alice)


def test_a_model_without_a_price_is_not_given_away(alice):
    AIModel.objects.update(base_cost_usd=0, unit_cost_usd=0)

    with pytest.raises(generation.ModelUnavailableError):
        start(alice)

    assert not GenRequest.objects.exists()


def test_an_emoji_counts_as_one_character(alice):
    assert place(alice, prompt="🍌" * 4000).prompt == "🍌" * 4000

    with pytest.raises(generation.PromptTooLongError) as refused:
        start(alice, key="order:2", prompt="🍌" * 4001)

    assert (refused.value.length, refused.value.length_max) == (4001, 4000)


def test_the_refusal_of_inputs_names_the_limit(alice):
    with pytest.raises(generation.TooManyInputsError) as refused:
        start(alice, model_slug="nano-banana-pro", quantity=1, sources=(PHOTO,) * 7)

    assert refused.value.count_max == 6


def test_without_enough_tokens_there_is_no_order(boris):
    with pytest.raises(balance.NotEnoughTokensError) as refused:
        start(boris)

    assert refused.value.missing == Decimal("3.20")
    assert not GenRequest.objects.exists()


def test_the_limit_counts_only_orders_at_work(alice):
    for number in range(ACTIVE_ORDERS_MAX):
        place(alice, key=f"order:{number}")

    with pytest.raises(generation.TooManyActiveOrdersError) as refused:
        start(alice, key="one more")
    assert refused.value.count_max == ACTIVE_ORDERS_MAX

    cancel(GenRequest.objects.earliest("pk").pk)
    assert start(alice, key="one more").is_new


def test_anothers_orders_do_not_count(alice):
    for number in range(ACTIVE_ORDERS_MAX):
        place(alice, key=f"order:{number}")

    assert start(make_user(1003, "Вера", tokens=10), key="hers").is_new


def test_an_order_is_seen_only_by_its_person(alice, boris):
    order = place(alice)

    assert generation.get_own(user_id=alice.pk, generation_id=order.pk) == order
    with pytest.raises(generation.OrderNotFoundError):
        generation.get_own(user_id=boris.pk, generation_id=order.pk)


def test_a_repeated_order_costs_todays_price_and_names_its_parent(alice):
    first = place(alice, params={"aspect_ratio": "16:9"}, sources=(PHOTO,))
    PricingSettings.objects.update(markup_multiplier=4)

    again = generation.repeat(user_id=alice.pk, generation_id=first.pk, key="again").order

    assert again.cost == Decimal("6.40")
    assert again.parent_request == first
    for name in ("prompt", "quantity", "generation_params", "source_media", "ai_model"):
        assert getattr(again, name) == getattr(first, name)


def test_an_edit_takes_one_new_picture_from_the_first_result(alice):
    first = place(alice, status=Status.DONE)

    edit = generation.edit(user_id=alice.pk, generation_id=first.pk, prompt="в шляпе", key="edit")

    assert edit.order.source_media == [{"storage_key": f"results/{first.pk}/0"}]
    assert (edit.order.cost, edit.order.parent_request) == (Decimal("0.80"), first)


def test_nobody_repeats_or_edits_anothers_order(alice, boris):
    order = place(alice, status=Status.DONE)

    with pytest.raises(generation.OrderNotFoundError):
        generation.repeat(user_id=boris.pk, generation_id=order.pk, key="x")
    with pytest.raises(generation.OrderNotFoundError):
        generation.edit(user_id=boris.pk, generation_id=order.pk, prompt="x", key="x")


def test_an_order_without_results_cannot_be_edited(alice):
    order = place(alice)

    with pytest.raises(generation.OrderNotFoundError):
        generation.edit(user_id=alice.pk, generation_id=order.pk, prompt="x", key="x")
    store(order.pk, 0)
    assert generation.edit(user_id=alice.pk, generation_id=order.pk, prompt="x", key="x").is_new


def test_the_first_status_message_stays(alice):
    order = place(alice)
    for message_id in (7, 8):
        generation.attach_status_message(
            generation_id=order.pk, message_id=message_id, now=timezone.now()
        )

    order.refresh_from_db()
    assert order.status_message_id == 7


@pytest.mark.django_db(transaction=True)
def test_one_key_pressed_sixteen_times_at_once_is_one_order(alice):
    started = at_once([partial(start, alice)] * 16)

    assert len({answer.order.pk for answer in started}) == 1
    assert sum(answer.is_new for answer in started) == 1
    assert tokens(alice) == Decimal("96.80")
    assert list(audit.find_discrepancies()) == []


@pytest.mark.django_db(transaction=True)
def test_one_key_pressed_at_once_with_tokens_for_one_order_is_answered_every_time(db, catalog):
    vera = make_user(1003, "Вера", tokens=4)

    started = at_once([partial(start, vera)] * 8)

    assert {answer.order for answer in started} == {GenRequest.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_thirty_orders_at_once_do_not_exceed_the_limit(alice):
    started = at_once([partial(start, alice, key=f"order:{number}") for number in range(30)])

    refused = [
        answer for answer in started if isinstance(answer, generation.TooManyActiveOrdersError)
    ]
    assert len(refused) == 30 - ACTIVE_ORDERS_MAX
    assert GenRequest.objects.count() == ACTIVE_ORDERS_MAX
    assert list(audit.find_discrepancies()) == []


@pytest.mark.django_db(transaction=True)
def test_orders_at_once_cannot_spend_the_same_tokens(db, catalog):
    vera = make_user(1003, "Вера", tokens=10)

    started = at_once([partial(start, vera, key=f"order:{number}") for number in range(8)])

    refused = [answer for answer in started if isinstance(answer, balance.NotEnoughTokensError)]
    assert len(refused) == 5
    assert tokens(vera) == Decimal("0.40")
