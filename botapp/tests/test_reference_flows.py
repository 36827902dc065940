"""A prompt from a reference in the chat: shown, wished for, paid for, made, and ordered."""

import json
from decimal import Decimal
from unittest.mock import AsyncMock

import httpx
import pytest

from botapp.business import audit, balance, text_tasks
from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.handlers import desk
from botapp.models import AIModel, TextTask, Transaction
from botapp.reference_prompt import loading
from botapp.services import text_work
from botapp.tests.cards import said, send_file, send_film
from botapp.tests.conftest import Chatter, png
from botapp.tests.films import make_film
from botapp.tests.texts import begin, soon, text_answer
from botapp.texts import reference as texts
from conftest import make_user

Status = TextTask.Status
MENU = "📲 Промт по референсу"
PROMPT = "Рыжий кот идёт по крыше на рассвете, камера плывёт следом"
VOICE = {"file_id": "voice", "file_unique_id": "voice", "duration": 3}
YOUTUBE = "https://youtu.be/dQw4w9WgXcQ"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """What is pressed twice here is pressed twice on purpose."""
    monkeypatch.setattr("botapp.middlewares.updates.DOUBLE_TAP_S", 0)


@pytest.fixture
def model(gemini, sent):
    """The text model sees what it is given, and answers with a prompt."""
    gemini.respond(json=text_answer(PROMPT))
    sent.files |= {"photo": png(), "film": make_film(1.0), "text": b"no picture at all"}
    return gemini


@pytest.fixture
def chat(phone, sent):
    return Chat(phone, sent)


class Chat:
    """Buttons pressed by their labels, under the latest message that has one."""

    def __init__(self, phone, sent):
        self.phone, self.sent = phone, sent

    def show_photo(self, **fields):
        self.phone.say(MENU)
        self.phone.send_photo("photo", **fields)

    def tap(self, label):
        data, message_id = self.find(label)
        assert self.phone.press(data, message_id=message_id) == 200

    def find(self, label):
        """What the button says, and the message it stands under."""
        for message in reversed(self.sent.answers):
            rows = message.reply_markup.inline_keyboard if message.reply_markup else []
            for button in (button for row in rows for button in row):
                if label in button.text:
                    return button.callback_data, message.message_id
        raise AssertionError(f"no button {label}")

    def last(self, words):
        """The latest message with these words."""
        return next(text for text in reversed(said(self.sent)) if words in text)


def serve(times=1):
    """What a worker does, each time later than any pause."""
    for number in range(times):
        task = text_work.work_next(soon(1 + 900 * number))
        if task is not None:
            text_work.tell(task)


def question(model):
    """The system instruction and the parts of the latest question."""
    body = json.loads(model.calls[-1].request.content)
    parts = body["contents"][0]["parts"]
    return body["systemInstruction"]["parts"][0]["text"], parts


def spent(user):
    return 100 - balance.get_balance(user_id=user.pk)


def test_a_photo_becomes_a_prompt_and_the_prompt_an_order(alice, phone, chat, model, card):
    phone.say(MENU)
    assert "⚡0.40" in chat.last("Промт по референсу")
    phone.send_photo("photo")
    assert "Nano Banana" in chat.last("Референс получен")
    assert spent(alice) == 0

    chat.tap("Без правок · ⚡0.40")
    assert "Изучаю референс" in chat.last("референс")
    serve()

    assert spent(alice) == Decimal("0.40")
    ready = chat.last("Промт готов")
    assert f"<code>{PROMPT}</code>" in ready
    assert "Списано: ⚡0.40 · осталось: ⚡99.60" in ready
    system, [picture] = question(model)
    assert picture["inlineData"]["mimeType"] == "image/jpeg"
    assert "You are given a reference" in system
    assert "makes pictures" in system
    assert "in Russian (Русский)" in system

    chat.tap("Создать")
    assert PROMPT in card.text
    card.tap("Создать")
    assert alice.generations.get().prompt == PROMPT


def test_wishes_are_asked_for_and_begin_the_work(alice, phone, chat, model):
    chat.show_photo()
    chat.tap("Внести правки")
    assert "⚡0.40" in chat.last("Напишите одним сообщением")

    phone.say("сделай зиму")
    phone.say("и ещё собаку")
    serve()

    task = TextTask.objects.get()
    assert (task.wishes, spent(alice)) == ("сделай зиму", Decimal("0.40"))
    system, (_, wishes) = question(model)
    assert wishes == {"text": "сделай зиму"}
    assert "shall be different" in system


@pytest.mark.parametrize("way", ["caption", "words"])
def test_wishes_said_unasked_wait_for_the_button(alice, phone, chat, model, way):
    if way == "caption":
        chat.show_photo(caption="сделай <зиму>")
    else:
        chat.show_photo()
        phone.say("сделай <зиму>")

    assert "сделай &lt;зиму&gt;" in chat.last("Референс получен")
    assert not TextTask.objects.exists()
    chat.tap("Составить промт · ⚡0.40")

    assert TextTask.objects.get().wishes == "сделай <зиму>"


def show_animation(phone):
    film = {"file_id": "film", "file_unique_id": "f", "width": 1, "height": 1, "duration": 2}
    phone.send({"message": phone.message(animation=film, document=film)})


@pytest.mark.parametrize(
    ("show", "mime_type"),
    [
        (send_film, "video/mp4"),
        (show_animation, "video/mp4"),
        (lambda phone: send_file(phone, "photo", "image/png"), "image/jpeg"),
    ],
)
def test_films_animations_and_files_are_looked_at(phone, chat, model, show, mime_type):
    phone.say("/reference")
    show(phone)
    chat.tap("Без правок")
    serve()

    assert question(model)[1][0]["inlineData"]["mimeType"] == mime_type
    assert PROMPT in chat.last("Промт готов")


def test_a_film_is_for_a_model_that_makes_films(rich, phone, chat):
    phone.say(MENU)
    send_film(phone)
    chat.tap("Без правок")

    slug = TextTask.objects.get().model_slug
    assert AIModel.objects.get(slug=slug).type == AIModel.Type.VIDEO


def test_a_link_is_followed_by_the_worker(phone, chat, model, monkeypatch):
    followed = []
    monkeypatch.setattr(loading, "load", lambda url: followed.append(url) or make_film(1.0))
    phone.say(MENU)
    phone.say(f"Вот так, но ночью: {YOUTUBE}")
    assert followed == []
    assert "Вот так, но ночью:" in chat.last("Референс получен")

    chat.tap("Составить промт")
    serve()

    assert followed == [YOUTUBE]
    assert question(model)[1][0]["inlineData"]["mimeType"] == "video/mp4"


def test_a_film_that_only_google_gets_at_is_looked_at_there(phone, chat, model, monkeypatch):
    monkeypatch.setattr(loading, "load", lambda _: None)
    phone.say(MENU)
    phone.say(YOUTUBE)
    chat.tap("Без правок")
    serve()

    assert question(model)[1][0] == {"fileData": {"fileUri": YOUTUBE}}


def test_a_description_is_a_reference_and_the_instruction_may_be_replaced(
    phone, chat, model, settings
):
    settings.REFERENCE_SYSTEM_PROMPT = "Смотри внимательно."
    phone.say(MENU)
    phone.say("ролик, где кот <летит>")
    assert "кот &lt;летит&gt;" in chat.last("Референс получен")
    chat.tap("Без правок")
    serve()

    system, parts = question(model)
    assert parts == [{"text": "ролик, где кот <летит>"}]
    assert system.startswith("Смотри внимательно.\nThe prompt is for nano-banana")


def test_another_model_is_chosen(rich, phone, chat):
    chat.show_photo()
    chat.tap("Модель")
    chat.tap("Модели для видео")
    data, message_id = chat.find("Kling 3.0")
    phone.press("ref:model:no-such-model", message_id=message_id)
    assert "недоступна" in said(chat.sent)[-1]
    phone.press(data, message_id=message_id)

    assert "Kling 3.0" in chat.last("Референс получен")
    chat.tap("Без правок")
    assert TextTask.objects.get().model_slug == data.removeprefix("ref:model:")


def test_a_model_chosen_before_is_the_one(rich, phone, chat):
    phone.press("model:flux-pro")
    phone.say(MENU)
    phone.send_photo("photo")
    chat.tap("Без правок")

    assert TextTask.objects.get().model_slug == "flux-pro"


def test_without_tokens_nothing_begins_and_after_a_top_up_the_same_button_works(boris, sent):
    phone = Chatter(boris.chat_id, "Борис")
    chat = Chat(phone, sent)
    chat.show_photo()
    make = chat.find("Без правок")
    phone.press(make[0], message_id=make[1])
    assert "Не хватает токенов" in said(sent)[-1]
    assert not TextTask.objects.exists()

    balance.post(
        balance.Posting(
            user_id=boris.pk, type=Transaction.Type.ADMIN, amount=Decimal(1), key="gift"
        )
    )
    phone.press(make[0], message_id=make[1])

    assert balance.get_balance(user_id=boris.pk) == Decimal("0.60")


@pytest.mark.parametrize("has_forgotten", [True, False])
def test_a_second_press_begins_nothing(alice, phone, chat, monkeypatch, has_forgotten):
    """Neither as a press on an old button, nor where the first one was cut off half-way."""
    if not has_forgotten:
        monkeypatch.setattr(desk, "put_away", AsyncMock())
    chat.show_photo()
    data, message_id = chat.find("Без правок")

    phone.press(data, message_id=message_id)
    phone.press(data, message_id=message_id)

    assert (TextTask.objects.count(), spent(alice)) == (1, Decimal("0.40"))
    assert ("Этого референса уже нет" in said(chat.sent)[-1]) is has_forgotten


def test_another_price_is_shown_before_it_is_paid(alice, phone, chat, monkeypatch):
    chat.show_photo()
    monkeypatch.setattr(text_tasks, "REFERENCE_PRICE", Decimal(2))

    chat.tap("Без правок · ⚡0.40")
    assert "Цена изменилась" in chat.last("Цена")
    assert spent(alice) == 0
    chat.tap("Без правок · ⚡2")

    assert spent(alice) == 2


def test_an_asked_wish_at_another_price_waits_for_the_button(alice, phone, chat, monkeypatch):
    chat.show_photo()
    chat.tap("Внести правки")
    monkeypatch.setattr(text_tasks, "REFERENCE_PRICE", Decimal(2))

    phone.say("зима")
    assert spent(alice) == 0
    chat.tap("Составить промт · ⚡2")

    assert (TextTask.objects.get().wishes, spent(alice)) == ("зима", 2)


def test_a_link_that_gives_nothing_is_told_and_paid_back(alice, phone, chat, model, monkeypatch):
    def refuse(url):
        raise BadReferenceError(Trouble.LOGIN_NEEDED, "for operators")

    monkeypatch.setattr(loading, "load", refuse)
    phone.say(MENU)
    phone.say("https://vm.tiktok.com/abc")
    chat.tap("Без правок")
    serve()

    told = chat.last("😔")
    assert "Сохраните видео и пришлите его сюда файлом" in told
    assert "Возвращено: ⚡0.40 · на балансе: ⚡100" in told
    assert TextTask.objects.get().error_code == Trouble.LOGIN_NEEDED.value
    assert (spent(alice), model.call_count) == (0, 0)
    assert not list(audit.find_discrepancies())


def test_every_trouble_is_told_in_words_of_its_own():
    task = TextTask(refunded=Decimal("0.40"))
    told = set()
    for task.error_code in (*Trouble, "policy", "rate", "bad_input", "unreadable_input", "auth"):
        told.add(texts.failed(task, balance=Decimal(1)))

    assert len(told) == len(Trouble) + 5


def test_a_page_without_pictures_is_told(phone, chat, model, monkeypatch):
    monkeypatch.setattr(loading, "load", lambda _: b"<html>An article</html>")
    phone.say(MENU)
    phone.say("https://example.com/article")
    chat.tap("Без правок")
    serve()

    assert "ни картинки, ни видео" in chat.last("😔")


def test_a_broken_file_is_told_and_paid_back(alice, phone, chat, model):
    phone.say(MENU)
    send_file(phone, "text", "image/png")
    chat.tap("Без правок")
    serve()

    assert "Не получилось прочитать" in chat.last("😔")
    assert spent(alice) == 0


def test_after_a_failure_one_tap_tries_again_once(alice, phone, chat, model):
    answers = [
        httpx.Response(200, json={"promptFeedback": {"blockReason": "OTHER"}}),
        httpx.Response(200, json=text_answer(PROMPT)),
    ]
    model.side_effect = answers
    chat.show_photo(caption="зима")
    chat.tap("Составить промт")
    serve()
    assert "правила такое запрещают" in chat.last("😔")
    data, message_id = chat.find("Попробовать ещё раз · ⚡0.40")

    phone.press(data, message_id=message_id)
    phone.press(data, message_id=message_id)
    serve(2)

    assert TextTask.objects.count() == 2
    assert TextTask.objects.latest("pk").wishes == "зима"
    assert PROMPT in chat.last("Промт готов")
    assert spent(alice) == Decimal("0.40")


def test_other_wishes_for_the_same_reference(alice, phone, chat, model):
    chat.show_photo(caption="зима")
    chat.tap("Составить промт")
    serve()

    chat.tap("Другие пожелания")
    chat.tap("Другие пожелания")
    phone.say("осень")

    first, second = TextTask.objects.order_by("pk")
    assert second.source == first.source == {"file_id": "photo"}
    assert (second.wishes, spent(alice)) == ("осень", Decimal("0.80"))


def test_nobody_gets_at_the_prompt_of_another(alice, boris, phone, chat, model, sent):
    chat.show_photo()
    chat.tap("Без правок")
    serve()
    task = TextTask.objects.get()
    stranger = Chatter(boris.chat_id, "Борис")

    for action in ("create", "wish", "retry"):
        stranger.press(f"refp:{action}:{task.pk}")
        assert "не найден" in said(sent)[-1]

    assert TextTask.objects.count() == 1
    assert not [text for text in said(sent)[-3:] if PROMPT in text]


def test_other_work_of_the_text_model_is_no_reference(alice, phone, sent):
    task = begin(alice)

    phone.press(f"refp:retry:{task.pk}")

    assert "не найден" in said(sent)[-1]
    assert TextTask.objects.count() == 1


@pytest.mark.parametrize("is_wishing", [False, True])
def test_it_is_cancelled_at_every_step(phone, chat, is_wishing):
    chat.show_photo()
    if is_wishing:
        chat.tap("Внести правки")

    chat.tap("Отмена")
    phone.say("кот в шляпе")

    assert not TextTask.objects.exists()
    assert "Цена" in chat.last("кот в шляпе"), "an ordinary draft again"


def test_a_new_reference_takes_the_place_of_the_old_one(phone, chat):
    chat.show_photo()
    old = chat.find("Без правок")
    send_film(phone)

    phone.press(old[0], message_id=old[1])
    assert "Этого референса уже нет" in said(chat.sent)[-1]
    chat.tap("Без правок")

    assert TextTask.objects.get().source == {"file_id": "film"}


def test_of_an_album_the_first_picture_is_taken(phone, chat):
    phone.say(MENU)
    for name in ("photo", "photo2", "photo3"):
        phone.send_photo(name, media_group_id="7")

    assert sum("Референс получен" in text for text in said(chat.sent)) == 1
    chat.tap("Без правок")
    assert TextTask.objects.get().source == {"file_id": "photo"}


def test_what_cannot_be_looked_at_is_said(phone, chat):
    phone.say(MENU)
    phone.send({"message": phone.message(voice=VOICE)})
    assert "Такое я посмотреть не могу" in said(chat.sent)[-1]

    phone.send_photo("photo")
    chat.tap("Внести правки")
    phone.send({"message": phone.message(voice=VOICE)})
    assert "Напишите, пожалуйста, словами" in said(chat.sent)[-1]
    assert not TextTask.objects.exists()


def test_what_is_too_long_too_large_or_no_link_is_refused_before_it_is_paid(phone, chat):
    phone.say(MENU)
    send_film(phone, duration=601)
    assert "не длиннее 10 минут" in said(chat.sent)[-1]
    send_film(phone, file_size=21 * 1024 * 1024)
    assert "20 МБ" in said(chat.sent)[-1]
    send_file(phone, "pdf", "application/pdf")
    assert "Такое я посмотреть не могу" in said(chat.sent)[-1]
    phone.say("https://youtube.com@10.0.0.1/watch")
    assert "Эту ссылку я открыть не могу" in said(chat.sent)[-1]

    assert not any("Референс получен" in text for text in said(chat.sent))


def test_when_nothing_is_on_sale_it_is_said(phone, chat):
    AIModel.objects.update(is_active=False)
    chat.show_photo()

    assert "недоступна" in said(chat.sent)[-1]


def test_a_model_that_went_off_sale_makes_no_card(phone, chat, model):
    chat.show_photo()
    chat.tap("Без правок")
    serve()
    AIModel.objects.filter(slug="nano-banana").update(is_active=False)

    chat.tap("Создать")

    assert "недоступна" in said(chat.sent)[-1]


def test_it_is_said_in_english_and_written_in_english(db, catalog, sent, model):
    emma = make_user(1003, "Emma", tokens=10, language_code="en")
    phone = Chatter(emma.chat_id, "Emma", language_code="en")
    chat = Chat(phone, sent)
    phone.say("📲 Prompt from a reference")
    phone.send_photo("photo")
    chat.tap("As it is · ⚡0.40")
    serve()

    assert "Charged: ⚡0.40 · left: ⚡9.60" in chat.last("The prompt is ready")
    assert "in English" in question(model)[0]


def test_a_long_prompt_fits_into_its_message():
    task = TextTask(result="<&>" * 3000, cost=Decimal("0.40"))

    shown = texts.result(task, balance=Decimal(1)).replace("&lt;&amp;&gt;", "<&>")

    assert len(shown.encode("utf-16-le")) // 2 < 4096
