"""Settings in the chat: models, notifications, how results come, own limits."""

from decimal import Decimal

import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from django.utils import timezone

from botapp.business import balance, generation, preferences
from botapp.business.preferences import OwnLimit
from botapp.keyboards.settings import OnSettings, SettingsAction
from botapp.models import AIModel, GenRequest, UserSettings
from botapp.tests.conftest import place


def press(phone, action, name="", value=""):
    phone.press(OnSettings(action=action, name=name, value=value).pack())


def shown(sent):
    [*_, last] = [call for call in sent.calls if isinstance(call, EditMessageText)]
    return last


def labels(call):
    return [button.text for row in call.reply_markup.inline_keyboard for button in row]


def test_the_settings_are_seen_at_a_glance(sent, phone, alice):
    phone.say("/settings")

    [call] = [one for one in sent.calls if isinstance(one, SendMessage)]
    assert "Язык: 🇷🇺 Русский" in call.text
    assert "Присылать: превью и файл" in call.text
    assert "Мой предел на день: нет" in call.text
    assert "🔐 Мои данные" in labels(call)


@pytest.mark.parametrize("name", ["notify_on_completion", "notify_on_bonus", "notify_on_news"])
def test_a_notification_is_switched_off_and_on(sent, phone, alice, name):
    press(phone, SettingsAction.SET_NOTIFY, name, "0")
    assert getattr(UserSettings.objects.get(user=alice), name) is False
    assert any(label.startswith("🔕") for label in labels(shown(sent)))

    press(phone, SettingsAction.SET_NOTIFY, name, "1")
    assert getattr(UserSettings.objects.get(user=alice), name) is True


def test_how_results_come_is_chosen(sent, phone, alice):
    press(phone, SettingsAction.SEND)
    assert "✅ превью и файл" in labels(shown(sent))

    press(phone, SettingsAction.SEND_AS, "file")

    assert UserSettings.objects.get(user=alice).send_as == "file"
    assert "Присылать: только файл" in shown(sent).text


def test_the_preferred_model_starts_drafts(sent, phone, rich, card):
    press(phone, SettingsAction.MODEL, "image", "gpt-image-1")

    phone.say("кот в скафандре")

    assert "GPT Image" in card.text
    assert UserSettings.objects.get(user=rich).preferred_image_model.slug == "gpt-image-1"


def test_the_preferred_model_replaces_the_one_chosen_last(sent, phone, rich, card):
    phone.press("model:flux-pro")
    press(phone, SettingsAction.MODEL, "image", "gpt-image-1")

    phone.say("/start")
    phone.say("кот")

    assert "GPT Image" in card.text


def test_a_preferred_model_off_sale_is_passed_over(sent, phone, rich, card):
    preferences.prefer_model(user_id=rich.pk, kind="image", slug="gpt-image-1")
    AIModel.objects.filter(slug="gpt-image-1").update(is_active=False)

    phone.say("кот")

    assert "Nano Banana" in card.text


@pytest.mark.parametrize(
    ("action", "name", "value"),
    [
        (SettingsAction.MODEL, "image", "no-such-model"),
        (SettingsAction.MODEL, "sound", "nano-banana"),
        (SettingsAction.SEND_AS, "telegram", ""),
        (SettingsAction.SET_NOTIFY, "is_blocked", "1"),
        (SettingsAction.LIMIT, "balance", ""),
    ],
)
def test_forged_presses_change_nothing(sent, phone, alice, action, name, value):
    before = UserSettings.objects.filter(user=alice).values().get()

    press(phone, action, name, value)

    assert UserSettings.objects.filter(user=alice).values().get() == before
    assert any(isinstance(call, AnswerCallbackQuery) for call in sent.calls)


def test_a_card_remembers_its_model_and_parameters(sent, phone, rich, card):
    phone.say("кот")
    card.tap("Количество: 1")
    card.tap("3")
    card.tap("📌 Запомнить")
    phone.say("/start")

    phone.say("собака")

    assert any(button.text == "Количество: 3" for button in card.buttons)
    press(phone, SettingsAction.FORGET)
    phone.say("/start")
    phone.say("лиса")
    assert any(button.text == "Количество: 1" for button in card.buttons)


@pytest.mark.parametrize(
    ("said", "kept"), [("50", "50.00"), ("12,5", "12.50"), ("⚡7", "7.00"), ("0", None)]
)
def test_an_own_limit_is_typed(sent, phone, alice, said, kept):
    press(phone, SettingsAction.LIMIT, "daily_cap_tokens")

    phone.say(said)

    expected = Decimal(kept) if kept else None
    assert UserSettings.objects.get(user=alice).daily_cap_tokens == expected


@pytest.mark.parametrize("said", ["много", "-5", "NaN", "inf", "1e9", "1" * 40])
def test_what_is_no_amount_is_asked_for_again(sent, phone, alice, said):
    press(phone, SettingsAction.LIMIT, "confirm_above_tokens")

    phone.say(said)
    assert "не похоже на число" in sent.calls[-1].text
    phone.say("5")

    assert UserSettings.objects.get(user=alice).confirm_above_tokens == 5


def test_an_order_above_the_cap_is_refused_before_it_is_charged(sent, phone, rich, card):
    preferences.set_limit(user_id=rich.pk, name=OwnLimit.DAILY_CAP, said="1")
    phone.say("кот")
    card.tap("Создать")
    before = balance.get_balance(user_id=rich.pk)
    phone.say("ещё кот")

    card.tap("Создать")

    assert GenRequest.objects.count() == 1
    assert balance.get_balance(user_id=rich.pk) == before
    assert "Ваш предел — ⚡1 в день; сегодня потрачено ⚡0.80" in sent.calls[-1].text


def test_what_came_back_does_not_count_towards_the_cap(alice):
    preferences.set_limit(user_id=alice.pk, name=OwnLimit.DAILY_CAP, said="1")
    order = place(alice)
    with pytest.raises(generation.OwnDailyCapError):
        place(alice)

    generation.cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())

    assert place(alice).cost == Decimal("0.80")


def test_a_dear_order_takes_one_more_tap(sent, phone, rich, card):
    preferences.set_limit(user_id=rich.pk, name=OwnLimit.CONFIRM_ABOVE, said="0.5")
    phone.say("кот")

    card.tap("✨ Создать")
    assert GenRequest.objects.count() == 0
    card.tap("✅ Да, создать за ⚡0.80")

    assert GenRequest.objects.get().cost == Decimal("0.80")


def test_a_cheap_order_does_not(sent, phone, rich, card):
    preferences.set_limit(user_id=rich.pk, name=OwnLimit.CONFIRM_ABOVE, said="0.8")
    phone.say("кот")

    card.tap("✨ Создать")

    assert GenRequest.objects.count() == 1


def test_a_photo_with_a_caption_shows_its_price_first(sent, phone, rich, card):
    preferences.set_limit(user_id=rich.pk, name=OwnLimit.CONFIRM_ABOVE, said="0.5")

    phone.send_photo("cat", caption="добавь шляпу")

    assert GenRequest.objects.count() == 0
    assert card.price == Decimal("0.80")


def test_what_was_not_confirmed_is_not_ordered(alice):
    preferences.set_limit(user_id=alice.pk, name=OwnLimit.CONFIRM_ABOVE, said="0.5")

    with pytest.raises(generation.ConfirmationNeededError):
        place(alice)

    assert place(alice, is_confirmed=True).cost == Decimal("0.80")
