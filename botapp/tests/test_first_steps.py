"""What a newcomer stumbles over: a mistyped code, a link that is over, a photo to keep, /cancel."""

from decimal import Decimal

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage, SetChatMenuButton

from botapp.business import balance
from botapp.models import GenRequest, Promocode, SavedReference, UserSettings
from botapp.tests.cards import said
from botapp.tests.conftest import Chatter
from botapp.tests.test_result_buttons import finished


@pytest.fixture
def gift(db) -> Promocode:
    return Promocode.objects.create(code="GIFT20", value=Decimal("20.00"), max_uses=3)


def labels(call):
    return [button.text for row in call.reply_markup.inline_keyboard for button in row]


def button_names(sent):
    return [
        (call.chat_id, call.menu_button.text)
        for call in sent.calls
        if isinstance(call, SetChatMenuButton)
    ]


def test_a_code_mistyped_in_the_command_can_be_sent_again(alice, gift, phone, sent):
    phone.say("/promo gift21")
    assert "Такого промокода нет" in sent.calls[-1].text
    assert labels(sent.calls[-1]) == ["❌ Отмена"]

    phone.say("gift20")

    assert balance.get_balance(user_id=alice.pk) == Decimal("120.00")


def test_a_code_used_before_is_no_question_any_more(alice, gift, phone, sent, card):
    phone.say("/promo gift20")
    phone.say("🎁 Ввести промокод")
    phone.say("gift20")
    assert "уже" in said(sent)[-1]

    phone.say("рыжий кот")

    assert "рыжий кот" in card.text


def test_a_promo_link_that_is_over_asks_for_nothing(alice, phone, sent, card):
    phone.say("/start")
    phone.say("/start promo_NOPE")
    assert "ссылка на промокод больше не действует" in said(sent)[-1]

    phone.say("рыжий кот")

    assert "рыжий кот" in card.text


def test_a_promo_link_grants_its_tokens(alice, gift, phone):
    phone.say("/start promo_gift20")

    assert balance.get_balance(user_id=alice.pk) >= Decimal("120.00")


@pytest.mark.parametrize(("language", "name"), [("ru", "Студия"), ("en", "Studio")])
def test_the_studio_is_named_in_the_newcomers_language(sent, db, language, name):
    phone = Chatter(7_000_001, "Emma", language)

    phone.say("/start")
    phone.say("/start")

    assert button_names(sent) == [(7_000_001, name)]


def test_the_studio_is_named_anew_with_the_language(sent, alice, phone):
    phone.press("lang:en")

    assert button_names(sent) == [(alice.chat_id, "Studio")]


def test_a_newcomer_gets_the_gift_whatever_becomes_of_the_button(sent, db):
    sent.refuse("SetChatMenuButton", TelegramBadRequest)

    Chatter(7_000_002, "Emma", "en").say("/start")

    assert "a gift for the start" in said(sent)[-1]


def test_cancel_leaves_a_question(alice, phone, sent, card):
    phone.say("🎁 Ввести промокод")
    phone.say("/cancel")
    assert said(sent)[-1] == "Выберите действие 👇"

    phone.say("рыжий кот")

    assert "рыжий кот" in card.text


def test_a_photo_is_kept_before_there_is_a_card(alice, phone, sent, card):
    phone.send_photo("fox")
    assert labels(sent.calls[-1]) == ["💾 Сохранить образец", "❌ Отмена"]
    phone.press("saved:keep:0")
    phone.press("savedkind:character")
    phone.say("Лиса")

    reference = SavedReference.objects.get(user=alice)
    assert (reference.name, [one["file_id"] for one in reference.sources]) == ("Лиса", ["fox"])
    phone.say("пусть сидит в лесу")
    assert "1 фото" in card.text
    assert not GenRequest.objects.exists()


def test_a_photo_that_is_gone_cannot_be_kept(alice, phone, sent):
    phone.send_photo("fox")
    phone.say("/cancel")

    phone.press("saved:keep:0")
    phone.press("savedkind:character")
    phone.say("Лиса")

    assert not SavedReference.objects.exists()


def test_nobody_invited_yet_is_said_in_words(alice, phone, sent):
    phone.say("/invite")

    [invitation] = [call for call in sent.calls if isinstance(call, SendMessage)]
    assert "пока никто не пришёл" in invitation.text


@pytest.mark.parametrize(
    ("link", "is_for_pictures"),
    [("https://example.com/fox.PNG?size=1", True), ("https://example.com/fox", False)],
)
def test_a_link_to_a_picture_is_for_a_model_of_pictures(alice, phone, sent, link, is_for_pictures):
    phone.say("/reference")
    phone.say(link)

    assert "Промт будет для" in said(sent)[-1]
    assert ("Nano Banana" in said(sent)[-1]) is is_for_pictures


@pytest.mark.parametrize(("size", "price"), [("1K", "⚡0.80"), ("4K", "⚡2.70")])
def test_an_edit_says_its_price_before_it_is_made(rich, phone, sent, size, price):
    order = finished(rich)
    GenRequest.objects.update(generation_params=order.generation_params | {"image_size": size})

    phone.press(f"order:edit:{order.pk}")
    asked = next(text for text in said(sent) if "Что изменить" in text)
    phone.say("надень шляпу")

    assert f"Сделаю сразу, как ответите: {price}." in asked
    assert f"⚡{GenRequest.objects.latest('pk').cost.normalize():f}" in (price, price[:-1])


@pytest.mark.parametrize(("threshold", "is_told"), [(None, True), (5, False)])
def test_a_lone_photo_is_asked_about_with_the_price_of_the_answer(
    alice, phone, sent, threshold, is_told
):
    UserSettings.objects.filter(user=alice).update(confirm_above_tokens=threshold)

    phone.send_photo("photo-1")

    asked = next(text for text in said(sent) if "Отличное фото" in text)
    assert ("Сделаю сразу, как ответите: ⚡0.80." in asked) is is_told
