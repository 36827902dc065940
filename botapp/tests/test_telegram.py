"""When Telegram takes no more for a moment, it is asked again; for longer, the caller decides."""

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendMessage
from asgiref.sync import async_to_sync

from botapp import telegram

METHOD = SendMessage(chat_id=1, text="кот")


@pytest.fixture
def slept(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr("botapp.telegram.asyncio.sleep", sleep)
    return waits


def ask(refusals, retry_after):
    """The answer of a Telegram that refuses so many times first."""
    left = [TelegramRetryAfter(METHOD, "Too Many Requests", retry_after)] * refusals

    async def make_request(bot, method):
        if left:
            raise left.pop()
        return "sent"

    return async_to_sync(telegram.PatientMiddleware())(make_request, None, METHOD)


def test_a_short_wait_is_waited(slept):
    assert ask(refusals=2, retry_after=1) == "sent"
    assert slept == [1, 1]


def test_a_long_wait_is_the_callers_business(slept):
    with pytest.raises(TelegramRetryAfter):
        ask(refusals=1, retry_after=30)
    assert slept == []


def test_nobody_waits_for_ever(slept):
    with pytest.raises(TelegramRetryAfter):
        ask(refusals=9, retry_after=1)
    assert slept == [1, 1]


def test_every_bot_of_ours_is_patient():
    middlewares = list(telegram.make_bot().session.middleware)
    assert any(isinstance(one, telegram.PatientMiddleware) for one in middlewares)
