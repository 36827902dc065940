"""Who wants to be asked from some price on is asked by every button that orders at once."""

from decimal import Decimal

import pytest
from aiogram.methods import EditMessageReplyMarkup

from botapp import keyboards
from botapp.business import balance, generation
from botapp.models import GenRequest, PricingSettings, UserBalance, UserSettings
from botapp.tests.cards import said
from botapp.tests.test_result_buttons import finished
from conftest import give_tokens


def made(user, **changes):
    """A finished order; from now on its person wants to be asked from half a token on."""
    order = finished(user, **changes)
    UserSettings.objects.update(confirm_above_tokens=Decimal("0.50"))
    return order


def made_since(first):
    return GenRequest.objects.exclude(pk=first.pk)


def first_button(sent):
    return sent.calls[-1].reply_markup.inline_keyboard[0][0]


@pytest.fixture
def patient(monkeypatch):
    """A person who waits a while between two presses of one button."""
    monkeypatch.setattr("botapp.middlewares.updates.DOUBLE_TAP_S", 0)


def test_a_price_that_rose_after_the_question_is_not_paid(sent, phone, rich):
    order = made(rich)
    phone.press(f"order:again:{order.pk}")
    PricingSettings.objects.update(markup_multiplier=6)

    phone.press(first_button(sent).callback_data)

    assert not made_since(order).exists()
    assert any("изменилась" in text for text in said(sent))


def test_after_one_order_the_question_is_gone(sent, phone, rich, patient):
    order = made(rich)
    phone.press(f"order:again:{order.pk}")

    phone.press(first_button(sent).callback_data)

    shown = [call for call in sent.calls if isinstance(call, EditMessageReplyMarkup)][-1]
    assert "again_sure" not in str(shown.reply_markup)
    assert shown.reply_markup == keyboards.after_result(
        order, extra=generation.upgrade_price(order)
    )


def test_again_takes_one_more_tap_and_is_one_order(sent, phone, rich):
    order = made(rich)
    before = balance.get_balance(user_id=rich.pk)

    phone.press(f"order:again:{order.pk}")
    assert not made_since(order).exists()
    surely = first_button(sent)
    assert "⚡0.80" in surely.text
    phone.press(surely.callback_data)
    phone.press(surely.callback_data)

    assert made_since(order).get().cost == Decimal("0.80")
    assert balance.get_balance(user_id=rich.pk) == before - Decimal("0.80")


def test_upscaling_takes_one_more_tap(sent, phone, rich):
    order = made(rich, results=4, model_slug="midjourney-v7-fast")
    upscale = keyboards.after_result(order).inline_keyboard[1][2]

    phone.press(upscale.callback_data)
    assert not made_since(order).exists()
    phone.press(first_button(sent).callback_data)

    upscaled = made_since(order).get()
    assert (upscaled.generation_type, upscaled.parent_result_index) == ("upscale", 2)


def test_a_change_of_a_picture_becomes_a_card_with_its_price(sent, phone, rich, card):
    order = made(rich)
    phone.press(f"order:edit:{order.pk}")
    assert "Сделаю сразу" not in said(sent)[-1]

    phone.say("надень шляпу")
    assert not made_since(order).exists()
    assert card.price == Decimal("0.80")
    card.tap("Создать")
    card.tap("⚡0.80")

    edited = made_since(order).get()
    assert (edited.prompt, edited.generation_type) == ("надень шляпу", "image2image")
    assert edited.source_media[0]["storage_key"] == order.results.get().storage_key


@pytest.mark.parametrize("threshold", [None, Decimal("0.80")])
def test_what_is_not_dear_is_made_at_once(sent, phone, rich, threshold):
    order = made(rich)
    UserSettings.objects.update(confirm_above_tokens=threshold)

    phone.press(f"order:again:{order.pk}")

    assert made_since(order).count() == 1


def test_nobody_is_asked_about_anothers_order(sent, phone, rich, boris):
    give_tokens(boris, 10)
    order = made(boris)

    phone.press(f"again_sure:{order.pk}:0.80")

    assert "не найден" in said(sent)[-1]
    assert GenRequest.objects.count() == 1


def test_a_card_that_cannot_be_paid_asks_nothing(sent, phone, rich, card):
    UserSettings.objects.update(confirm_above_tokens=Decimal("0.50"))
    phone.press("model:kling-v3")
    phone.say("море")
    UserBalance.objects.update(balance=1)

    card.tap("Создать")

    assert "не хватает" in said(sent)[-1].lower()
    assert sent.calls[-1].reply_markup.inline_keyboard
    assert not any(isinstance(call, EditMessageReplyMarkup) for call in sent.calls)


def test_a_card_that_lacks_a_photo_asks_for_it_not_about_the_price(sent, phone, rich, card):
    UserSettings.objects.update(confirm_above_tokens=Decimal("0.50"))
    phone.press("model:veo3-fast")
    phone.send_photo("first", caption="рассвет")
    card.tap("Режим: ")
    card.tap("первый и последний кадр")

    card.tap("🔒 Создать")

    assert "Пришлите ещё одно фото" in said(sent)[-1]


@pytest.mark.parametrize("button", ["again", "upscale", "final"])
def test_a_button_that_cannot_be_paid_for_asks_nothing(sent, phone, rich, button):
    order = made(rich, results=4, model_slug="midjourney-v7-fast")
    UserBalance.objects.update(balance=Decimal("0.01"))
    data = {
        "again": keyboards.OnOrder(action="again", generation_id=order.pk),
        "upscale": keyboards.FollowUp(mode="upscale", generation_id=order.pk, index=0),
        "final": keyboards.Final(generation_id=order.pk, price=Decimal("1.60")),
    }

    phone.press(data[button].pack())

    assert "не хватает" in said(sent)[-1].lower()
    assert not any(isinstance(call, EditMessageReplyMarkup) for call in sent.calls)
