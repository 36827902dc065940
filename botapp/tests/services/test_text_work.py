"""A worker serves text tasks: the model asked, the end told, failures paid back."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
)
from django.core.cache import cache

from botapp import catalog, tasks
from botapp.business import audit, balance, text_tasks
from botapp.catalog import CARDS
from botapp.models import TextTask
from botapp.services import text_work
from botapp.services.text_kinds import KINDS, Question, Shown, Work
from botapp.tests.texts import USAGE_COST_USD, begin, claim, soon, text_answer
from conftest import give_tokens, make_user

Kind, Status = TextTask.Kind, TextTask.Status
BUSY = {"error": {"status": "RESOURCE_EXHAUSTED", "message": "busy"}}
FILM = next(card.slug for card in CARDS if card.kind is catalog.Kind.VIDEO)
LINK = {"url": "https://slow.example/film"}
BETTER = "Рыжий кот на Луне, мягкий свет"


@pytest.fixture
def model(gemini, sent):
    """The text model answers; a test may script another answer."""
    gemini.respond(json=text_answer(BETTER))
    return gemini


@pytest.fixture
def reference(monkeypatch):
    """A paid kind of work, added from outside."""
    paid = Work(lambda task: Question((task.prompt,), "Look."), lambda task: Shown(task.status))
    monkeypatch.setitem(KINDS, Kind.REFERENCE, paid)


def serve(times=1):
    """What a worker does, each time later than any pause."""
    for number in range(times):
        task = text_work.work_next(soon(1 + 900 * number))
        if task is not None:
            text_work.tell(task)


def test_a_better_prompt_is_written_and_shown_in_the_status_message(alice, model, sent):
    task = begin(alice, model_slug="nano-banana")
    text_tasks.attach_status_message(task_id=task.pk, message_id=77)

    serve()

    task.refresh_from_db()
    assert (task.status, task.result) == (Status.DONE, BETTER)
    assert task.cost_usd == USAGE_COST_USD
    assert task.reported_at is not None
    edit = sent.calls[-1]
    assert (type(edit).__name__, edit.message_id) == ("EditMessageText", 77)
    assert f"<code>{BETTER}</code>" in edit.text
    taken = edit.reply_markup.inline_keyboard[0][0].callback_data
    assert taken == f"text:take:{task.pk}"


def test_without_a_status_message_the_end_is_a_message_of_its_own(alice, model, sent):
    begin(alice)

    serve()

    assert type(sent.calls[-1]).__name__ == "SendMessage"


def test_the_result_is_told_once(alice, model, sent):
    task = begin(alice)
    serve()
    text_work.tell(task)

    assert len(sent.calls) == 1


def test_a_film_is_improved_as_a_film_and_a_second_version_knows_the_first(alice, model):
    begin(alice, model_slug=FILM, wishes="прежний вариант")

    serve()

    question = model.calls[0].request.content.decode()
    assert "makes films" in question
    assert "прежний вариант" in question


def test_a_voice_message_is_fetched_and_written_down(alice, model, sent):
    sent.files["voice-1"] = b"OggS..."
    begin(
        alice, kind=Kind.VOICE, prompt="", source={"file_id": "voice-1", "mime_type": "audio/ogg"}
    )

    serve()

    question = model.calls[0].request.content.decode()
    assert '"mimeType":"audio/ogg"' in question.replace(" ", "")
    assert BETTER in sent.calls[-1].text


def test_a_long_text_fits_into_a_message(alice, model, sent):
    model.respond(json=text_answer("<&>" * 2000))
    begin(alice)

    serve()

    assert len(sent.calls[-1].text.replace("&lt;&amp;&gt;", "<&>")) < 4096


def test_a_busy_model_is_asked_again_later(alice, model):
    model.side_effect = [
        httpx.Response(429, json=BUSY),
        httpx.Response(200, json=text_answer("да")),
    ]
    task = begin(alice)

    serve()
    task.refresh_from_db()
    assert (task.status, task.reported_at) == (Status.QUEUED, None)
    serve(2)
    task.refresh_from_db()
    assert (task.status, task.result, task.attempts) == (Status.DONE, "да", 2)


def test_a_model_that_stays_busy_is_given_up_and_all_is_given_back(alice, model, reference, sent):
    model.respond(429, json=BUSY)
    task = begin(alice, kind=Kind.REFERENCE)

    serve(20)

    task.refresh_from_db()
    assert (task.status, task.error_code) == (Status.ERROR, "rate")
    assert model.call_count == text_tasks.ATTEMPTS_MAX
    assert task.refunded == Decimal("0.40")
    assert balance.get_balance(user_id=alice.pk) == 100
    assert sent.calls[-1].text == "error"
    assert not list(audit.find_discrepancies())


def test_a_refusal_is_final_and_told(alice, model, sent):
    model.respond(json={"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    task = begin(alice)

    serve(5)

    task.refresh_from_db()
    assert (task.status, task.error_code, model.call_count) == (Status.ERROR, "policy", 1)
    assert sent.calls[-1].text.startswith("😔")


def test_workers_that_die_of_a_task_give_it_up_at_last_with_a_refund(alice, model, reference):
    task = begin(alice, kind=Kind.REFERENCE)
    for number in range(text_tasks.ATTEMPTS_MAX):
        assert claim(after_s=1 + 100 * number) == task

    text_work.work_next(soon(10_000))

    task.refresh_from_db()
    assert (task.status, task.error_code) == (Status.ERROR, text_work.WORKERS_DIED)
    assert (task.refunded, model.call_count) == (Decimal("0.40"), 0)


def test_a_worker_that_lives_keeps_its_task_while_the_model_thinks(alice, model):
    task = begin(alice)

    def think(_):
        TextTask.objects.update(lease_until=soon(1))
        text_work.renew_leases()
        assert claim(after_s=30) is None
        return httpx.Response(200, json=text_answer(BETTER))

    model.side_effect = think
    text_work.work_next(soon())
    text_work.renew_leases()

    task.refresh_from_db()
    assert (task.status, task.attempts) == (Status.DONE, 1)


def test_without_a_key_the_person_is_told_at_once(alice, sent, settings):
    settings.PROVIDERS = {}
    task = begin(alice)

    serve()

    task.refresh_from_db()
    assert task.error_code == "auth"
    assert sent.calls[-1].text.startswith("😔")


def test_a_file_that_telegram_has_lost_is_said_to_be_unreadable(alice, model, sent):
    sent.refuse("GetFile", TelegramBadRequest)
    task = begin(alice, kind=Kind.VOICE, source={"file_id": "gone", "mime_type": "audio/ogg"})

    serve()

    task.refresh_from_db()
    assert task.error_code == "unreadable_input"


def test_when_telegram_is_away_the_end_is_told_later(alice, model, sent):
    sent.refuse("SendMessage", TelegramNetworkError)
    task = begin(alice)
    serve()
    task.refresh_from_db()
    assert task.reported_at is None

    TextTask.objects.update(next_attempt_at=soon(-1))
    tasks.tell_text(task_id=task.pk)

    task.refresh_from_db()
    assert task.reported_at is not None


def test_who_blocked_the_bot_is_told_no_more(alice, model, sent):
    sent.refuse("SendMessage", TelegramForbiddenError)
    task = begin(alice)

    serve()

    task.refresh_from_db()
    alice.refresh_from_db()
    assert task.reported_at is not None
    assert alice.is_blocked


def test_the_sweeper_rings_for_what_waits_and_for_what_is_untold(alice, model, sent, monkeypatch):
    cache.clear()
    begin(alice, key="1")
    served = text_work.work_next(soon())
    begin(alice, key="2")
    TextTask.objects.update(next_attempt_at=soon(-1))
    rung = []
    monkeypatch.setattr(tasks, "_ring", lambda task, **given: rung.append((task.name, given)))

    tasks.sweep_generations()
    tasks.sweep_generations()

    assert sorted(rung) == [
        ("botapp.tasks.tell_text", {"task_id": served.pk}),
        ("botapp.tasks.work_text", {}),
    ]


def test_the_ring_serves_everything_that_waits(alice, model, sent, monkeypatch):
    begin(alice, key="1")
    begin(alice, key="2")
    TextTask.objects.update(next_attempt_at=soon(-1) - timedelta(seconds=1))
    monkeypatch.setattr(tasks, "ring_text", tasks.work_text)

    tasks.work_text()

    assert set(TextTask.objects.values_list("status", flat=True)) == {Status.DONE}
    assert len(sent.calls) == 2


def test_slow_links_leave_places_for_what_others_ask(alice, boris, model, monkeypatch):
    """The more so as many accounts can send many links to a site that never ends."""

    def follow(task):
        # The site is slow: the others' turns come meanwhile.
        text_work.work_next(soon())
        return Question((task.prompt,), "Look.")

    monkeypatch.setitem(KINDS, Kind.REFERENCE, Work(follow, lambda task: Shown(task.status)))
    give_tokens(boris, 100)
    for number in range(3):
        for user in (alice, boris):
            begin(user, key=f"{user.pk}:{number}", kind=Kind.REFERENCE, source=LINK)
    patient = make_user(1003, "Вера", tokens=0)
    words = begin(patient, key="words")

    text_work.work_next(soon())

    words.refresh_from_db()
    assert words.status == Status.DONE
    links = TextTask.objects.filter(kind=Kind.REFERENCE)
    assert links.filter(status=Status.DONE).count() == text_work.LINKS_AT_ONCE_MAX
    assert links.filter(status=Status.QUEUED).count() == 2
    serve(2)
    assert not links.exclude(status=Status.DONE).exists()
