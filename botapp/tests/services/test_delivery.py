"""Only delivery repeats: the provider is never paid twice, a picture is never sent twice."""

from datetime import timedelta

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramServerError,
)
from django.utils import timezone

from botapp import tasks
from botapp.business import generation
from botapp.models import GenRequest
from botapp.services import delivery, progress, submission
from botapp.tests.conftest import place
from botapp.tests.orders import claim_next


@pytest.fixture
def order(alice, gemini, sent) -> GenRequest:
    """Generated, its status message shown, not delivered."""
    placed = place(alice)
    generation.attach_status_message(generation_id=placed.pk, message_id=42, now=timezone.now())
    submission.submit_next(kind="image")
    return placed


def deliver(order: GenRequest) -> GenRequest:
    GenRequest.objects.filter(pk=order.pk).update(next_attempt_at=timezone.now())
    delivery.deliver(generation_id=order.pk)
    order.refresh_from_db()
    return order


def names(sent) -> list[str]:
    return [type(call).__name__ for call in sent.calls]


def test_the_status_message_becomes_the_picture(order, sent):
    deliver(order)

    assert names(sent) == ["EditMessageMedia", "SendDocument"]
    assert sent.calls[0].message_id == 42
    assert order.status == "done"


def test_a_lost_status_message_is_replaced_by_a_photo(order, sent):
    sent.refuse("EditMessageMedia", TelegramBadRequest)

    deliver(order)

    assert names(sent) == ["EditMessageMedia", "SendPhoto", "SendDocument"]


def test_when_telegram_is_away_only_what_is_missing_is_sent_later(order, sent, gemini):
    sent.refuse("SendDocument", TelegramServerError)
    assert deliver(order).status == "delivering"
    assert order.next_attempt_at > timezone.now()

    assert deliver(order).status == "done"

    assert names(sent) == ["EditMessageMedia", "SendDocument", "SendDocument"]
    assert gemini.call_count == 1


def test_a_preview_that_telegram_refuses_does_not_hold_back_the_file(order, sent):
    sent.refuse("EditMessageMedia", TelegramBadRequest)
    sent.refuse("SendPhoto", TelegramBadRequest)

    assert deliver(order).status == "done"

    assert names(sent)[-1] == "SendDocument"


def test_a_person_who_blocked_us_is_left_alone(order, sent, alice):
    sent.refuse("EditMessageMedia", TelegramForbiddenError)

    assert deliver(order).status == "done"

    alice.refresh_from_db()
    assert alice.is_blocked
    assert order.error_message == "the person blocked the bot"


def test_a_chat_telegram_does_not_know_ends_the_delivery(order, sent):
    sent.refuse("SendDocument", TelegramBadRequest)

    assert deliver(order).status == "done"

    assert order.error_message == "Telegram refuses the files"


def test_a_report_telegram_refuses_is_not_repeated_for_ever(alice, gemini, sent):
    gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})
    sent.refuse("SendMessage", TelegramBadRequest)
    order = place(alice)
    submission.submit_next(kind="image")

    delivery.report(generation_id=order.pk)

    assert GenRequest.objects.get().reported_at is not None


def test_two_rings_deliver_once(order, sent):
    deliver(order)
    delivery.deliver(generation_id=order.pk)

    assert names(sent).count("SendDocument") == 1


def test_a_failure_is_told_once_with_the_money_back(alice, gemini, sent):
    gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})
    order = place(alice)
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())

    tasks.submit_image(kind="image")
    tasks.deliver_generation(generation_id=order.pk)
    tasks.deliver_generation(generation_id=order.pk)

    assert names(sent) == ["EditMessageText"]
    assert "Модель отказалась" in sent.calls[0].text
    assert "Возвращено ⚡0.80, баланс ⚡100" in sent.calls[0].text


def test_a_failure_untold_because_telegram_was_away_is_told_later(alice, gemini, sent):
    gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})
    sent.refuse("SendMessage", TelegramServerError)
    order = place(alice)
    submission.submit_next(kind="image")
    delivery.report(generation_id=order.pk)
    assert GenRequest.objects.get().reported_at is None

    GenRequest.objects.update(next_attempt_at=timezone.now())
    delivery.report(generation_id=order.pk)

    assert GenRequest.objects.get().reported_at is not None


def test_the_longest_prompt_fits_the_caption(alice, gemini, sent):
    order = place(alice, prompt="&" * 4000)
    submission.submit_next(kind="image")

    deliver(order)

    caption = sent.calls[0].caption
    assert len(caption.replace("&amp;", "&")) <= 1024 + len("<blockquote expandable></blockquote>")


def test_the_status_message_shows_the_time(alice, sent):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)
    claim_next(now=now)

    assert progress.refresh(now + timedelta(seconds=2)) == 0
    assert progress.refresh(now + timedelta(seconds=12)) == 1
    assert progress.refresh(now + timedelta(seconds=13)) == 0

    assert "Рисую… 0:12" in sent.calls[0].text


def test_an_end_painted_over_by_a_late_edit_is_told_again(alice, sent, monkeypatch):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)

    def fail_meanwhile(method):
        generation.fail(generation_id=order.pk, code="policy", detail="", now=now)
        generation.mark_reported(generation_id=order.pk, now=now)

    monkeypatch.setattr(progress.telegram, "call", fail_meanwhile)
    progress.refresh(now + timedelta(seconds=12))

    assert GenRequest.objects.due_for_report(now + timedelta(seconds=13)).exists()


def test_a_queued_order_can_still_be_cancelled_from_its_status_message(alice, sent):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)

    progress.refresh(now + timedelta(seconds=12))

    button = sent.calls[0].reply_markup.inline_keyboard[0][0]
    assert button.callback_data == f"order:cancel:{order.pk}"
