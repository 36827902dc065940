"""A reference that can never be opened: no second try is sold, another one is asked for."""

import httpx
import pytest

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.models import TextTask
from botapp.reference_prompt import loading
from botapp.tests.cards import said, send_file
from botapp.tests.test_reference_flows import MENU, chat, model, patient, serve

__all__ = ["chat", "model", "patient"]

AGAIN, ANOTHER = "Попробовать ещё раз", "Другая ссылка или файл"


def under(chat, words):
    """The buttons of the latest message with these words."""
    shown = next(one for one in reversed(chat.sent.answers) if words in (one.text or ""))
    return [button.text for row in shown.reply_markup.inline_keyboard for button in row]


def fail_with(trouble, phone, chat, monkeypatch):
    def refuse(url):
        raise BadReferenceError(trouble, "for operators")

    monkeypatch.setattr(loading, "load", refuse)
    phone.say(MENU)
    phone.say("https://vm.tiktok.com/abc")
    chat.tap("Без правок")
    serve()


@pytest.mark.parametrize("trouble", sorted(set(Trouble) - {Trouble.NO_ANSWER}))
def test_what_can_never_be_opened_is_not_tried_again(phone, chat, model, monkeypatch, trouble):
    fail_with(trouble, phone, chat, monkeypatch)

    assert under(chat, "😔") == [f"📎 {ANOTHER}"]


def test_a_site_that_is_away_may_be_tried_again(phone, chat, model, monkeypatch):
    fail_with(Trouble.NO_ANSWER, phone, chat, monkeypatch)

    assert under(chat, "😔") == [f"🔁 {AGAIN} · ⚡0.40", f"📎 {ANOTHER}"]


def test_nor_is_a_broken_file(phone, chat, model):
    phone.say(MENU)
    send_file(phone, "text", "image/png")
    chat.tap("Без правок")
    serve()

    assert under(chat, "😔") == [f"📎 {ANOTHER}"]


def test_nor_is_what_the_text_model_cannot_open(phone, chat, model):
    model.side_effect = [httpx.Response(400, json={"error": {"status": "INVALID_ARGUMENT"}})]
    chat.show_photo()
    chat.tap("Без правок")
    serve()

    assert under(chat, "😔") == [f"📎 {ANOTHER}"]


def test_another_link_is_asked_for_and_taken(phone, chat, model, monkeypatch):
    fail_with(Trouble.LOGIN_NEEDED, phone, chat, monkeypatch)
    chat.tap(ANOTHER)
    assert "референс" in said(chat.sent)[-1].lower()

    phone.say("https://vm.tiktok.com/open")
    chat.tap("Без правок")

    first, second = TextTask.objects.order_by("pk")
    assert second.source == {"url": "https://vm.tiktok.com/open"}
    assert first.refunded == first.cost
