"""Own data: exported as a file, erased for good, with the books kept."""

import json
from datetime import timedelta

import pytest
from aiogram.methods import SendDocument
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from botapp import tasks
from botapp.business import audit, balance, generation, personal_data
from botapp.keyboards.settings import OnSettings, SettingsAction
from botapp.models import (
    BotErrorEvent,
    ChatMessage,
    GenRequest,
    Recipe,
    SavedReference,
    TextTask,
    TgUser,
    UserSettings,
)
from botapp.tests.conftest import place
from conftest import give_tokens, make_user

# Whose columns may hold what somebody said.
KEPT = (GenRequest, TextTask, BotErrorEvent)


@pytest.fixture
def rung(monkeypatch):
    """Tasks run where they are rung for."""
    for name in ("send_export", "delete_files"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", task.run)


@pytest.fixture
def work_done(alice, gemini, work, sent):
    """An order that Alice was given."""
    order = place(alice, prompt="мой секретный кот")
    work()
    return GenRequest.objects.get(pk=order.pk)


def press(phone, action):
    phone.press(OnSettings(action=action).pack())


def test_everything_known_comes_as_a_file(sent, phone, alice, work_done, rung):
    make_user(777, "Боб", tokens=5)
    phone.say("привет, это я")

    press(phone, SettingsAction.EXPORT)

    [*_, call] = [one for one in sent.calls if isinstance(one, SendDocument)]
    data = json.loads(call.document.data)
    assert data["profile"]["chat_id"] == alice.chat_id
    assert [one["prompt"] for one in data["orders"]] == ["мой секретный кот"]
    assert any(one["text"] == "привет, это я" for one in data["messages"])
    assert data["balance"] == str(balance.get_balance(user_id=alice.pk))
    assert "Боб" not in call.document.data.decode()


def test_a_second_export_waits(sent, phone, alice, rung):
    press(phone, SettingsAction.EXPORT)
    press(phone, SettingsAction.EXPORT)

    assert len([one for one in sent.calls if isinstance(one, SendDocument)]) == 1


def test_erasing_leaves_the_books_and_nothing_else(sent, phone, alice, work_done, rung):
    [result] = work_done.results.all()
    Recipe.objects.create(author=alice, request=work_done)
    SavedReference.objects.create(user=alice, name="Кот")
    UserSettings.objects.filter(user=alice).update(payment_email="a@b.example")
    before = balance.get_balance(user_id=alice.pk)

    press(phone, SettingsAction.DELETE_FOR_GOOD)

    order = GenRequest.objects.get()
    assert (order.prompt, order.source_media, order.cost) == ("", [], work_done.cost)
    assert not default_storage.exists(result.storage_key)
    assert order.results.get().storage_key == ""
    # What is there again is the bot's own answer to the deletion.
    assert "секретный" not in "".join(ChatMessage.objects.values_list("text", flat=True))
    assert not Recipe.objects.exists()
    assert not SavedReference.objects.exists()
    assert UserSettings.objects.get(user=alice).payment_email == ""
    person = TgUser.objects.get(pk=alice.pk)
    assert (person.first_name, person.username) == ("", "")
    assert balance.get_balance(user_id=alice.pk) == before
    assert list(audit.find_discrepancies()) == []


def test_the_welcome_bonus_does_not_come_again(sent, phone, alice, rung):
    phone.say("/start")
    welcomed = balance.get_balance(user_id=alice.pk)

    press(phone, SettingsAction.DELETE_FOR_GOOD)
    phone.say("/start")

    assert balance.get_balance(user_id=alice.pk) == welcomed


def test_nothing_is_erased_while_something_is_made(sent, phone, alice):
    order = place(alice)

    press(phone, SettingsAction.DELETE_FOR_GOOD)

    order.refresh_from_db()
    assert order.prompt == "кот в скафандре"
    assert "Дождитесь или отмените" in sent.calls[-1].text


def test_files_made_after_the_return_stay(sent, phone, alice, gemini, work, rung):
    press(phone, SettingsAction.DELETE_FOR_GOOD)
    order = place(alice)
    work()

    tasks.delete_files()

    assert default_storage.exists(order.results.get().storage_key)


def test_what_could_not_be_deleted_is_deleted_next_time(sent, phone, alice, work_done):
    [result] = work_done.results.all()
    press(phone, SettingsAction.DELETE_FOR_GOOD)
    assert default_storage.exists(result.storage_key)

    tasks.delete_files()

    assert not default_storage.exists(result.storage_key)


def test_another_persons_files_stay(sent, phone, alice, rung):
    bob = make_user(778, "Боб", tokens=5)
    order = place(bob)
    key = default_storage.save("results/bob.png", ContentFile(b"x"))
    file = generation.StoredFile(index=0, storage_key=key, mime_type="image/png", size_bytes=1)
    generation.add_result(generation_id=order.pk, file=file)

    press(phone, SettingsAction.DELETE_FOR_GOOD)

    assert default_storage.exists(key)
    assert GenRequest.objects.get(pk=order.pk).prompt == "кот в скафандре"


def test_nothing_that_was_said_stays_in_any_column(sent, phone, alice, work_done, rung):
    GenRequest.objects.filter(pk=work_done.pk).update(
        generation_params={"negative_prompt": "тайна"},
        error_message="тайна",
        late_until=timezone.now() + timedelta(hours=1),
    )
    TextTask.objects.create(
        user=alice,
        chat_id=alice.chat_id,
        kind="improve",
        idempotency_key="t",
        status="done",
        prompt="тайна",
        error_message="тайна",
        source={"file_id": "тайна"},
    )
    BotErrorEvent.objects.create(
        severity="error",
        gen_request=work_done,
        message="bad_input: тайна",
        stacktrace="ProviderError: bad_input: тайна",
        extra={"detail": "тайна"},
    )

    press(phone, SettingsAction.DELETE_FOR_GOOD)

    kept = [row for kind in KEPT for row in kind.objects.values()]
    assert "тайна" not in str(kept)
    assert GenRequest.objects.get().late_until is None
    assert "тайна" not in json.dumps(personal_data.export(user_id=alice.pk), default=str)


@pytest.mark.parametrize("action", ["edit", "animate"])
def test_an_old_button_after_erasing_charges_nothing(sent, phone, alice, work_done, rung, action):
    give_tokens(alice, 100)
    press(phone, SettingsAction.DELETE_FOR_GOOD)
    before = balance.get_balance(user_id=alice.pk)

    phone.press(f"order:{action}:{work_done.pk}")
    phone.say("сделай ярче")

    assert balance.get_balance(user_id=alice.pk) == before
    assert GenRequest.objects.count() == 1


def test_a_file_that_cannot_be_deleted_does_not_keep_the_others(
    sent, phone, alice, work_done, monkeypatch
):
    bob = make_user(779, "Боб", tokens=5)
    order = place(bob)
    key = default_storage.save("results/bob2.png", ContentFile(b"x"))
    file = generation.StoredFile(index=0, storage_key=key, mime_type="image/png", size_bytes=1)
    generation.add_result(generation_id=order.pk, file=file)
    GenRequest.objects.filter(pk=order.pk).update(status="done")
    press(phone, SettingsAction.DELETE_FOR_GOOD)
    personal_data.erase(user_id=bob.pk, now=timezone.now())
    [stuck] = work_done.results.all()
    delete = default_storage.delete

    def delete_or_fail(name):
        if name == stuck.storage_key:
            raise OSError("the disk is away")
        delete(name)

    monkeypatch.setattr(default_storage, "delete", delete_or_fail)
    tasks.delete_files()

    assert not default_storage.exists(key)
    stuck.refresh_from_db()
    assert stuck.storage_key


def stored_input(user, **fields):
    """An order whose photo was copied for a provider that fetches it."""
    order = place(user, sources=({"file_id": "photo"},))
    key = default_storage.save(f"inputs/{order.run_code}/0.png", ContentFile(b"x"))
    generation.note_inputs_stored(generation_id=order.pk)
    GenRequest.objects.filter(pk=order.pk).update(**fields)
    return key


def test_copies_of_photos_go_with_the_person(sent, phone, alice, rung):
    key = stored_input(alice, status="done")

    press(phone, SettingsAction.DELETE_FOR_GOOD)

    assert not default_storage.exists(key)
    assert not GenRequest.objects.filter(inputs_stored=True).exists()


def test_copies_of_photos_go_when_their_order_is_long_over(alice):
    long_ago = timezone.now() - timedelta(days=3)
    waiting = timezone.now() + timedelta(hours=1)
    over = stored_input(alice, status="done", created_at=long_ago)
    kept = [
        stored_input(alice, status="done"),
        stored_input(alice, status="processing", created_at=long_ago),
        stored_input(alice, status="error", created_at=long_ago, late_until=waiting),
    ]

    tasks.delete_files()

    assert not default_storage.exists(over)
    assert all(default_storage.exists(key) for key in kept)
