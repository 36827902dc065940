"""Nobody is caught: menu buttons work whatever was asked, links are answered, suggestions stay
with their draft, what was taken back is not shared."""

import pytest
from aiogram.methods import AnswerCallbackQuery, SendMessage

from botapp.business import preferences, recipes
from botapp.business.preferences import OwnLimit
from botapp.keyboards.saved import OnSaved, SavedAction
from botapp.keyboards.settings import OnSettings, SettingsAction
from botapp.models import GenRequest, SavedReference, TgUser, UserSettings
from botapp.tests.conftest import Chatter
from botapp.tests.orders import place


def texts(sent):
    return [call.text for call in sent.calls if isinstance(call, SendMessage)]


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("🎨 Создать изображение", "Выберите модель"),
        ("🎬 Создать видео", "Выберите модель"),
        ("📲 Промт по референсу", "Промт по референсу"),
        ("🎁 Ввести промокод", "промокод"),
        ("🧡 Поддержка", "🧡"),
        ("💰 Мой баланс (цены)", "Баланс"),
    ],
)
def test_a_menu_button_is_no_amount_of_tokens(sent, phone, rich, button, answer):
    phone.press(OnSettings(action=SettingsAction.LIMIT, name="daily_cap_tokens").pack())
    sent.calls.clear()

    phone.say(button)

    assert answer in texts(sent)[0]
    assert UserSettings.objects.get(user=rich).daily_cap_tokens is None


@pytest.mark.parametrize("payload", ["ref_REFNOBODY", "ref_", "promo_NOPE", "recipe_nothing"])
def test_every_link_is_answered(sent, phone, alice, payload):
    phone.say("/start")
    sent.calls.clear()

    phone.say(f"/start {payload}")

    assert len(texts(sent)) == 1


def test_ones_own_invitation_is_answered(sent, phone, alice):
    phone.say("/start")
    sent.calls.clear()

    phone.say(f"/start ref_{alice.balance.referral_code}")

    assert texts(sent) == ["Выберите действие 👇"]
    assert TgUser.objects.get(pk=alice.pk).balance.referred_by is None


def finished(alice):
    order = place(alice, key="made")
    GenRequest.objects.filter(pk=order.pk).update(status="done")
    return order


def test_a_work_taken_out_of_the_history_takes_its_link_back(sent, phone, alice):
    order = finished(alice)
    code = recipes.share(user_id=alice.pk, generation_id=order.pk).code
    phone.press(f"hist:hide:{order.pk}")
    GenRequest.objects.filter(pk=order.pk).update(hidden_at=order.created_at)
    bob = Chatter(7007, "Боб")
    bob.say("/start")
    sent.calls.clear()

    bob.say(f"/start recipe_{code}")

    assert not any(order.prompt in text for text in texts(sent))
    with pytest.raises(recipes.generation.OrderNotFoundError):
        recipes.share(user_id=alice.pk, generation_id=order.pk)


def test_with_an_account_to_write_to_the_next_message_is_an_order(
    sent, phone, alice, card, settings
):
    settings.SUPPORT_USERNAME = "help_desk"
    phone.say("🧡 Поддержка")

    phone.say("кот в скафандре")

    assert "кот в скафандре" in card.text


def test_writing_to_support_keeps_the_draft(sent, phone, alice, card):
    phone.say("кот в скафандре")
    phone.say("/support")
    phone.say("у меня вопрос")

    card.tap("✨ Создать")

    assert GenRequest.objects.get().prompt == "кот в скафандре"


def test_a_new_name_can_be_left_open(sent, phone, alice, card):
    kept = SavedReference.objects.create(
        user=alice, name="Кот", sources=[{"media": "image", "file_id": "f"}]
    )
    phone.press(OnSaved(action=SavedAction.RENAME, reference_id=kept.pk).pack())
    phone.press(OnSaved(action=SavedAction.OPEN, reference_id=kept.pk).pack())

    phone.say("рыжий кот на Луне")

    kept.refresh_from_db()
    assert kept.name == "Кот"
    assert "рыжий кот на Луне" in card.text


def test_going_back_and_forth_in_own_data_is_no_double_tap(sent, phone, alice):
    for action in (SettingsAction.DATA, SettingsAction.HOME, SettingsAction.DATA):
        phone.press(OnSettings(action=action).pack())

    answers = [call.text for call in sent.calls if isinstance(call, AnswerCallbackQuery)]
    assert not any(answers)


def test_the_limit_is_still_taken(sent, phone, alice):
    phone.press(OnSettings(action=SettingsAction.LIMIT, name="daily_cap_tokens").pack())
    phone.say("7")

    assert preferences.get(user_id=alice.pk).daily_cap_tokens == 7
    assert OwnLimit.DAILY_CAP in UserSettings.__dict__
