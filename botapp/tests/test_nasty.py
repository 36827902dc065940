"""Whatever comes at a bad moment is answered by rule; nothing fails, nothing is charged."""

import itertools

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import AnswerCallbackQuery
from django.core.cache import cache

from botapp.business import bonuses, users
from botapp.keyboards.settings import OnSettings, SettingsAction
from botapp.models import AIModel, ChatMessage, GenRequest, Recipe, SavedReference, TgUser
from botapp.tests.cards import said
from botapp.tests.conftest import Chatter, place

GROUP = {"id": -100500, "type": "supergroup", "title": "Группа"}
CHANNEL = {"id": -100600, "type": "channel", "title": "Канал"}
# Numbers no row has, also such as fit in no column.
NUMBERS = ("0", "-1", str(2**31), str(2**63), "9" * 30)
WORDS = ("", "x", "кот", "\u202e<b>", "nano-banana", "image")


def answered(sent):
    return sum(isinstance(call, AnswerCallbackQuery) for call in sent.calls)


@pytest.fixture(autouse=True)
def _nothing_fails(db, caplog):
    cache.clear()
    yield
    logged = caplog.get_records("call")
    assert not [one for one in logged if one.levelname in ("ERROR", "CRITICAL")]


def erase(phone):
    phone.press(OnSettings(action=SettingsAction.DELETE_FOR_GOOD).pack())


def test_a_model_taken_off_sale_between_card_and_create(sent, phone, rich, card):
    phone.press("model:nano-banana")
    phone.say("кот")
    AIModel.objects.update(is_active=False)

    assert card.press("draft") == 200

    assert not GenRequest.objects.exists()
    assert "модел" in said(sent)[-1].lower()


def test_every_button_of_a_card_whose_model_is_off_sale(sent, phone, rich, card):
    phone.press("model:veo3-fast")
    phone.say("кот")
    buttons = [one.callback_data for one in card.buttons if one.callback_data]
    AIModel.objects.update(is_active=False)
    sent.calls.clear()

    for number, data in enumerate(buttons, start=1):
        assert card.phone.press(data, message_id=card.message.message_id) == 200
        assert answered(sent) >= number, data


def test_a_card_after_everything_was_erased(sent, phone, rich, card):
    phone.press("model:nano-banana")
    phone.say("кот")
    buttons = [one.callback_data for one in card.buttons if one.callback_data]
    message_id = card.message.message_id
    erase(phone)
    assert TgUser.objects.get(pk=rich.pk).erased_at
    sent.calls.clear()

    for number, data in enumerate(buttons, start=1):
        assert phone.press(data, message_id=message_id) == 200
        assert answered(sent) == number, data

    assert not GenRequest.objects.exists()


def test_a_photo_that_comes_before_create_makes_the_old_card_void(sent, phone, rich, card):
    phone.press("model:nano-banana")
    phone.say("кот")
    old = card.message.message_id
    phone.send_photo("added")

    phone.press("draft", message_id=old)

    assert not GenRequest.objects.exists()
    assert "устарела" in said(sent)[-1]


def test_two_devices_press_create_at_once(sent, phone, rich, card):
    phone.press("model:nano-banana")
    phone.say("кот")
    message_id = card.message.message_id

    for _ in range(2):
        cache.clear()  # as if the second came after the time of a double tap
        phone.press("draft", message_id=message_id)

    assert GenRequest.objects.count() == 1
    assert answered(sent) >= 2


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "/start"}},
        {"edited_channel_post": {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "x"}},
        {"message": {"message_id": 1, "date": 1, "chat": GROUP, "photo": []}},
    ],
)
def test_what_is_not_for_us_is_passed_over(sent, phone, alice, update):
    assert phone.send(update) == 200

    assert sent.calls == []


@pytest.mark.parametrize("kind", ["edited_message", "business_message"])
def test_an_edited_or_a_business_message_orders_nothing(sent, phone, rich, kind):
    phone.send({kind: phone.message(text="кот", edit_date=2)})

    assert sent.calls == []
    assert not GenRequest.objects.exists()


@pytest.mark.parametrize(
    "payload",
    ["кот", "recipe_" + "я" * 64, "promo_" + "x" * 4000, "ref_\u202e<b>", "ref_" + "9" * 99],
)
def test_links_of_any_words_are_answered(sent, phone, alice, payload):
    bonuses.grant_welcome(user=alice)

    assert phone.say(f"/start {payload}") == 200

    assert len(said(sent)) == 1


def test_the_first_message_while_the_mini_app_opens_is_answered(sent, catalog, monkeypatch):
    """Both see nobody there; the page is the quicker one to make the person."""
    alone = users._create

    def second(profile):
        alone(profile)
        return alone(profile)

    monkeypatch.setattr(users, "_create", second)

    assert Chatter(4711, "Новая").say("/start") == 200

    assert "Привет, Новая" in said(sent)[0]


class NoTextThere(TelegramBadRequest):
    def __init__(self, method, message):
        super().__init__(method, "Bad Request: there is no text in the message to edit")


def test_a_button_forged_under_a_picture_is_no_fault_of_ours(sent, phone, alice):
    sent.refuse("EditMessageText", NoTextThere)

    assert phone.press(OnSettings(action=SettingsAction.HOME).pack()) == 200

    assert answered(sent) >= 1
    assert said(sent)[-1] == ""


def forgeries():
    """Every kind of button with numbers and words nobody was given."""
    kinds = sorted(_kinds(CallbackData), key=lambda kind: kind.__prefix__)
    for kind in kinds:
        fields = kind.model_fields.values()
        choices = [_choices(field.annotation) for field in fields]
        longest = max(len(one) for one in choices)
        for turn in range(longest):
            values = [one[turn % len(one)] for one in choices]
            yield ":".join([kind.__prefix__, *values])


def _kinds(kind):
    mine = [one for one in kind.__subclasses__() if one.__module__.startswith("botapp.")]
    return mine + [deep for one in mine for deep in _kinds(one)]


def _choices(annotation):
    if hasattr(annotation, "__members__"):
        return [str(one.value) for one in annotation]
    if annotation is str:
        return list(WORDS)
    if annotation is bool:
        return ["0", "1"]
    return list(NUMBERS)


def test_every_forged_button_is_answered_and_moves_nothing(sent, phone, rich, boris):
    anothers = place(rich, key="anothers")
    phone.person["id"] = phone.chat_id = boris.chat_id
    forged = [*forgeries(), *(f"{one.rsplit(':', 1)[0]}:{anothers.pk}" for one in forgeries())]
    before = GenRequest.objects.count()

    for data in itertools.chain(forged, (f"{one}:1:2:3" for one in forged[:20])):
        sent.calls.clear()
        assert phone.press(data) == 200
        assert answered(sent) >= 1, data

    assert GenRequest.objects.count() == before
    assert not Recipe.objects.exists()
    assert not SavedReference.objects.exists()


def test_the_character_postgres_cannot_keep_is_left_out_everywhere(sent, phone):
    phone.person["first_name"] = "А\0лиса"

    assert phone.press("menu:\0:balance") == 200
    assert phone.say("\0\0к\0от \\u0000 \\") == 200

    assert answered(sent) == 1
    kept = ChatMessage.objects.filter(direction=ChatMessage.Direction.INCOMING).order_by("pk")
    assert [one.text for one in kept] == ["menu::balance", "кот \\u0000 \\"]
    assert TgUser.objects.get(chat_id=phone.chat_id).first_name == "Алиса"
