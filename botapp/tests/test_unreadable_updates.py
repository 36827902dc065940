"""An update of a kind we cannot read: recorded, answered 200, and its person is told so."""

import pytest
from aiogram.exceptions import TelegramForbiddenError
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from botapp import error_tracker
from botapp.models import BotErrorEvent
from botapp.tests.cards import said
from botapp.tests.conftest import deliver_update

SENTENCE = "Не получилось прочитать это сообщение"
BROKEN = {"photo": "a picture of another kind"}
GROUP = {"id": -5, "type": "group", "title": "Friends"}


def press(phone, chat):
    message = phone.message(chat=chat) | BROKEN
    return {"callback_query": {"id": "1", "from": phone.person, "message": message}}


def test_a_message_that_cannot_be_read_is_answered(sent, phone):
    error_tracker.flush()  # what other tests left
    BotErrorEvent.objects.all().delete()

    assert phone.send({"message": phone.message(**BROKEN)}) == 200

    [answer] = sent.calls
    assert (answer.chat_id, SENTENCE in answer.text) == (phone.chat_id, True)
    error_tracker.flush()
    assert BotErrorEvent.objects.get().message == "Unreadable update"


def test_in_the_persons_language(sent, phone, alice):
    alice.settings.interface_language = "en"
    alice.settings.save()

    phone.send({"message": phone.message(**BROKEN)})

    assert said(sent) == [
        "I could not read this message. Please send it in another way: as text, a photo or a file."
    ]


def test_a_press_that_cannot_be_read_is_answered(sent, phone):
    assert phone.send(press(phone, {"id": phone.chat_id, "type": "private"})) == 200

    [answer] = sent.calls
    assert (answer.chat_id, SENTENCE in answer.text) == (phone.chat_id, True)


def test_nobody_is_told_what_was_said_in_a_group(sent, phone):
    assert phone.send({"message": phone.message(chat=GROUP, **BROKEN)}) == 200
    assert phone.send(press(phone, GROUP)) == 200

    assert sent.calls == []


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"update_id": 1, "message": {"chat": 5}}', b"\xff", b"[" * 100_000]
)
def test_what_names_nobody_is_told_nobody(sent, db, body):
    assert deliver_update(body) == 200

    assert sent.calls == []


def test_who_sends_many_is_not_answered_each_time(sent, phone, settings):
    settings.FLOOD_MESSAGES_MAX = 2

    for _ in range(4):
        assert phone.send({"message": phone.message(**BROKEN)}) == 200

    assert len(sent.calls) == 2


def test_who_blocked_the_bot_or_a_cache_that_is_away_breaks_nothing(sent, phone, monkeypatch):
    sent.refuse("SendMessage", TelegramForbiddenError)
    assert phone.send({"message": phone.message(**BROKEN)}) == 200

    def fail(*args, **kwargs):
        raise RedisConnectionError

    monkeypatch.setattr(cache, "add", fail)
    assert phone.send({"message": phone.message(**BROKEN)}) == 200
    assert len(sent.calls) == 1
