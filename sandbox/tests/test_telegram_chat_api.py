import json
import threading
import time

import httpx

from sandbox.tests.telegram_play import ALICE, BORIS, Play, buttons, png


class Stream:
    """Reads the events of one user in a thread."""

    def __init__(self, sandbox, user_id=ALICE):
        self.events = []
        self._connected = threading.Event()
        self._client = httpx.Client(base_url=sandbox.base_url, timeout=10)
        self._path = f"/chat/api/users/{user_id}/events"
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._connected.wait(timeout=5)
        return self

    def __exit__(self, *_):
        self._client.close()

    def _read(self):
        name = ""
        try:
            with self._client.stream("GET", self._path) as response:
                assert response.headers["Content-Type"] == "text/event-stream"
                for line in response.iter_lines():
                    self._connected.set()
                    field, _, value = line.partition(": ")
                    if field == "event":
                        name = value
                    elif field == "data":
                        self.events.append((name, json.loads(value)))
        except (httpx.HTTPError, OSError, RuntimeError):
            return  # the test is over

    def wait_for(self, count):
        end = time.monotonic() + 5
        while len(self.events) < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.events

    def named(self, name):
        return [data for kind, data in self.events if kind == name]


def test_every_open_page_sees_messages_edits_and_deletions(sandbox):
    play = Play(sandbox)
    with Stream(sandbox) as one, Stream(sandbox) as other, Stream(sandbox, BORIS) as boris:
        play.start()
        place = {"chat_id": ALICE}
        sent = play.call("sendMessage", **place, text="a")
        place["message_id"] = sent["message_id"]
        edited = play.call("editMessageText", **place, text="b")
        play.call("deleteMessage", **place)

        assert [name for name, _ in one.wait_for(4)] == ["message", "message", "edited", "deleted"]
        assert one.events[1:] == [
            ("message", sent),
            ("edited", edited),
            ("deleted", {"message_ids": [sent["message_id"]]}),
        ]
        assert other.wait_for(4) == one.events
        assert boris.events == []


def test_a_pressed_button_becomes_a_query_and_its_answer_a_toast(sandbox):
    play = Play(sandbox).start()
    markup = buttons([{"text": "a", "callback_data": "x"}, {"text": "b", "callback_data": "y"}])
    sent = play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=markup)

    with Stream(sandbox) as stream:
        pressed = play.do("press", message_id=sent["message_id"], row=0, column=1)
        query = play.call("getUpdates", offset=-1)[0]["callback_query"]
        answer = {"callback_query_id": query["id"], "text": "Готово"}
        assert play.call("answerCallbackQuery", **answer, show_alert="true")
        stream.wait_for(2)

        assert (query["id"], query["data"]) == (pressed["callback_query_id"], "y")
        assert query["message"] == sent
        assert stream.named("toast") == [answer | {"show_alert": True}]
        assert stream.named("callback_answered") == [answer | {"show_alert": True, "url": None}]
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert play.refusal("answerCallbackQuery", **answer) == too_old
    assert play.refusal("answerCallbackQuery", callback_query_id="0") == too_old


def test_a_query_can_be_answered_late_only_up_to_its_age(sandbox):
    play = Play(sandbox).start()
    sandbox.client.post("/chat/api/settings", json={"callback_max_age_s": 0.05})

    query_id = play.do("press", message_id=1, callback_data="x")["callback_query_id"]
    time.sleep(0.1)

    refusal = play.refusal("answerCallbackQuery", callback_query_id=query_id)
    assert refusal.startswith("Bad Request: query is too old")


def test_an_answer_of_more_than_200_characters_is_refused(sandbox):
    play = Play(sandbox).start()
    query_id = play.do("press", message_id=1, callback_data="x")["callback_query_id"]

    answer = {"callback_query_id": query_id, "text": "a" * 201}

    assert play.refusal("answerCallbackQuery", **answer) == "Bad Request: MESSAGE_TOO_LONG"
    assert play.call("answerCallbackQuery", **answer | {"text": "a" * 200})


def test_url_buttons_stay_with_the_page_and_missing_buttons_are_told(sandbox):
    play = Play(sandbox).start()
    markup = buttons([{"text": "pay", "url": "https://pay.test/1"}])
    sent = play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=markup)
    place = {"message_id": sent["message_id"], "row": 0}

    assert play.do("press", **place, column=0) == {"url": "https://pay.test/1"}
    assert play.try_to("press", **place, column=1).status_code == 409
    assert play.try_to("press", **place, column="0").status_code == 400


def test_a_forged_button_on_a_lost_message_reaches_the_bot(sandbox):
    play = Play(sandbox)

    play.do("press", message_id=77, callback_data="admin")

    query = play.call("getUpdates")[0]["callback_query"]
    assert query["data"] == "admin"
    assert query["message"]["message_id"] == 77
    assert query["message"]["date"] == 0


def test_several_photos_become_an_album_of_real_photos(sandbox):
    play = Play(sandbox)
    files = [("photo", (f"{n}.png", png(400 + n, 300))) for n in range(3)]

    sent = sandbox.client.post(
        f"/chat/api/users/{ALICE}/send", files=files, data={"caption": "as /these"}
    ).json()["messages"]

    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message["photo"][-1]["width"] for message in sent] == [400, 401, 402]
    assert (sent[0]["caption"], "caption" in sent[1]) == ("as /these", False)
    assert sent[0]["caption_entities"][0]["type"] == "bot_command"
    updates = play.call("getUpdates")
    assert [update["message"] for update in updates] == sent


def test_other_files_are_sent_as_their_kind(sandbox):
    Play(sandbox)

    def send(kind, filename, content):
        answer = sandbox.client.post(
            f"/chat/api/users/{ALICE}/send", files=[(kind, (filename, content))]
        )
        return answer.json()["messages"][0]

    assert send("document", "a.txt", b"text")["document"]["mime_type"] == "text/plain"
    assert send("voice", "a.ogg", b"sound")["voice"]["duration"] == 0
    assert send("video", "a.mp4", b"film")["video"]["file_name"] == "a.mp4"
    assert send("sticker", "a.webp", png(512, 512))["sticker"]["width"] == 512


def test_users_are_listed_with_what_they_have_not_read(sandbox):
    play = Play(sandbox).start()
    play.call("sendMessage", chat_id=ALICE, text="news")

    def alice():
        users = sandbox.client.get("/chat/api/users").json()["users"]
        return next(user for user in users if user["id"] == ALICE)

    assert alice()["unread"] == 1
    assert alice()["last_message"]["text"] == "news"
    play.messages()
    assert alice()["unread"] == 0
    assert (alice()["username"], alice()["blocked"]) == ("alice", False)


def test_a_new_user_can_come_and_write(sandbox):
    created = sandbox.client.post(
        "/chat/api/users", json={"first_name": "Глеб", "language_code": "ru", "id": 2**40}
    )

    assert created.json()["id"] == 2**40
    Play(sandbox, 2**40).start()
    assert (
        Play(sandbox).call("sendMessage", chat_id=2**40, text="a")["chat"]["first_name"] == "Глеб"
    )
    assert sandbox.client.post("/chat/api/users", json={}).status_code == 400
    assert sandbox.client.post("/chat/api/users/5/send", json={"text": "a"}).status_code == 404


def test_only_messages_after_a_number_are_given(sandbox):
    play = Play(sandbox).start()
    play.call("sendMessage", chat_id=ALICE, text="a")

    told = sandbox.client.get(f"/chat/api/users/{ALICE}/messages?after=1").json()

    assert [message["text"] for message in told["messages"]] == ["a"]


def test_bots_do_not_see_each_other(sandbox):
    Play(sandbox).start()

    other = sandbox.client.get("/bot777:another-secret/getUpdates").json()

    assert other == {"ok": True, "result": []}
    told = sandbox.client.get(f"/chat/api/users/{ALICE}/messages?bot=777").json()
    assert told["messages"] == []
    assert sandbox.client.get("/chat/api/bot?bot=777").json()["id"] == 777
    assert sandbox.client.get("/chat/api/bot").json()["id"] == 424242
    assert sandbox.client.get("/chat/api/bot?bot=778").status_code == 404


def test_a_reset_forgets_chats_and_users(sandbox):
    Play(sandbox).start()
    sandbox.client.post("/chat/api/users", json={"first_name": "Глеб"})

    sandbox.client.post("/__reset")

    users = sandbox.client.get("/chat/api/users").json()["users"]
    assert [user["id"] for user in users] == [1001, 1002, 1003, 1004]
    assert Play(sandbox).messages() == []


def test_a_message_of_any_fields_is_sent_and_its_update_is_shown(sandbox):
    alice = Play(sandbox).start()
    [first] = alice.log()

    alice.do("send", content={"dice": {"emoji": "🎲", "value": 3}}, reply_to_message_id=1)

    asked = {"after": first["update_id"], "payload": 1}
    [update] = sandbox.client.get("/chat/api/updates", params=asked).json()
    message = update["payload"]["message"]
    assert message["dice"]["value"] == 3
    assert message["reply_to_message"]["text"] == "/start"
    assert "payload" not in first
