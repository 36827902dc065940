"""Conversations through the front door: an update comes in, the bot's calls come out."""

import json
from decimal import Decimal
from unittest.mock import Mock

from aiogram.exceptions import TelegramForbiddenError, TelegramServerError
from aiogram.methods import DeleteMessage
from django.db import OperationalError
from django.utils import timezone

from botapp.business import balance, generation
from botapp.models import GenRequest, TelegramUpdate, TgUser, Transaction
from botapp.tests.conftest import Chatter, deliver_update, png


def texts(sent):
    return [getattr(c, "text", None) or getattr(c, "caption", None) for c in sent.calls]


def press_create(phone, sent):
    """Tap “Create” on the latest card."""
    cards = [m for m in sent.answers if "draft" in str(getattr(m, "reply_markup", ""))]
    return phone.press("draft", message_id=cards[-1].message_id)


def test_start_welcomes_and_gives_fifty_tokens_once_ever(sent, catalog):
    newcomer = Chatter(2001, "Новенький")

    newcomer.say("/start")
    newcomer.say("/start")

    user = TgUser.objects.get(chat_id=2001)
    assert balance.get_balance(user_id=user.pk) == Decimal("50.00")
    assert sum("Дарим ⚡50" in text for text in texts(sent) if text) == 1
    assert "Привет, Новенький!" in texts(sent)[0]


def test_the_menu_has_the_agreed_buttons(sent, phone):
    phone.say("/start")

    rows = [[b.text for b in row] for row in sent.calls[0].reply_markup.keyboard]

    assert rows == [
        ["🎨 Создать изображение", "🎬 Создать видео"],
        ["💰 Мой баланс (цены)", "💳 Пополнить баланс"],
        ["📲 Промт по референсу"],
        ["🏠 Главное меню"],
        ["🎁 Ввести промокод"],
        ["🧡 Поддержка"],
    ]


def test_an_english_speaker_is_answered_in_english(sent, catalog):
    Chatter(2002, "Emma", language_code="en-GB").say("/start")

    assert "Hello, Emma!" in texts(sent)[0]


def test_language_is_changeable(sent, phone, alice):
    phone.press("lang:en")
    phone.say("/help")

    assert "How it works" in texts(sent)[-1]


def test_a_picture_from_menu_to_result(sent, phone, alice, gemini, work):
    phone.say("🎨 Создать изображение")
    phone.press("model:nano-banana")
    phone.say("кот в скафандре")
    press_create(phone, sent)
    work()

    order = GenRequest.objects.get()
    preview, document = sent.calls[-2:]
    assert order.status == "done"
    assert preview.message_id == order.status_message_id
    assert "Nano Banana" in preview.media.caption
    assert "списано ⚡0.80" in preview.media.caption
    assert "Баланс: ⚡99.20" in preview.media.caption
    assert document.document.data == png()
    assert balance.get_balance(user_id=alice.pk) == Decimal("99.20")


def test_a_repeated_update_is_handled_once(sent, phone, alice):
    sent.files["photo"] = png()
    size = {"file_id": "photo", "file_unique_id": "photo", "width": 10, "height": 10}
    message = phone.message(photo=[size], caption="добавь шляпу")
    update = json.dumps({"update_id": 777777, "message": message}).encode()

    assert [deliver_update(update) for _ in range(3)] == [200, 200, 200]

    assert GenRequest.objects.count() == 1
    assert Transaction.objects.filter(type="generation").count() == 1


def test_a_photo_with_a_caption_is_edited(sent, phone, gemini, work):
    sent.files["photo-of-a-cat"] = png((300, 200))

    phone.send_photo("photo-of-a-cat", caption="добавь шляпу")
    work()

    body = json.loads(gemini.calls.last.request.content)
    parts = body["contents"][0]["parts"]
    assert parts[0] == {"text": "добавь шляпу"}
    assert parts[1]["inlineData"]["mimeType"] == "image/jpeg"
    assert GenRequest.objects.get().generation_type == "image2image"


def test_a_photo_without_a_caption_waits_for_words(sent, phone, gemini, work):
    sent.files["first"] = sent.files["second"] = png()

    phone.send_photo("first", media_group_id="album")
    phone.send_photo("second", media_group_id="album")
    phone.say("соедини их")
    work()

    assert len(GenRequest.objects.get().source_media) == 2
    assert sum("Отличное фото" in text for text in texts(sent) if text) == 1


def test_free_text_costs_nothing_until_the_tap(sent, phone, alice, gemini, work):
    phone.say("кот в скафандре")
    assert not GenRequest.objects.exists()

    press_create(phone, sent)
    work()

    assert GenRequest.objects.get().prompt == "кот в скафандре"


def test_an_old_card_orders_nothing(sent, phone):
    phone.say("кот")
    old_card = sent.answers[-1].message_id
    phone.say("собака")

    phone.press("draft", message_id=old_card)

    assert "карточка устарела" in texts(sent)[-1]
    assert not GenRequest.objects.exists()


def test_an_album_with_a_caption_is_edited_as_a_whole(sent, phone, gemini, work):
    sent.files["first"] = sent.files["second"] = png()
    phone.send_photo("first", media_group_id="a", caption="соедини")
    phone.send_photo("second", media_group_id="a")

    press_create(phone, sent)
    work()

    order = GenRequest.objects.get()
    assert (order.prompt, len(order.source_media)) == ("соедини", 2)


def test_a_lost_status_message_neither_loses_nor_doubles_the_order(sent, phone, gemini, work):
    sent.files["photo"] = png()
    sent.refuse("SendMessage", TelegramServerError)

    phone.send_photo("photo", caption="добавь шляпу")
    work()

    assert GenRequest.objects.get().status == "done"
    assert not any("сломалось" in (text or "") for text in texts(sent))


def test_what_is_said_in_a_group_is_not_logged(sent, catalog):
    group = {"id": -100500, "type": "supergroup", "title": "Друзья"}
    stranger = Chatter(2005, "Аноним")

    stranger.send({"message": stranger.message(text="наша тайна", chat=group)})
    stranger.send({"message": stranger.message(text="/start", chat=group)})

    assert not TgUser.objects.filter(chat_id=2005).exists()
    assert "Я работаю в личном чате" in texts(sent)[-1]


def test_an_apology_telegram_does_not_take_ends_the_update(sent, phone):
    sent.refuse("SendMessage", TelegramServerError, times=2)

    assert phone.say("/help") == 200


def test_a_result_is_edited_from_storage(sent, phone, gemini, work):
    phone.say("кот")
    press_create(phone, sent)
    work()
    first = GenRequest.objects.get()

    phone.press(f"order:edit:{first.pk}")
    phone.say("добавь шляпу")
    work()

    second = GenRequest.objects.exclude(pk=first.pk).get()
    assert second.source_media == [{"storage_key": first.results.get().storage_key}]
    assert second.status == "done"


def test_a_double_tap_on_again_orders_once(sent, phone):
    phone.say("кот")
    press_create(phone, sent)
    order = GenRequest.objects.get()

    phone.press(f"order:again:{order.pk}", message_id=77)
    phone.press(f"order:again:{order.pk}", message_id=77)

    assert GenRequest.objects.count() == 2


def test_a_press_brought_again_by_telegram_is_no_double_tap(sent, phone, monkeypatch):
    phone.say("кот")
    press_create(phone, sent)
    order = GenRequest.objects.get()
    again = f"order:again:{order.pk}"

    def away(**kwargs):
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(generation, "repeat", away)
        assert phone.press(again, message_id=77, query_id="q1") == 503
    assert phone.press(again, message_id=77, query_id="q1") == 200

    assert GenRequest.objects.count() == 2


def test_somebody_elses_order_is_not_found(sent, phone, boris):
    phone.say("кот")
    press_create(phone, sent)
    order = GenRequest.objects.get()

    Chatter(boris.chat_id, "Борис").press(f"order:again:{order.pk}")

    assert "не найден" in texts(sent)[-1]
    assert GenRequest.objects.count() == 1


def test_without_tokens_the_way_to_buy_is_shown(sent, boris):
    phone = Chatter(boris.chat_id, "Борис")
    phone.say("кот")
    press_create(phone, sent)

    card, refusal = sent.calls[0], sent.calls[-1]
    for said in (card, refusal):
        assert "не хватает ⚡0.80" in said.text
        pages = [
            b.web_app.url for row in said.reply_markup.inline_keyboard for b in row if b.web_app
        ]
        assert pages[0].endswith("/miniapp/?screen=shop")
    assert not GenRequest.objects.exists()


def test_cancel_in_the_queue_returns_everything(sent, phone, alice):
    phone.say("кот")
    press_create(phone, sent)
    order = GenRequest.objects.get()

    phone.press(f"order:cancel:{order.pk}")

    assert "возвращено ⚡0.80 → итого ⚡0\nБаланс: ⚡100" in texts(sent)[-1]
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")
    assert not GenRequest.objects.due_for_report(timezone.now()).exists()


def test_a_status_message_the_database_could_not_keep_does_not_stay(sent, phone, monkeypatch):
    phone.say("кот")
    monkeypatch.setattr(
        generation, "attach_status_message", Mock(side_effect=OperationalError("away"))
    )

    press_create(phone, sent)

    shown = next(one for one in sent.answers if one.text and "В очереди" in one.text)
    removed = [one.message_id for one in sent.calls if isinstance(one, DeleteMessage)]
    assert removed == [shown.message_id]


def test_anything_unexpected_gets_a_helpful_answer(sent, phone):
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
    phone.send(
        {"message": phone.message(sticker=sticker | {"is_animated": False, "is_video": False})}
    )
    phone.say("/unknown_command")
    phone.press("a-button-of-last-year")

    assert "Опишите картинку словами" in texts(sent)[0]
    assert "Такой команды я не знаю" in texts(sent)[1]
    assert "устарела" in texts(sent)[2]


def test_html_in_a_name_is_only_text(sent, catalog):
    Chatter(2003, "<b>Боб</b> & Ко").say("/start")

    assert "&lt;b&gt;Боб&lt;/b&gt; &amp; Ко" in texts(sent)[0]


def test_a_message_to_support_is_acknowledged(sent, phone):
    phone.say("🧡 Поддержка")
    phone.say("не пришла картинка")

    assert "сообщение дошло" in texts(sent)[-1]
    assert not GenRequest.objects.exists()


def test_the_menu_works_in_the_middle_of_a_conversation(sent, phone):
    phone.say("🧡 Поддержка")
    phone.say("🎨 Создать изображение")

    assert "Выберите модель" in texts(sent)[-1]


def test_the_wrong_secret_is_refused(sent, catalog):
    assert deliver_update(b"{}", secret="wrong") == 401
    assert deliver_update(b"{}", secret="пароль") == 401


def test_an_unreadable_update_does_not_return(sent, catalog):
    assert deliver_update(b"not json") == 200


def test_a_passing_failure_asks_telegram_to_come_again(sent, phone, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the database is away")

    monkeypatch.setattr(balance, "get_balance", away)
    update = json.dumps({"update_id": 888, "message": phone.message(text="/balance")}).encode()
    assert deliver_update(update) == 503
    assert TelegramUpdate.objects.get(pk=888).handled_at is None
    monkeypatch.undo()

    assert TelegramUpdate.objects.get(pk=888).handled_at is None


def test_a_bug_is_answered_once_with_an_apology(sent, phone, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(balance, "get_balance", broken)

    assert phone.say("/balance") == 200
    assert "что-то сломалось" in texts(sent)[-1]


def test_blocking_the_bot_is_noticed(sent, phone, alice):
    sent.refuse("SendMessage", TelegramForbiddenError)

    phone.say("/balance")

    alice.refresh_from_db()
    assert alice.is_blocked
