"""Magic words and callbacks of the Kling stand-in, on both generations."""

import time

import httpx
import pytest

from sandbox.tests.kling_play import KEY, QUICK, Kling, data_of, refusal_of
from sandbox.tests.serving import run_sandbox

both = pytest.mark.parametrize("submit", ["from_words", "from_words_legacy"])


@pytest.fixture
def kling():
    with run_sandbox(QUICK) as running:
        yield Kling(running.client)


def id_of(response):
    data = data_of(response)
    return data.get("id") or data["task_id"]


@both
@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("policy", 400, 1301),
        ("badparam", 400, 1201),
        ("badkey", 401, 1000),
        ("nocredit", 429, 1102),
        ("429-always", 429, 1303),
        ("429-day", 429, 1302),
        ("500-always", 500, 5000),
        ("503", 503, 5001),
        ("gone", 404, 1203),
    ],
)
def test_a_word_refuses_the_submit_every_time(kling, submit, word, status, code):
    for _ in range(2):
        assert refusal_of(getattr(kling, submit)(f"[[{word}]] кот")) == (status, code)


@both
@pytest.mark.parametrize(("word", "code"), [("429", 1303), ("500", 5000)])
def test_a_word_refuses_the_submit_once(kling, submit, word, code):
    first, second = (getattr(kling, submit)(f"[[{word}]] кот") for _ in range(2))

    assert refusal_of(first)[1] == code
    assert id_of(second)


@both
def test_garbage_is_a_page_with_status_200(kling, submit):
    response = getattr(kling, submit)("[[garbage]] кот")

    assert (response.status_code, response.text[:9]) == (200, "<!DOCTYPE")


@both
def test_a_task_whose_answer_was_lost_is_found_by_our_id(kling, submit):
    name = "external_task_id"
    with pytest.raises(httpx.RemoteProtocolError):
        getattr(kling, submit)("[[timeout-after-accept]] кот", **{name: "U-9"})

    [task] = data_of(kling.get("/tasks", external_task_ids="U-9"))

    assert task["external_id"] == "U-9"
    calls = kling.client.get("/__calls?service=kling").json()["calls"]
    assert [call["status"] for call in calls if call["method"] == "POST"] == [None]


@pytest.mark.parametrize(
    ("word", "message"), [("policy-end", "risk control"), ("fail", "Generation failed")]
)
def test_a_task_may_fail_at_the_end(kling, word, message):
    task = kling.task(id_of(kling.from_words(f"[[fast]] [[{word}]] кот")))
    old_id = id_of(kling.from_words_legacy(f"[[fast]] [[{word}]] кот"))
    old_task = data_of(kling.get(f"/v1/videos/text2video/{old_id}"))

    assert (task["status"], "outputs" in task) == ("failed", False)
    assert message in task["message"]
    assert (old_task["task_status"], "task_result" in old_task) == ("failed", False)
    assert message in old_task["task_status_msg"]


def test_a_task_may_have_no_film_or_one_that_is_gone(kling):
    empty = kling.task(id_of(kling.from_words("[[fast]] [[noimage]] кот")))
    expired = kling.task(id_of(kling.from_words("[[fast]] [[expired]] кот")))

    assert (empty["status"], empty["outputs"]) == ("succeeded", [])
    assert kling.client.get(expired["outputs"][0]["url"]).status_code == 403


def test_polls_may_break_and_statuses_be_unknown(kling):
    broken = id_of(kling.from_words("[[fast]] [[500-poll]] кот"))
    odd = id_of(kling.from_words("[[fast]] [[unknown-status]] кот"))

    answers = [kling.get("/tasks", task_ids=broken).status_code for _ in range(4)]
    assert answers == [500, 500, 500, 200]
    assert [kling.task(odd)["status"] for _ in range(2)] == ["hatching", "succeeded"]


def test_a_task_may_never_end(kling):
    task_id = id_of(kling.from_words("[[never]] кот"))

    assert {kling.task(task_id)["status"] for _ in range(5)} <= {"submitted", "processing"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, 1001), ({"Authorization": "Bearer wrong"}, 1002), ({"Authorization": "Key x"}, 1002)],
)
def test_a_wrong_key_is_refused_before_anything_else(kling, headers, code):
    stranger = Kling(kling.client, headers)

    assert refusal_of(stranger.from_words("[[policy]]")) == (401, code)
    assert refusal_of(stranger.get("/tasks", task_ids="1")) == (401, code)


def told(kling, inbox, count):
    deadline = time.monotonic() + 10
    while len(inbox.received) < count:
        assert time.monotonic() < deadline, kling.client.get("/__callbacks").text
        time.sleep(0.01)
    return inbox.bodies


def test_the_callback_is_the_task_of_its_own_generation(kling, inbox):
    new_id = id_of(kling.from_words(callback_url=inbox.url, external_task_id="U-1"))
    told(kling, inbox, 1)
    old_id = id_of(kling.from_words_legacy(callback_url=inbox.url))

    new, old = told(kling, inbox, 2)

    assert (new["id"], new["status"], new["external_id"]) == (new_id, "succeeded", "U-1")
    assert kling.client.get(new["outputs"][0]["url"]).status_code == 200
    assert (old["task_id"], old["task_status"]) == (old_id, "succeed")
    assert len(old["task_result"]["videos"]) == 1
    headers = {name.lower(): text for name, text in inbox.received[0][0].items()}
    assert headers["webhook-signature"].startswith("v1,")
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


def test_a_callback_that_is_not_taken_comes_again(kling, inbox):
    inbox.statuses = [500, 500]
    id_of(kling.from_words(callback_url=inbox.url))

    first, *_, last = told(kling, inbox, 3)

    assert first == last
    ids = {headers["webhook-id"] for headers, _ in inbox.received}
    assert len(ids) == 1


def test_without_an_address_nobody_is_called(kling):
    id_of(kling.from_words())

    assert kling.client.get("/__callbacks").json() == {"callbacks": []}


def test_calls_are_named_after_the_routes(kling):
    made = id_of(kling.from_words())
    kling.task(made)
    kling.client.get(f"/kling/v1/videos/text2video/{made}", headers=KEY)

    calls = kling.client.get("/__calls?service=kling").json()["calls"]
    assert [call["operation"] for call in calls] == [
        "POST /text-to-video/{model}",
        "GET /tasks",
        "GET /v1/videos/text2video/{id}",
    ]
