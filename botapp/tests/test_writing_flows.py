"""The text model in the chat: better prompts, safer prompts, spoken words."""

from decimal import Decimal
from unittest.mock import Mock

import pytest
from aiogram.methods import DeleteMessage, EditMessageReplyMarkup
from django.db import OperationalError

from botapp.business import generation, text_tasks
from botapp.models import GenRequest, TextTask
from botapp.services import text_work
from botapp.tests.cards import said
from botapp.tests.conftest import Chatter, place
from botapp.tests.orders import NOW
from botapp.tests.texts import begin, soon, text_answer

Kind, Status = TextTask.Kind, TextTask.Status
BETTER = "Рыжий кот на Луне, мягкий свет"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A person who waits a while between two presses of one button."""
    monkeypatch.setattr("botapp.middlewares.updates.DOUBLE_TAP_S", 0)


@pytest.fixture
def model(gemini):
    """The text model answers; a test may script another answer."""
    gemini.respond(json=text_answer(BETTER))
    return gemini


@pytest.fixture
def serve(model):
    """What a worker does with every text task that waits."""

    def do():
        while (task := text_work.work_next(soon())) is not None:
            text_work.tell(task)

    return do


@pytest.fixture
def tap(phone, sent):
    """Press the latest button with this label, on its own message."""

    def do(label, phone=phone):
        message, button = latest(sent, label)
        assert phone.press(button.callback_data, message_id=message.message_id) == 200

    return do


def latest(sent, label):
    for message in reversed(sent.answers):
        for row in message.reply_markup.inline_keyboard if message.reply_markup else ():
            for button in row:
                if label in button.text:
                    return message, button
    raise AssertionError(f"no button {label}")


def toast(sent):
    return next(
        call for call in reversed(sent.calls) if type(call).__name__ == "AnswerCallbackQuery"
    )


def speak(phone, **facts):
    voice = {"file_id": "voice", "file_unique_id": "v", "duration": 5, "mime_type": "audio/ogg"}
    return phone.send({"message": phone.message(voice=voice | facts)})


def refuse(order):
    generation.fail(generation_id=order.pk, code="policy", detail="no", now=NOW)
    return order


def test_a_prompt_is_improved_and_taken_onto_the_card(phone, sent, card, serve, tap):
    phone.say("кот на луне")

    card.tap("Улучшить промт")
    assert "Улучшаю промт" in said(sent)[-2]
    serve()
    assert f"<code>{BETTER}</code>" in said(sent)[-1]
    tap("Взять")

    assert BETTER in card.text
    card.tap("Создать")
    assert GenRequest.objects.get().prompt == BETTER


def test_the_taken_suggestion_and_the_old_card_lose_their_buttons(phone, sent, card, serve, tap):
    phone.say("кот")
    old = card.message.message_id
    card.tap("Улучшить промт")
    serve()
    suggestion = sent.answers[-1].message_id
    tap("Взять")

    disarmed = [call.message_id for call in sent.calls if isinstance(call, EditMessageReplyMarkup)]
    assert disarmed == [old, suggestion]


def test_a_card_without_words_offers_no_better_ones(phone, rich, card):
    phone.press("model:nano-banana")
    phone.send_photo("p1")

    assert not card.has("Улучшить промт")


def test_another_version_is_asked_for_with_the_first_at_hand(phone, sent, card, serve, tap, model):
    phone.say("кот на луне")
    card.tap("Улучшить промт")
    serve()
    model.respond(json=text_answer("Чёрный кот в кратере"))
    tap("Ещё вариант")
    serve()
    tap("Взять")

    assert BETTER in model.calls[-1].request.content.decode()
    assert "Чёрный кот в кратере" in card.text


def test_the_earlier_version_can_still_be_taken_instead(phone, sent, card, serve, model):
    phone.say("кот")
    card.tap("Улучшить промт")
    serve()
    first = TextTask.objects.get()
    model.respond(json=text_answer("другое"))
    phone.press(f"text:more:{first.pk}")
    serve()
    phone.press(f"text:take:{TextTask.objects.first().pk}")
    assert "другое" in card.text
    phone.press(f"text:take:{first.pk}")

    assert BETTER in card.text


def test_leaving_it_as_it_was_changes_nothing(phone, sent, card, serve, tap):
    phone.say("кот")
    card.tap("Улучшить промт")
    serve()

    tap("Оставить как было")

    assert "остался как был" in toast(sent).text
    card.tap("Создать")
    assert GenRequest.objects.get().prompt == "кот"


def test_a_suggestion_for_a_draft_that_is_gone_says_so(phone, sent, card, serve, tap):
    phone.say("кот")
    card.tap("Улучшить промт")
    serve()
    card.tap("Создать")
    phone.say("совсем другое")

    for label in ("Взять", "Ещё вариант"):
        tap(label)
        assert "Карточки" in toast(sent).text
    assert "совсем другое" in card.text
    assert TextTask.objects.count() == 1


def test_an_unknown_or_unfinished_suggestion_is_not_found(phone, sent, card):
    phone.say("кот")
    card.tap("Улучшить промт")

    for task_id in (TextTask.objects.get().pk, 999_999):
        phone.press(f"text:take:{task_id}")
        assert "не найден" in said(sent)[-1]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.REFERENCE])
def test_a_made_up_press_asks_for_no_other_version_of_what_has_none(phone, alice, sent, kind):
    task = begin(alice, kind=kind)
    claimed = text_tasks.claim(now=soon(), lease_s=60)
    text_tasks.finish(task_id=claimed.pk, result="слова", cost_usd=Decimal("0.001"), now=soon())

    phone.press(f"text:more:{task.pk}")

    assert "не найден" in said(sent)[-1]
    assert TextTask.objects.count() == 1


def test_anothers_suggestion_is_not_found(phone, sent, card, serve, boris):
    phone.say("кот")
    card.tap("Улучшить промт")
    serve()
    stranger = Chatter(boris.chat_id, "Борис")
    task = TextTask.objects.get()

    for action in ("take", "more"):
        stranger.press(f"text:{action}:{task.pk}")
        assert "не найден" in said(sent)[-1]

    assert TextTask.objects.count() == 1
    assert not any(BETTER in text for text in said(sent)[-2:])


def test_the_same_press_twice_is_one_task(phone, sent, card):
    phone.say("кот")
    data = next(one.callback_data for one in card.buttons if "Улучшить" in one.text)
    for _ in range(2):
        phone.press(data, message_id=card.message.message_id, query_id="7")

    assert TextTask.objects.count() == 1
    assert len([text for text in said(sent) if "Улучшаю" in text]) == 1


def test_too_many_at_once_are_refused_in_words(phone, sent, card):
    phone.say("кот")
    for _ in range(text_tasks.AT_ONCE_MAX + 1):
        card.tap("Улучшить промт")

    assert "уже пишет для вас" in said(sent)[-1]
    assert TextTask.objects.count() == text_tasks.AT_ONCE_MAX


def test_a_worker_quicker_than_telegram_leaves_no_status_behind(
    phone, sent, card, serve, monkeypatch
):
    attach = text_tasks.attach_status_message
    monkeypatch.setattr(
        text_tasks, "attach_status_message", lambda **facts: serve() or attach(**facts)
    )
    phone.say("кот")

    card.tap("Улучшить промт")

    [status] = [one for one in sent.answers if "Улучшаю" in (one.text or "")]
    [deleted] = [call for call in sent.calls if isinstance(call, DeleteMessage)]
    assert deleted.message_id == status.message_id


def test_a_status_message_the_database_could_not_keep_does_not_stay(phone, sent, card, monkeypatch):
    phone.say("кот")
    away = Mock(side_effect=OperationalError("away"))
    monkeypatch.setattr(text_tasks, "attach_status_message", away)

    message, button = latest(sent, "Улучшить")
    assert phone.press(button.callback_data, message_id=message.message_id) == 503

    removed = [call.message_id for call in sent.calls if isinstance(call, DeleteMessage)]
    assert removed == [sent.answers[-1].message_id]


def test_spoken_words_become_a_card(phone, sent, card, serve, tap):
    sent.files["voice"] = b"OggS"
    speak(phone)
    assert "Слушаю" in said(sent)[-1]
    serve()
    tap("Сделать")

    assert BETTER in card.text
    assert TextTask.objects.get().source == {"file_id": "voice", "mime_type": "audio/ogg"}
    card.tap("Создать")
    assert GenRequest.objects.get().prompt == BETTER


def test_spoken_words_go_to_the_draft_that_waits_for_them(phone, sent, card, serve, tap):
    phone.press("model:nano-banana")
    phone.send_photo("p1")
    sent.files["voice"] = b"OggS"
    speak(phone)
    serve()
    tap("Сделать")
    card.tap("Создать")

    order = GenRequest.objects.get()
    assert (order.prompt, order.source_media[0]["file_id"]) == (BETTER, "p1")


def test_a_round_film_and_an_mp3_are_listened_to_as_what_they_are(phone):
    note = {"file_id": "n", "file_unique_id": "n", "length": 240, "duration": 9}
    phone.send({"message": phone.message(video_note=note)})
    speak(phone, mime_type="audio/mpeg")

    types = [task.source["mime_type"] for task in TextTask.objects.order_by("pk")]
    assert types == ["video/mp4", "audio/mp3"]


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"duration": 121}, "слишком долго: до 2 минут"),
        ({"file_size": 21 * 1024 * 1024}, "не больше 20"),
        ({"mime_type": "audio/amr"}, "послушать не смогу"),
    ],
)
def test_what_cannot_be_listened_to_is_refused_kindly(phone, sent, facts, answer):
    speak(phone, **facts)

    assert answer in said(sent)[-1]
    assert not TextTask.objects.exists()


def test_a_recording_without_words_is_said_to_have_none(phone, sent, serve, model):
    model.respond(json=text_answer(""))
    sent.files["voice"] = b"OggS"
    speak(phone)
    serve()

    assert "не разобрал слов" in said(sent)[-1]


def test_a_refused_order_is_put_differently_and_ordered_again(phone, alice, sent, card, work, tap):
    order = refuse(
        place(
            alice,
            prompt="кровавая битва",
            quantity=2,
            sources=({"file_id": "p1", "role": "image"},),
            params={"aspect_ratio": "16:9"},
        )
    )
    work()
    tap("Переформулировать")
    assert "Подбираю другие слова" in said(sent)[-2]
    task = TextTask.objects.get()
    assert (task.kind, task.prompt) == (Kind.SAFER, "кровавая битва")
    claimed = text_tasks.claim(now=soon(), lease_s=60)
    text_tasks.finish(
        task_id=claimed.pk, result="рыцарский турнир", cost_usd=Decimal("0.001"), now=soon(-1)
    )
    text_work.tell(task)
    tap("Взять")
    card.tap("Создать")

    again = GenRequest.objects.exclude(pk=order.pk).get()
    assert again.prompt == "рыцарский турнир"
    for name in ("ai_model_id", "quantity", "aspect_ratio", "source_media", "generation_type"):
        assert getattr(again, name) == getattr(order, name)


def test_only_a_refusal_of_the_words_offers_other_words(phone, alice, sent, work):
    order = place(alice)
    generation.fail(generation_id=order.pk, code="transient", detail="", now=NOW)
    work()

    with pytest.raises(AssertionError, match="no button"):
        latest(sent, "Переформулировать")


def test_anothers_refused_order_is_not_found(phone, alice, sent, boris):
    order = refuse(place(alice, prompt="тайное"))

    Chatter(boris.chat_id, "Борис").press(f"safer:{order.pk}")

    assert "не найден" in said(sent)[-1]
    assert not TextTask.objects.exists()


def test_english_speakers_are_answered_in_english(phone, alice, sent, serve, tap):
    alice.settings.interface_language = "en"
    alice.settings.save()
    phone.say("a cat")
    tap("Improve the prompt")
    serve()

    assert said(sent)[-1].startswith("✨ How about this prompt?")
