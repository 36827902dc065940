import itertools
import threading
import time

import pytest

from sandbox.config import Config
from sandbox.tests.conftest import run_sandbox
from sandbox.tests.telegram_play import ALICE, BORIS, Play, receiver


@pytest.fixture
def hook():
    with receiver() as script:
        yield script


def wait_for(condition, *, timeout_s=5.0):
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen in time")


def set_webhook(play, hook, **args):
    return play.call("setWebhook", url=hook.url, **args)


def texts(hook):
    return [update["message"]["text"] for update in hook.got if "message" in update]


def test_an_update_is_posted_as_json_with_the_secret(sandbox, hook):
    play = Play(sandbox)
    set_webhook(play, hook, secret_token="s3cret-_")

    play.do("send", text="hello")

    wait_for(lambda: hook.got)
    assert texts(hook) == ["hello"]
    assert hook.got_headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret-_"
    assert hook.got_headers[0]["Content-Type"] == "application/json"
    wait_for(lambda: play.log()[0]["delivered"])
    assert play.log()[0]["attempts"][0]["status"] == 200


@pytest.mark.parametrize("status", [500, 302, 404])
def test_only_200_to_299_is_delivered_and_the_same_update_comes_again(sandbox, hook, status):
    hook.statuses = [status, status, status, 204]
    play = Play(sandbox)
    set_webhook(play, hook)

    play.do("send", text="hello")

    wait_for(lambda: play.log()[0]["delivered"])
    assert len({update["update_id"] for update in hook.got}) == 1
    assert [attempt["status"] for attempt in play.log()[0]["attempts"]] == [*[status] * 3, 204]


def test_waits_grow_after_the_first_retry_at_once(hook):
    hook.statuses = [500, 500, 500, 500]
    with run_sandbox(Config(webhook_time_scale=0.05)) as sandbox:
        play = Play(sandbox)
        set_webhook(play, hook)
        play.do("send", text="hello")
        wait_for(lambda: play.log()[0]["delivered"])
        at = [attempt["at"] for attempt in play.log()[0]["attempts"]]

    waits = [later - earlier for earlier, later in itertools.pairwise(at)]
    # A busy machine makes a wait longer than planned, never shorter.
    planned = [0.0, 0.1, 0.2, 0.4]
    assert all(least <= wait < least + 2 for least, wait in zip(planned, waits, strict=True))


def test_retry_after_is_obeyed(hook):
    hook.statuses, hook.headers = [429], {"Retry-After": "6"}
    with run_sandbox(Config(webhook_time_scale=0.05)) as sandbox:
        play = Play(sandbox)
        set_webhook(play, hook)
        play.do("send", text="hello")
        wait_for(lambda: play.log()[0]["delivered"])
        first, second = (attempt["at"] for attempt in play.log()[0]["attempts"])

    assert second - first >= 0.3


def test_messages_of_a_chat_come_in_order_though_the_first_one_fails(sandbox, hook):
    play = Play(sandbox)
    set_webhook(play, hook)
    hook.statuses = [500] * 4

    for text in ("first", "second", "third"):
        play.do("send", text=text)

    wait_for(lambda: "third" in texts(hook))
    assert texts(hook) == ["first"] * 5 + ["second", "third"]


def test_a_stuck_message_holds_up_neither_callbacks_nor_other_chats(sandbox, hook):
    alice, boris = Play(sandbox), Play(sandbox, BORIS)
    set_webhook(alice, hook)
    alice.do("press", message_id=1, callback_data="opens the connections")
    wait_for(lambda: hook.got)
    hook.failing_kinds = {"message"}
    alice.do("send", text="stuck")

    alice.do("press", message_id=1, callback_data="goes on")
    boris.do("press", message_id=1, callback_data="goes on")

    wait_for(lambda: sum("callback_query" in update for update in hook.got) == 3)
    assert [(row["kind"], row["delivered"]) for row in alice.log()] == [
        ("callback_query", True),
        ("message", False),
        ("callback_query", True),
        ("callback_query", True),
    ]


def test_queues_go_in_parallel_up_to_the_limit(sandbox, hook):
    plays = [Play(sandbox, user_id) for user_id in (1001, 1002, 1003, 1004)]
    set_webhook(plays[0], hook, max_connections=3)
    plays[0].do("send", text="opens the connections")
    wait_for(lambda: hook.got)
    hook.delay_s = 0.2

    for play in plays:
        play.do("send", text="now")

    wait_for(lambda: len(hook.got) == 5)
    assert hook.most_at_once == 3


def test_a_callback_that_is_never_taken_is_dropped_after_its_life_time(sandbox, hook):
    play = Play(sandbox).start()
    play.call("getUpdates", offset=-1)
    set_webhook(play, hook, drop_pending_updates="true")
    hook.failing_kinds = {"callback_query"}

    play.do("press", message_id=1, callback_data="old")

    def pending():
        return play.call("getWebhookInfo")["pending_update_count"]

    wait_for(lambda: hook.got)
    wait_for(lambda: pending() == 0)
    info = play.call("getWebhookInfo")
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert not play.log()[-1]["delivered"]
    assert 3 <= len(play.log()[-1]["attempts"]) <= 12


def test_a_webhook_that_is_down_is_tried_until_it_is_up(sandbox, hook):
    play = Play(sandbox)
    play.call("setWebhook", url="http://127.0.0.1:9/hook")

    play.do("send", text="hello")

    wait_for(lambda: play.log()[0]["attempts"])
    assert play.call("getWebhookInfo")["last_error_message"] == "Connection refused"
    time.sleep(1.0)
    set_webhook(play, hook)
    wait_for(lambda: texts(hook) == ["hello"])


def test_a_method_in_the_answer_is_executed(sandbox, hook):
    hook.reply = {"method": "sendMessage", "chat_id": ALICE, "text": "from the body"}
    play = Play(sandbox)
    set_webhook(play, hook)

    play.do("send", text="hello")

    wait_for(lambda: len(play.messages()) == 2)
    assert play.messages()[-1]["text"] == "from the body"


def test_unwanted_kinds_are_not_sent(sandbox, hook):
    play = Play(sandbox)
    set_webhook(play, hook, allowed_updates=["callback_query"])

    play.do("send", text="hello")
    play.do("press", message_id=1, callback_data="x")

    wait_for(lambda: hook.got)
    assert [update["kind"] for update in play.log()] == ["callback_query"]


def test_updates_can_be_repeated_and_injected(sandbox, hook):
    play = Play(sandbox)
    set_webhook(play, hook)
    play.do("send", text="hello")
    wait_for(lambda: hook.got)
    update_id = hook.got[0]["update_id"]

    repeated = play.do("updates", repeat_update_id=update_id, times=3, parallel=True)
    injected = play.do("updates", update={"poll": {"id": "1"}})

    assert [attempt["status"] for attempt in repeated["attempts"]] == [200, 200, 200]
    wait_for(lambda: len(hook.got) == 5)
    assert [update["update_id"] for update in hook.got].count(update_id) == 4
    assert hook.got[-1] == {"update_id": injected["update_id"], "poll": {"id": "1"}}


def test_webhook_settings_are_checked_and_reported(sandbox, hook):
    play = Play(sandbox)

    def refused(**args):
        return play.refusal("setWebhook", **args)

    assert refused(url="http://example.com/x") == (
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    )
    assert "ports 80, 88, 443 or 8443" in refused(url="https://example.com:9000/x")
    assert refused(url=hook.url, secret_token="a b") == (
        "Bad Request: secret token contains unallowed characters"
    )
    assert refused(url=hook.url, secret_token="a" * 257) == (
        "Bad Request: secret token is too long"
    )
    assert play.try_call("setWebhook", url=hook.url)["description"] == "Webhook was set"
    assert play.try_call("setWebhook", url=hook.url)["description"] == "Webhook is already set"
    assert refused(url=hook.url, max_connections=5) == "Too Many Requests: retry after 1"
    info = play.call("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (hook.url, 40)
    assert play.try_call("deleteWebhook")["description"] == "Webhook was deleted"
    assert play.call("getWebhookInfo")["url"] == ""


def test_polling_and_webhook_exclude_each_other(sandbox, hook):
    play = Play(sandbox)
    set_webhook(play, hook)

    assert play.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active;"
        " use deleteWebhook to delete the webhook first"
    )


def test_a_long_poll_ends_with_the_first_update_and_offset_confirms_it(sandbox):
    play = Play(sandbox)
    got = []
    poll = threading.Thread(target=lambda: got.extend(play.call("getUpdates", timeout=20)))
    poll.start()
    time.sleep(0.2)
    play.do("send", text="hello")
    poll.join(timeout=5)

    assert [update["message"]["text"] for update in got] == ["hello"]
    assert play.call("getUpdates") == got
    assert play.call("getUpdates", offset=got[0]["update_id"] + 1) == []
    assert play.log()[0]["delivered"]


def test_a_second_poll_ends_the_first_with_a_conflict(sandbox):
    play = Play(sandbox)
    refusals = []
    first = threading.Thread(
        target=lambda: refusals.append(play.try_call("getUpdates", timeout=20))
    )
    first.start()
    time.sleep(0.2)
    play.call("getUpdates")
    first.join(timeout=5)

    assert refusals[0]["error_code"] == 409
    assert refusals[0]["description"].startswith("Conflict: terminated by other getUpdates request")


def test_update_ids_grow_by_one_and_are_not_used_again_after_a_reset(sandbox):
    play = Play(sandbox)
    play.do("send", text="a")
    play.do("send", text="b")
    first, second = (update["update_id"] for update in play.call("getUpdates"))

    assert sandbox.client.post("/__reset").status_code == 200
    play.do("send", text="c")

    assert second == first + 1
    assert play.call("getUpdates")[0]["update_id"] == second + 1


def test_blocking_is_told_to_the_bot(sandbox):
    play = Play(sandbox).start()
    play.call("getUpdates", offset=-1)

    play.do("block", blocked=True)
    play.do("block", blocked=True)

    changes = [update["my_chat_member"] for update in play.call("getUpdates")[1:]]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked"]
    assert play.refusal("sendMessage", chat_id=ALICE, text="a") == (
        "Forbidden: bot was blocked by the user"
    )
    assert play.try_to("send", text="a").status_code == 409
    play.do("block", blocked=False)
    assert play.call("sendMessage", chat_id=ALICE, text="a")


def test_a_running_bot_goes_on_getting_updates_after_a_reset(hook):
    hook.statuses = [200, 500, 500]
    with run_sandbox(Config(webhook_time_scale=1)) as sandbox:
        play = Play(sandbox).start()
        set_webhook(play, hook, secret_token="s3cret", allowed_updates=["message"])
        play.call("setMyCommands", commands=[{"command": "start", "description": "Start"}])
        play.do("send", text="never taken")
        # The third try is two seconds away: nothing is under way when the reset comes.
        wait_for(lambda: len(play.log()[-1]["attempts"]) == 2)

        sandbox.client.post("/__reset")
        play.do("send", text="after")
        wait_for(lambda: len(hook.got) == 4)

        assert texts(hook) == ["/start", "never taken", "never taken", "after"]
        assert hook.got_headers[-1]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        info = play.call("getWebhookInfo")
        assert (info["url"], info["allowed_updates"]) == (hook.url, ["message"])
        wait_for(lambda: play.call("getWebhookInfo")["pending_update_count"] == 0)
        assert play.call("getMyCommands")[0]["command"] == "start"
