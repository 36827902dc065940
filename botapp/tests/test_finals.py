"""Cheap draft, then final: the same order in the best quality, for the difference."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from botapp import catalog, keyboards
from botapp.business import audit, balance, generation
from botapp.catalog import Mode
from botapp.models import AIModel, GenRequest, UserSettings
from botapp.tests import orders
from botapp.tests.cards import said
from botapp.tests.orders import Status
from botapp.tests.parallel import at_once
from botapp.tests.test_result_buttons import finished
from conftest import give_tokens

EXTRA = Decimal("1.90")


@pytest.mark.parametrize(
    ("slug", "mode", "params", "finer"),
    [
        ("nano-banana", "text2image", {}, {"image_size": "4K"}),
        ("nano-banana", "image2image", {"image_size": "2K"}, {"image_size": "4K"}),
        ("nano-banana", "text2image", {"image_size": "4K"}, {}),
        ("gpt-image-1", "text2image", {"quality": "low"}, {"quality": "high"}),
        ("veo3-fast", "text2video", {}, {"resolution": "4k"}),
        # 1080p and 4K films have eight seconds: this one could not stay as it is.
        ("veo3-fast", "text2video", {"duration": 6}, {}),
        ("flux-pro", "text2image", {}, {}),
        ("midjourney-v7-fast", "text2image", {"speed": "relaxed"}, {}),
    ],
)
def test_the_dearest_quality_that_changes_nothing_else(slug, mode, params, finer):
    card = catalog.BY_SLUG[slug]
    usual = catalog.adjust(card, Mode(mode), params)

    assert catalog.finest(card, Mode(mode), params) == usual | finer


def final_button(order):
    extra = generation.upgrade_price(order)
    rows = keyboards.after_result(order, extra=extra).inline_keyboard
    found = [button for row in rows for button in row if "качестве" in button.text]
    return found[0] if found else None


def upgrade(order, key="final", price=EXTRA):
    return generation.upgrade(
        user_id=order.user_id, generation_id=order.pk, key=key, price=price
    ).order


def test_a_final_costs_the_difference_and_is_the_same_order(sent, phone, alice):
    draft = finished(alice, prompt="кот", params={"aspect_ratio": "16:9"})
    button = final_button(draft)
    assert button.text == "⬆️ В высоком качестве · +⚡1.90"

    phone.press(button.callback_data)

    final = GenRequest.objects.exclude(pk=draft.pk).get()
    assert (final.cost, final.upgrades, final.prompt) == (EXTRA, draft, "кот")
    assert final.generation_params == {"aspect_ratio": "16:9", "image_size": "4K"}
    assert final.cost_usd == Decimal("0.0675"), "what it costs us is whole"
    assert balance.get_balance(user_id=alice.pk) == 100 - Decimal("2.70")
    assert "В очереди" in " ".join(said(sent))
    assert final_button(draft) is None
    assert "качестве" not in str(sent.calls[-1].reply_markup), "the button goes from the draft"
    assert list(audit.find_discrepancies()) == []


def test_a_final_dearer_than_ones_own_threshold_takes_one_more_tap(sent, phone, alice):
    UserSettings.objects.filter(user=alice).update(confirm_above_tokens=1)
    draft = finished(alice)

    phone.press(final_button(draft).callback_data)
    assert list(GenRequest.objects.all()) == [draft]
    surely = sent.calls[-1].reply_markup.inline_keyboard[0][0]
    assert "⚡1.90" in surely.text
    phone.press(surely.callback_data)

    assert draft.finals.get().cost == EXTRA


def test_a_second_press_orders_nothing(sent, phone, alice):
    draft = finished(alice)
    data = final_button(draft).callback_data
    phone.press(data)

    phone.press(data, message_id=501)

    assert "уже делается" in said(sent)[-1]
    assert GenRequest.objects.count() == 2


def test_a_redelivered_press_is_the_same_final(alice):
    draft = finished(alice)

    assert upgrade(draft) == upgrade(draft)
    assert balance.get_balance(user_id=alice.pk) == 100 - Decimal("2.70")


@pytest.mark.parametrize("end", [orders.fail, orders.cancel])
def test_a_lost_final_gives_back_the_difference_and_frees_the_draft(alice, end):
    draft = finished(alice)
    lost = upgrade(draft)

    assert end(lost.pk)

    lost.refresh_from_db()
    assert lost.refunded == EXTRA
    assert balance.get_balance(user_id=alice.pk) == 100 - draft.cost
    assert generation.upgrade_price(draft) == EXTRA
    assert upgrade(draft, key="once more").upgrades == draft
    assert list(audit.find_discrepancies()) == []


def test_a_final_that_comes_late_stands_beside_the_one_ordered_instead(alice):
    draft = finished(alice)
    late = upgrade(draft)
    orders.claim_next()
    assert orders.accept(late.pk)
    late.refresh_from_db()
    assert generation.fail(
        generation_id=late.pk, code="timeout", detail="", now=orders.NOW, may_be_late=True
    )
    upgrade(draft, key="instead")
    orders.store(late.pk, 0)

    assert orders.finish(late.pk)

    late.refresh_from_db()
    assert (late.status, late.upgrades) == (Status.DELIVERING, None)
    assert list(audit.find_discrepancies()) == []


def test_a_partial_draft_counts_for_what_it_cost(alice):
    draft = orders.place(alice, status=Status.SUBMITTING)
    orders.store(draft.pk, 0, 1)
    orders.finish(draft.pk)
    orders.complete(draft.pk)
    draft.refresh_from_db()
    assert (draft.cost, draft.refunded) == (Decimal("3.20"), Decimal("1.60"))

    assert generation.upgrade_price(draft) == Decimal("10.80") - Decimal("1.60")
    final = upgrade(draft, price=Decimal("9.20"))

    assert (final.quantity, final.cost) == (4, Decimal("9.20"))


def test_half_a_final_gives_back_half_the_difference(alice):
    draft = finished(alice, results=1)
    GenRequest.objects.filter(pk=draft.pk).update(quantity=2)
    draft.refresh_from_db()
    price = generation.upgrade_price(draft)
    final = upgrade(draft, price=price)
    orders.claim_next()
    orders.store(final.pk, 0)

    assert orders.finish(final.pk)

    final.refresh_from_db()
    assert final.refunded == price / 2


def test_what_became_dearer_is_said_and_not_charged(sent, phone, alice):
    draft = finished(alice)
    data = final_button(draft).callback_data
    AIModel.objects.filter(slug="nano-banana").update(base_cost_usd="0.04")

    phone.press(data)

    assert "Цена изменилась" in " ".join(said(sent))
    assert list(GenRequest.objects.all()) == [draft]
    assert "+⚡4.60" in str(sent.calls[-1].reply_markup)


def test_a_final_that_would_cost_nothing_more_is_not_offered(alice):
    draft = finished(alice)
    AIModel.objects.filter(slug="nano-banana").update(base_cost_usd="0.001")
    draft.ai_model.refresh_from_db()

    assert generation.upgrade_price(draft) is None
    with pytest.raises(generation.InvalidParameterError):
        upgrade(draft)


def test_what_is_the_best_already_or_not_made_has_no_final(rich):
    best = finished(rich, params={"image_size": "4K"})
    queued = orders.place(rich, key="queued")

    assert (generation.upgrade_price(best), generation.upgrade_price(queued)) == (None, None)
    with pytest.raises(generation.InvalidParameterError):
        upgrade(best)
    with pytest.raises(generation.OrderNotFoundError):
        upgrade(queued)


def test_the_seed_of_a_draft_is_kept(rich):
    draft = finished(
        rich, kind="video", mime_type="video/mp4", model_slug="veo3-fast", params={"seed": 77}
    )

    final = upgrade(draft, price=generation.upgrade_price(draft))

    assert (final.generation_params["seed"], final.video_resolution) == (77, "4k")


def test_without_tokens_for_the_difference_nothing_is_ordered(sent, phone, boris, alice):
    give_tokens(boris, 1)
    draft = finished(boris)

    with pytest.raises(balance.NotEnoughTokensError) as refused:
        upgrade(draft)

    assert (refused.value.required, refused.value.available) == (EXTRA, Decimal("0.20"))


def test_the_database_itself_allows_one_living_final(alice):
    draft = finished(alice)
    upgrade(draft)
    other = orders.place(alice, key="other")

    with pytest.raises(IntegrityError), transaction.atomic():
        GenRequest.objects.filter(pk=other.pk).update(upgrades=draft)


@pytest.mark.django_db(transaction=True)
def test_presses_at_one_moment_order_one_final(alice):
    draft = finished(alice)

    answers = at_once([partial(upgrade, draft, f"press:{number}") for number in range(6)])

    refused = [one for one in answers if isinstance(one, generation.FinalOrderedError)]
    assert len(refused) == 5
    assert draft.finals.count() == 1
    assert balance.get_balance(user_id=alice.pk) == 100 - Decimal("2.70")
    assert list(audit.find_discrepancies()) == []
