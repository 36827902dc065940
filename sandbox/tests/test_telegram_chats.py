import time

from sandbox.tests.telegram_play import ALICE, Play


def test_the_reply_keyboard_comes_goes_and_speaks(sandbox):
    play = Play(sandbox).start()
    keyboard = {"keyboard": [[{"text": "Draw"}, {"text": "Film"}]], "resize_keyboard": True}
    play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=keyboard)
    assert play.shown()["reply_keyboard"] == keyboard

    play.do("keyboard", row=0, column=1)
    play.call("sendMessage", chat_id=ALICE, text="b", reply_markup={"remove_keyboard": True})

    assert play.call("getUpdates", offset=-1)[0]["message"]["text"] == "Film"
    assert play.shown()["reply_keyboard"] is None


def test_more_than_twenty_messages_a_second_into_a_chat_are_too_many(sandbox):
    play = Play(sandbox).start()

    answers = [play.try_call("sendMessage", chat_id=ALICE, text=str(n)) for n in range(23)]

    refused = [answer for answer in answers if not answer["ok"]]
    assert refused
    assert refused[0]["error_code"] == 429
    assert refused[0]["description"] == "Too Many Requests: retry after 1"
    assert refused[0]["parameters"] == {"retry_after": 1}
    time.sleep(1.05)
    assert play.call("sendMessage", chat_id=ALICE, text="again")


def test_the_rate_limits_can_be_switched_off(sandbox):
    play = Play(sandbox).start()
    sandbox.client.post("/chat/api/settings", json={"rate_limits": "off"})

    answers = [play.try_call("sendMessage", chat_id=ALICE, text=str(n)) for n in range(40)]

    assert all(answer["ok"] for answer in answers)


def test_the_narrowest_commands_and_the_own_language_win(sandbox):
    play = Play(sandbox).start()
    play.call("setMyCommands", commands=[{"command": "a", "description": "default"}])
    play.call(
        "setMyCommands", commands=[{"command": "b", "description": "по-русски"}], language_code="ru"
    )

    def shown(language):
        told = sandbox.client.get("/chat/api/bot", params={"language_code": language}).json()
        return [command["command"] for command in told["commands"]]

    assert (shown("ru"), shown("en")) == (["b"], ["a"])
    assert play.call("deleteMyCommands", language_code="ru")
    assert shown("ru") == ["a"]
    assert play.refusal("setMyCommands", commands=[{"command": "A!", "description": "x"}]) == (
        "Bad Request: BOT_COMMAND_INVALID"
    )


def test_names_and_descriptions_are_kept_by_language(sandbox):
    play = Play(sandbox)
    play.call("setMyName", name="Banana")
    play.call("setMyDescription", description="Рисую", language_code="ru")

    assert play.call("getMe")["first_name"] == "Banana"
    assert play.call("getMyDescription", language_code="ru") == {"description": "Рисую"}
    assert play.call("getMyDescription") == {"description": ""}


def test_a_chat_action_is_shown_until_a_message_comes(sandbox):
    play = Play(sandbox).start()

    play.call("sendChatAction", chat_id=ALICE, action="upload_photo")
    assert play.shown()["chat_action"] == "upload_photo"
    play.call("sendMessage", chat_id=ALICE, text="a")
    assert play.shown()["chat_action"] is None
    assert "wrong parameter action" in play.refusal("sendChatAction", chat_id=ALICE, action="fly")


def test_a_draft_is_shown_until_the_message_comes(sandbox):
    play = Play(sandbox).start()

    assert play.call("sendMessageDraft", chat_id=ALICE, draft_id=7, text="thinking")
    assert play.shown()["draft"]["text"] == "thinking"
    play.call("sendMessage", chat_id=ALICE, text="done")
    assert play.shown()["draft"] is None


def test_a_pinned_message_is_shown_in_the_chat_until_it_is_deleted(sandbox):
    play = Play(sandbox).start()
    sent = play.call("sendMessage", chat_id=ALICE, text="pin me")
    place = {"chat_id": ALICE, "message_id": sent["message_id"]}

    play.call("pinChatMessage", **place)

    assert play.call("getChat", chat_id=ALICE)["pinned_message"] == sent
    assert play.messages()[-1]["pinned_message"] == sent
    play.call("deleteMessage", **place)
    assert "pinned_message" not in play.call("getChat", chat_id=ALICE)
    assert play.refusal("pinChatMessage", **place) == "Bad Request: message to pin not found"


def test_a_reaction_needs_a_message(sandbox):
    play = Play(sandbox).start()
    reaction = [{"type": "emoji", "emoji": "👍"}]

    assert play.call("setMessageReaction", chat_id=ALICE, message_id=1, reaction=reaction)
    assert play.refusal("setMessageReaction", chat_id=ALICE, message_id=9, reaction=reaction) == (
        "Bad Request: message to react not found"
    )
