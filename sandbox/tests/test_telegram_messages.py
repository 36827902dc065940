import asyncio

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
)

from sandbox.tests.telegram_play import ALICE, BORIS, Play, buttons, png

CALLBACK = {"text": "press", "callback_data": "go"}


def aiogram_bot(sandbox):
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.base_url))
    return Bot(sandbox.config.bot_token, session=session)


def test_aiogram_itself_can_talk_to_the_server(sandbox):
    Play(sandbox).start()

    async def talk():
        async with aiogram_bot(sandbox) as bot:
            me = await bot.get_me()
            markup = InlineKeyboardMarkup(
                inline_keyboard=[[InlineKeyboardButton(text="go", callback_data="x")]]
            )
            sent = await bot.send_message(
                ALICE, "<b>hi</b>", parse_mode="HTML", reply_markup=markup
            )
            edited = await bot.edit_message_text("bye", chat_id=ALICE, message_id=sent.message_id)
            photo = await bot.send_photo(ALICE, BufferedInputFile(png(), "a.png"), caption="p")
            album = await bot.send_media_group(
                ALICE, [InputMediaPhoto(media=photo.photo[-1].file_id) for _ in range(2)]
            )
            await bot.set_my_commands([BotCommand(command="start", description="Go")])
            return me, sent, edited, photo, album, await bot.get_my_commands()

    me, sent, edited, photo, album, commands = asyncio.run(talk())
    assert (me.id, me.username) == (424242, "NanoBananaSandboxBot")
    assert (sent.text, sent.entities[0].type) == ("hi", "bold")
    assert (edited.text, edited.reply_markup) == ("bye", None)
    assert photo.photo[-1].width == 640
    assert album[0].media_group_id == album[1].media_group_id
    assert commands[0].command == "start"


def test_aiogram_gets_its_own_exceptions(sandbox):
    Play(sandbox).start()
    Play(sandbox).do("block", blocked=True)

    async def refused(method, *args):
        async with aiogram_bot(sandbox) as bot:
            await getattr(bot, method)(*args)

    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        asyncio.run(refused("send_message", ALICE, "hi"))
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        asyncio.run(refused("send_message", 999999, "hi"))
    with pytest.raises(TelegramNotFound, match="not implemented"):
        asyncio.run(refused("get_forum_topic_icon_stickers"))


def test_methods_are_case_insensitive_and_take_query_form_and_json(sandbox):
    Play(sandbox).start()
    token = sandbox.config.bot_token

    by_query = sandbox.client.get(f"/bot{token}/SENDMESSAGE?chat_id={ALICE}&text=1")
    by_form = sandbox.client.post(f"/bot{token}/sendmessage", data={"chat_id": ALICE, "text": "2"})
    by_json = sandbox.client.post(f"/bot{token}/sendMessage", json={"chat_id": ALICE, "text": 3})

    texts = [answer.json()["result"]["text"] for answer in (by_query, by_form, by_json)]
    assert texts == ["1", "2", "3"]


def test_unknown_addresses_methods_and_tokens_are_refused_as_by_telegram(sandbox):
    def told(path):
        answer = sandbox.client.get(path)
        return answer.status_code, answer.json()["description"]

    token = sandbox.config.bot_token
    assert told(f"/bot{token}/fly") == (404, "Not Found: method not found")
    assert told("/bot12345/getMe") == (401, "Unauthorized: invalid token specified")
    assert told("/bot424242:other-secret/getMe") == (401, "Unauthorized")
    assert told(f"/bot{token}") == (404, "Not Found")


def test_nobody_can_be_written_to_who_never_wrote(sandbox):
    assert Play(sandbox).refusal("sendMessage", chat_id=BORIS, text="a") == (
        "Forbidden: bot can't initiate conversation with a user"
    )


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "callback_data": "b", "url": "https://a.bc"}, "exactly one action field"),
        ({"text": "a", "callback_data": "ж" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "web_app": {"url": "http://a.bc"}}, "Only HTTPS links are allowed"),
        ({"text": "a", "url": "nowhere"}, "is invalid"),
    ],
)
def test_wrong_inline_buttons_are_refused(sandbox, button, reason):
    play = Play(sandbox).start()

    refusal = play.refusal("sendMessage", chat_id=ALICE, text="a", reply_markup=buttons([button]))

    assert refusal.startswith("Bad Request: ")
    assert reason in refusal
    assert len(play.messages()) == 1


def test_callback_data_of_64_bytes_passes(sandbox):
    play = Play(sandbox).start()
    button = {"text": "a", "callback_data": "ж" * 32}

    sent = play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=buttons([button]))

    assert sent["reply_markup"] == buttons([button])


def test_missing_arguments_are_named(sandbox):
    play = Play(sandbox).start()

    assert play.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"
    assert play.refusal("sendMessage", chat_id=ALICE) == "Bad Request: message text is empty"
    assert play.refusal("sendPhoto", chat_id=ALICE) == (
        "Bad Request: there is no photo in the request"
    )
    assert "reply keyboard markup" in play.refusal(
        "sendMessage", chat_id=ALICE, text="a", reply_markup="{broken"
    )


def test_an_edit_that_changes_nothing_is_refused(sandbox):
    play = Play(sandbox).start()
    markup = buttons([CALLBACK])
    sent = play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=markup)
    same = {"chat_id": ALICE, "message_id": sent["message_id"], "text": "a"}

    assert play.refusal("editMessageText", **same, reply_markup=markup) == (
        "Bad Request: message is not modified: specified new message content and reply markup"
        " are exactly the same as a current content and reply markup of the message"
    )
    edited = play.call("editMessageText", **same)
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= sent["date"]


def test_new_buttons_alone_do_not_make_a_message_edited(sandbox):
    play = Play(sandbox).start()
    sent = play.call("sendMessage", chat_id=ALICE, text="a")
    place = {"chat_id": ALICE, "message_id": sent["message_id"]}

    changed = play.call("editMessageReplyMarkup", **place, reply_markup=buttons([CALLBACK]))

    assert changed["reply_markup"] == buttons([CALLBACK])
    assert "edit_date" not in changed


def test_only_own_messages_of_the_right_kind_can_be_edited(sandbox):
    play = Play(sandbox).start()
    photo = play.call("sendPhoto", chat_id=ALICE, files={"photo": ("a.png", png())})
    plain = play.call("sendMessage", chat_id=ALICE, text="a")
    keyboard = {"keyboard": [[{"text": "x"}]]}
    shown = play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=keyboard)

    def refused(method, message_id, **args):
        return play.refusal(method, chat_id=ALICE, message_id=message_id, **args)

    assert refused("editMessageText", 999, text="b") == "Bad Request: message to edit not found"
    assert refused("editMessageText", 1, text="b") == "Bad Request: message can't be edited"
    assert refused("editMessageText", shown["message_id"], text="b") == (
        "Bad Request: message can't be edited"
    )
    assert refused("editMessageText", photo["message_id"], text="b") == (
        "Bad Request: there is no text in the message to edit"
    )
    assert refused("editMessageCaption", plain["message_id"], caption="b") == (
        "Bad Request: there is no caption in the message to edit"
    )


def test_messages_can_be_copied_forwarded_and_deleted(sandbox):
    play = Play(sandbox).start()
    sent = play.call("sendMessage", chat_id=ALICE, text="<b>a</b>", parse_mode="HTML")
    place = {"chat_id": ALICE, "message_id": sent["message_id"]}

    copied = play.call("copyMessage", from_chat_id=ALICE, **place)
    forwarded = play.call("forwardMessage", from_chat_id=ALICE, **place)
    assert play.call("deleteMessage", **place)

    copy = next(m for m in play.messages() if m["message_id"] == copied["message_id"])
    assert (copy["text"], copy["entities"]) == (sent["text"], sent["entities"])
    assert forwarded["forward_origin"]["sender_user"]["id"] == 424242
    assert sent["message_id"] not in [message["message_id"] for message in play.messages()]
    assert play.refusal("deleteMessage", **place) == "Bad Request: message to delete not found"
    assert play.call("deleteMessages", chat_id=ALICE, message_ids=[copied["message_id"], 777])


def test_a_reply_shows_the_message_it_answers(sandbox):
    play = Play(sandbox).start()

    sent = play.call("sendMessage", chat_id=ALICE, text="a", reply_parameters={"message_id": 1})

    assert sent["reply_to_message"]["text"] == "/start"
    lost = {"message_id": 99}
    assert play.refusal("sendMessage", chat_id=ALICE, text="a", reply_parameters=lost) == (
        "Bad Request: message to be replied not found"
    )
    lost["allow_sending_without_reply"] = True
    assert play.call("sendMessage", chat_id=ALICE, text="a", reply_parameters=lost)
