"""Whatever comes gets a fitting answer, one flood gets one warning, a new person sees samples."""

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import FSInputFile
from django.core.cache import cache

from botapp.models import BotErrorEvent, ChatMessage
from botapp.tests.conftest import Chatter

FILE = {"file_id": "f", "file_unique_id": "f"}
STICKER = FILE | {
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
PLACE = {"latitude": 55.7, "longitude": 37.6}
UNEXPECTED = {
    "sticker": ({"sticker": STICKER}, "Опишите картинку"),
    "dice": ({"dice": {"emoji": "🎲", "value": 3}}, "Опишите картинку"),
    "location": ({"location": PLACE}, "Места и контакты"),
    "contact": ({"contact": {"phone_number": "+7", "first_name": "Я"}}, "Места и контакты"),
    "music": ({"audio": FILE | {"duration": 10}}, "Музыку я не слушаю"),
    "unknown command": ({"text": "/imagine a cat"}, "Такой команды я не знаю"),
}


@pytest.fixture(autouse=True)
def _no_memory():
    cache.clear()


def texts(sent):
    return [call.text for call in sent.calls if isinstance(call, SendMessage)]


@pytest.mark.parametrize("kind", UNEXPECTED)
def test_the_unexpected_is_answered_helpfully(sent, phone, alice, kind):
    fields, answer = UNEXPECTED[kind]

    phone.send({"message": phone.message(**fields)})

    [text] = texts(sent)
    assert answer in text


def test_pinning_a_message_asks_for_nothing(sent, phone, alice):
    pinned = phone.message(text="старое")

    phone.send({"message": phone.message(pinned_message=pinned)})

    assert texts(sent) == []


def test_a_flood_is_warned_once_and_then_not_heard(sent, phone, alice, settings):
    settings.FLOOD_MESSAGES_MAX = 3
    for number in range(8):
        phone.say(f"/help {number}")

    answers = texts(sent)
    assert len(answers) == 4
    assert "Я не успеваю" in answers[-1]
    # Operators see all of it.
    assert ChatMessage.objects.filter(direction="incoming").count() == 8


def test_somebody_elses_flood_is_not_mine(sent, phone, alice, settings):
    settings.FLOOD_MESSAGES_MAX = 1
    phone.say("/help")
    phone.say("/help")
    sent.calls.clear()

    Chatter(3003, "Боб").say("/help")

    assert "Я не успеваю" not in texts(sent)[0]


def test_after_a_while_the_flooder_is_heard_again(sent, phone, alice, settings):
    settings.FLOOD_MESSAGES_MAX = 1
    phone.say("/help")
    phone.say("/help")
    # The window ends.
    cache.clear()

    phone.say("/help")

    assert "Я не успеваю" not in texts(sent)[-1]


def test_a_new_person_sees_samples_and_telegram_gets_them_once(sent, phone, db):
    Chatter(4001, "Вера").say("/start")
    Chatter(4002, "Глеб").say("/start")

    first, second = [call for call in sent.calls if isinstance(call, SendPhoto)]
    assert isinstance(first.photo, FSInputFile)
    assert isinstance(second.photo, str)
    assert "Картинка по описанию" in first.caption


def test_somebody_known_is_greeted_without_them(sent, db):
    vera = Chatter(4001, "Вера")
    vera.say("/start")
    sent.calls.clear()

    vera.say("/start")

    assert not [call for call in sent.calls if isinstance(call, SendPhoto)]
    assert "Привет, Вера!" in texts(sent)[0]


def test_without_the_picture_the_gift_still_comes(sent, db):
    sent.refuse("SendPhoto", TelegramNetworkError)

    Chatter(4001, "Вера").say("/start")

    assert any("⚡50" in text for text in texts(sent))


def test_a_chat_that_takes_no_more_is_no_fault_of_ours(sent, phone, alice):
    def too_many(method, message):
        return TelegramRetryAfter(method, message, 30)

    sent.refuse("SendMessage", too_many)

    assert phone.say("/help") == 200
    assert not BotErrorEvent.objects.exists()
