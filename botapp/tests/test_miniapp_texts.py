"""A better prompt asked for on the page: once, for free, for its person alone, and never told in
the chat."""

import pytest
from django.db import connections
from django.utils import timezone

from botapp import tasks
from botapp.business import personal_data, text_tasks
from botapp.models import AIModel, GenRequest, TextTask, UserSettings
from botapp.tests import orders
from botapp.tests.miniapp import Page, code, new_id, page, rings
from botapp.tests.parallel import at_once
from botapp.tests.texts import begin, text_answer

__all__ = ["page", "rings"]

BETTER = "Рыжий кот на Луне, мягкий свет"
NOBODYS = "9" * 18
WISH = {"client_request_id": "request-0001", "model": "nano-banana", "prompt": "кот на луне"}


@pytest.fixture
def model(gemini, sent):
    gemini.respond(json=text_answer(BETTER))
    return gemini


def ask(page, **changes):
    return page.post("texts", WISH | changes)


def test_a_prompt_is_improved_and_the_chat_stays_silent(page, alice, model, sent, rings):
    asked = ask(page)
    task = TextTask.objects.get()
    assert (asked.status_code, rings) == (201, [("ring_text",)])
    assert asked.json() == {"id": task.pk, "status": "working", "text": None, "message": None}
    assert (task.user, task.kind, task.cost) == (alice, TextTask.Kind.IMPROVE, 0)

    tasks.work_text()
    tasks.tell_text(task_id=task.pk)

    done = page.get(f"texts/{task.pk}").json()
    assert done == {"id": task.pk, "status": "done", "text": BETTER, "message": None}
    assert WISH["prompt"] in model.calls.last.request.content.decode()
    assert sent.calls == []


def test_refused_words_are_put_differently(page, alice, model, rings):
    order = orders.place(alice, quantity=1, prompt="кот на луне", status=GenRequest.Status.ERROR)
    shown = page.get(f"generations/{order.pk}").json()
    assert shown["can_soften"] is False, "it was no refusal"
    GenRequest.objects.update(error_code="policy")
    assert page.get(f"generations/{order.pk}").json()["can_soften"] is True

    ask(page, is_safer=True)
    tasks.work_text()

    task = TextTask.objects.get()
    assert task.kind == TextTask.Kind.SAFER
    assert page.get(f"texts/{task.pk}").json()["text"] == BETTER
    assert code(ask(page, is_safer=False)) == (409, "request_reused")
    another = ask(page, is_safer=True, earlier_id=task.pk, client_request_id=new_id())
    assert another.status_code == 201


REFUSED = {"candidates": [], "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
SENTENCES = {"ru": "её правила", "en": "its rules forbid"}


def test_what_did_not_work_is_said_on_the_page_in_the_persons_language(
    page, alice, model, sent, rings
):
    model.respond(json=REFUSED)
    for language, sentence in SENTENCES.items():
        UserSettings.objects.filter(user=alice).update(interface_language=language)
        number = ask(page, client_request_id=new_id()).json()["id"]

        tasks.work_text()

        ended = page.get(f"texts/{number}").json()
        assert (ended["status"], ended["text"]) == ("error", None)
        assert sentence in ended["message"]
    assert sent.calls == []


def test_the_same_request_again_is_the_same_task(page, rings):
    first = ask(page)
    AIModel.objects.update(is_active=False)

    again = ask(page)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert rings == [("ring_text",)]
    assert code(ask(page, prompt="пёс")) == (409, "request_reused")


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_are_one_task(alice, rings):
    def press():
        answer = ask(Page(alice))
        connections.close_all()
        return answer.status_code

    assert sorted(at_once([press] * 4)) == [200] * 3 + [201]
    assert (TextTask.objects.count(), len(rings)) == (1, 1)


def test_another_version_is_asked_to_differ(page, model, sent, rings):
    first = ask(page).json()["id"]
    tasks.work_text()

    ask(page, client_request_id=new_id(), earlier_id=first)
    tasks.work_text()

    said = model.calls.last.request.content.decode()
    assert BETTER in said
    assert TextTask.objects.latest("pk").wishes == BETTER


def test_other_peoples_texts_do_not_exist(page, boris, model, sent, rings):
    number = ask(page).json()["id"]
    tasks.work_text()
    stranger = Page(boris)

    assert code(stranger.get(f"texts/{number}")) == (404, "text_task_not_found")
    assert code(ask(stranger, earlier_id=number)) == (404, "text_task_not_found")
    assert ask(stranger).status_code == 201
    assert TextTask.objects.filter(user=boris).get().wishes == ""


def test_what_is_no_text_is_not_found(page, alice):
    voice = begin(
        alice, kind=TextTask.Kind.VOICE, source={"file_id": "f", "mime_type": "audio/ogg"}
    )
    for number in ("0", NOBODYS, "x", "1" * 40, "-1", "%00", "٣", voice.pk):
        assert code(page.get(f"texts/{number}")) == (404, "text_task_not_found")


def test_an_erased_suggestion_is_gone(page, alice, model, sent, rings):
    number = ask(page).json()["id"]
    tasks.work_text()

    personal_data.erase(user_id=alice.pk, now=timezone.now())

    assert code(page.get(f"texts/{number}")) == (404, "text_task_not_found")


NOTHING_TO_IMPROVE = [
    ({"prompt": "  "}, (422, "empty_prompt")),
    ({"prompt": "к" * 100_000}, (422, "prompt_too_long")),
    ({"prompt": "кот\0"}, (422, "invalid_parameter")),
    ({"model": "none"}, (422, "model_unavailable")),
    ({"client_request_id": "x"}, (422, "malformed_request")),
    ({"earlier_id": 0}, (422, "malformed_request")),
]


def test_what_cannot_be_improved_is_refused(page, rings):
    for changes, refused in NOTHING_TO_IMPROVE:
        assert code(ask(page, **changes)) == refused
    assert (TextTask.objects.count(), rings) == (0, [])


def test_so_many_at_once_and_a_day(page, boris, monkeypatch, rings):
    monkeypatch.setattr(text_tasks, "AT_ONCE_MAX", 2)
    for _ in range(2):
        assert ask(page, client_request_id=new_id()).status_code == 201
    assert code(ask(page, client_request_id=new_id())) == (429, "too_many_text_tasks")

    TextTask.objects.update(status=TextTask.Status.DONE)
    monkeypatch.setattr(text_tasks, "FREE_A_DAY_MAX", 2)
    assert code(ask(page, client_request_id=new_id())) == (429, "free_texts_used_up")
    assert ask(Page(boris)).status_code == 201


def test_without_proof_nothing_is_written(db, client, rings):
    for answer in (client.post("/api/miniapp/texts", WISH), client.get("/api/miniapp/texts/1")):
        assert answer.status_code == 401
    assert not TextTask.objects.exists()
