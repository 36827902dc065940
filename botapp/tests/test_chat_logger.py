from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.methods import SendMessage
from aiogram.types import (
    CallbackQuery,
    Chat,
    Document,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    PhotoSize,
    User,
    WebAppInfo,
)
from asgiref.sync import async_to_sync
from django.db import DatabaseError

from botapp import chat_logger
from botapp.models import ChatMessage, ChatThread

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="✅ Взять", callback_data="take:1")],
        [
            InlineKeyboardButton(
                text="Открыть",
                web_app=WebAppInfo(url="https://bot.example.test/miniapp/?session=opens-a-door"),
            )
        ],
    ]
)


def said(message_id=1, *, chat_id=1001, chat_type="private", **fields):
    return Message(
        message_id=message_id,
        date=NOON,
        chat=Chat(id=chat_id, type=chat_type),
        from_user=User(id=chat_id, is_bot=False, first_name="Алиса"),
        **fields,
    )


def send(answer):
    """What the bot's session does when Telegram answers `answer`."""

    async def make_request(bot, method):
        return answer

    async def through_middleware():
        bot = Bot("123456789:AAExampleTokenForDocsOnly_0123456789abcd")
        method = SendMessage(chat_id=1001, text="-")
        return await chat_logger.OutgoingLogMiddleware()(make_request, bot, method)

    return async_to_sync(through_middleware)()


def test_a_message_of_a_person_is_kept_and_waits_unread(alice):
    chat_logger.log_incoming(user=alice, event=said(7, text="Нарисуй кота"))

    row = ChatMessage.objects.get()
    thread = ChatThread.objects.get(user=alice)
    assert (row.direction, row.message_type, row.text) == ("incoming", "text", "Нарисуй кота")
    assert row.message_date == NOON
    assert thread.unread_count == 1
    assert thread.last_message_text == "Нарисуй кота"
    assert thread.last_message_direction == "incoming"


def test_the_same_message_delivered_twice_is_kept_once(alice):
    chat_logger.log_incoming(user=alice, event=said(7, text="Нарисуй кота"))
    chat_logger.log_incoming(user=alice, event=said(7, text="Нарисуй кота"))

    assert ChatMessage.objects.count() == 1
    assert ChatThread.objects.get(user=alice).unread_count == 1


def test_the_preview_is_cut_and_the_text_is_within_telegrams_limit(alice):
    chat_logger.log_incoming(user=alice, event=said(text="я" * 5000 + "\0"))

    assert len(ChatMessage.objects.get().text) == 4096
    assert len(ChatThread.objects.get(user=alice).last_message_text) == 160


def test_a_pressed_button_is_kept_with_its_label(alice):
    press = CallbackQuery(
        id="1",
        from_user=User(id=1001, is_bot=False, first_name="Алиса"),
        chat_instance="x",
        data="take:1",
        message=said(5, text="Выберите", reply_markup=KEYBOARD),
    )

    chat_logger.log_incoming(user=alice, event=press)

    row = ChatMessage.objects.get()
    assert (row.message_type, row.text, row.payload) == (
        "button",
        "✅ Взять",
        {"pressed": "take:1"},
    )


def test_a_photo_is_kept_by_its_largest_size(alice):
    sizes = [
        PhotoSize(file_id=f"photo-{side}", file_unique_id=f"u{side}", width=side, height=side)
        for side in (90, 1280)
    ]

    chat_logger.log_incoming(user=alice, event=said(photo=sizes, caption="Вот"))

    row = ChatMessage.objects.get()
    assert (row.message_type, row.media_file_id, row.text) == ("photo", "photo-1280", "Вот")


def test_a_secret_a_person_pasted_is_not_kept(alice):
    token = "987654321:AAExampleTokenForDocsOnly_0123456789abcd"

    chat_logger.log_incoming(user=alice, event=said(text=f"мой токен {token}"))

    assert ChatMessage.objects.get().text == "мой токен ***"


def test_what_the_bot_sends_is_kept_with_its_keyboard_and_without_session_keys(alice):
    answer = said(8, text="Готово", reply_markup=KEYBOARD)

    assert send(answer) is answer

    row = ChatMessage.objects.get()
    assert (row.direction, row.text) == ("outgoing", "Готово")
    assert row.payload["keyboard"][0] == [{"text": "✅ Взять", "data": "take:1"}]
    assert row.payload["keyboard"][1][0]["url"] == "https://bot.example.test/miniapp/"
    assert ChatThread.objects.get(user=alice).unread_count == 0


def test_an_album_is_kept_picture_by_picture(alice):
    send([said(number, photo=[_photo(number)]) for number in (8, 9)])

    assert list(ChatMessage.objects.values_list("media_file_id", flat=True)) == ["p8", "p9"]


def test_an_edited_message_replaces_its_older_text(alice):
    send(said(8, text="Рисую… 10 %"))
    send(said(8, text="Рисую… 90 %", edit_date=1777636800))

    assert ChatMessage.objects.get().text == "Рисую… 90 %"


def test_an_edited_message_that_was_never_kept_is_kept_now(alice):
    send(said(8, text="Готово", edit_date=1777636800))

    assert ChatMessage.objects.get().text == "Готово"


@pytest.mark.parametrize(
    "answer",
    [
        said(8, chat_id=1001, chat_type="group", text="в группе"),
        said(8, chat_id=555, text="незнакомцу"),
        True,
    ],
)
def test_groups_strangers_and_answers_without_a_message_are_not_kept(alice, answer):
    assert send(answer) is answer

    assert not ChatMessage.objects.exists()


def test_a_database_that_fails_does_not_fail_the_sending(alice, monkeypatch):
    async def broken(func, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(chat_logger.db_threads, "run", broken)
    answer = said(8, text="Готово")

    assert send(answer) is answer


def test_logging_costs_at_most_three_queries_a_message(alice, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        chat_logger.log_incoming(user=alice, event=said(1, text="Привет"))
    with django_assert_max_num_queries(3):
        chat_logger.log_outgoing(chat_id=1001, messages=[said(2, text="Привет!")])
    with django_assert_max_num_queries(2):
        edited = said(2, text="Привет!!", edit_date=1777636800)
        chat_logger.log_outgoing(chat_id=1001, messages=[edited])


def test_reading_a_chat_leaves_later_messages_unread(alice):
    for number in (1, 2, 3):
        chat_logger.log_incoming(user=alice, event=said(number, text=str(number)))
    seen = ChatMessage.objects.get(text="2")
    thread = ChatThread.objects.get(user=alice)

    chat_logger.mark_read(thread_id=thread.pk, up_to_message_id=seen.pk)
    thread.refresh_from_db()
    assert thread.unread_count == 1

    chat_logger.mark_read(thread_id=thread.pk, up_to_message_id=seen.pk + 10)
    thread.refresh_from_db()
    assert thread.unread_count == 0


def test_a_file_keeps_its_name_and_type(alice):
    document = Document(
        file_id="f", file_unique_id="u", file_name="смета.pdf", mime_type="application/pdf"
    )

    chat_logger.log_incoming(user=alice, event=said(document=document))

    row = ChatMessage.objects.get()
    assert (row.message_type, row.media_file_name) == ("document", "смета.pdf")


def _photo(number):
    return PhotoSize(file_id=f"p{number}", file_unique_id=f"u{number}", width=9, height=9)
