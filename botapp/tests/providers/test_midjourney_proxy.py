"""Facts: providers.md section 6.2."""

import json
from typing import Any

import pytest

from botapp.catalog import Mode
from botapp.providers.base import (
    Accepted,
    Callback,
    Failure,
    Finished,
    Parent,
    ProviderError,
    Running,
)
from botapp.providers.midjourney_proxy import MidjourneyProxy
from botapp.tests.providers.contract import CardContract, JobContract, answer, job

ADAPTER = MidjourneyProxy(api_key="the-key", base_url="https://midjourney.example")
ID = "1712205491372224"
GRID = "https://cdn.discordapp.com/grid.png"


def said(code: int, **fields: Any) -> bytes:
    return json.dumps({"code": code, "description": "提交", "properties": {}} | fields).encode()


def shown(status: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "action": "IMAGINE",
        "status": status,
        "prompt": "cat",
        "state": "r-1",
        "submitTime": 1712205491372,
        "finishTime": None,
        "progress": "45%",
        "imageUrl": None,
        "failReason": None,
        "properties": {},
        "buttons": [],
    } | fields


def task(status: str, **fields: Any) -> bytes:
    return json.dumps(shown(status, **fields)).encode()


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (401, b"", Failure.AUTH),
        (200, said(3), Failure.BAD_INPUT),
        (200, said(4), Failure.BAD_INPUT),
        (200, said(9), Failure.TRANSIENT),
        (200, said(23), Failure.RATE),
        (200, said(24, properties={"bannedWord": "x"}), Failure.POLICY),
        (200, said(1), Failure.UNKNOWN_SUBMIT),
        (200, said(99), Failure.UNKNOWN_SUBMIT),
    ]
    accepted = said(1, result=ID)
    job_id = ID
    running = [task(status) for status in ("NOT_START", "SUBMITTED", "IN_PROGRESS")]
    unheard = task("MODAL")
    done = task("SUCCESS", imageUrl=GRID, progress="100%")
    vanished = (200, b"")
    throttled = (429, b"")
    failed = [
        (task("FAILURE", failReason="Banned prompt"), Failure.POLICY),
        (task("FAILURE", failReason="可能包含敏感词"), Failure.POLICY),
        (task("FAILURE", failReason="任务超时"), Failure.EMPTY_RESULT),
        (task("SUCCESS"), Failure.EMPTY_RESULT),
    ]


def test_an_unsigned_callback_is_a_hint_that_names_the_job():
    hint = Callback(headers={}, body=task("SUCCESS", imageUrl=GRID), received_at_s=0.0)

    assert ADAPTER.read_callback(hint, None) == ID


def test_a_callback_without_a_job_is_no_callback():
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_callback(Callback(headers={}, body=b"[]", received_at_s=0.0), None)

    assert refused.value.failure is Failure.BAD_INPUT


def body_of(**fields: Any) -> tuple[str, dict[str, Any]]:
    call = ADAPTER.build_submit(job(**fields))
    assert call.headers == {"mj-api-secret": "the-key"}
    return call.url.removeprefix("https://midjourney.example"), call.json_body


@pytest.mark.parametrize("code", [1, 21, 22])
def test_accepted_known_and_queued_are_all_accepted(code):
    outcome = ADAPTER.read_submit(answer(200, said(code, result=ID)))

    assert outcome == Accepted(ID, 20.0)


def test_parameters_are_flags_after_the_words():
    path, body = body_of(
        mode=Mode.TEXT_TO_IMAGE,
        prompt="a cat —relax --repeat 40",
        inputs=(),
        callback_url="https://bot.example/mj",
        params={
            "aspect_ratio": "16:9",
            "version": "7",
            "speed": "fast",
            "stylization": 250,
            "weirdness": 100,
            "variety": 5,
            "count": 4,
        },
    )

    assert path == "/mj/submit/imagine"
    assert body == {
        "prompt": "a cat relax repeat 40 --ar 16:9 --s 250 --w 100 --c 5 --v 7",
        "state": "r-1",
        "notifyHook": "https://bot.example/mj",
    }


def test_niji_is_a_flag_of_its_own():
    _, body = body_of(mode=Mode.TEXT_TO_IMAGE, inputs=(), params={"version": "niji6"})

    assert body["prompt"] == "кот --niji 6"


def test_a_photo_goes_as_a_data_uri():
    _, body = body_of(mode=Mode.IMAGE_TO_IMAGE, params={})

    assert body["base64Array"] == ["data:image/png;base64,cGljdHVyZQ=="]


@pytest.mark.parametrize("mode", [Mode.UPSCALE, Mode.VARIATION])
def test_a_follow_up_counts_pictures_from_one(mode):
    path, body = body_of(mode=mode, inputs=(), params={"count": 1}, parent=Parent(ID, 3))

    assert path == "/mj/submit/change"
    assert body == {"taskId": ID, "action": mode.name, "index": 4, "state": "r-1"}


def test_a_follow_up_of_nothing_is_refused_before_it_is_sent():
    with pytest.raises(ProviderError) as refused:
        body_of(mode=Mode.VARIATION, inputs=())

    assert refused.value.failure is Failure.BAD_INPUT


def test_progress_is_a_text_with_a_percent_sign():
    assert ADAPTER.read_poll(answer(200, task("IN_PROGRESS")), {}) == Running(20.0, 45)


@pytest.mark.parametrize(
    ("action", "metadata"),
    [("IMAGINE", {"grid_side": 2}), ("VARIATION", {"grid_side": 2}), ("UPSCALE", {})],
)
def test_a_grid_is_told_from_a_single_picture(action, metadata):
    outcome = ADAPTER.read_poll(answer(200, task("SUCCESS", action=action, imageUrl=GRID)), {})

    assert isinstance(outcome, Finished)
    assert outcome.metadata == metadata


def test_a_lost_job_is_found_in_the_list_by_our_reference():
    call = ADAPTER.build_recovery("r-1")
    listed = [shown("SUCCESS", id="1", state="r-0"), shown("SUBMITTED", id="2")]

    assert call is not None
    assert call.url == "https://midjourney.example/mj/task/list"
    found = ADAPTER.read_recovery(answer(200, json.dumps(listed).encode()), "r-1")
    assert found == Accepted("2", 20.0)


@pytest.mark.parametrize("content", [b"[]", json.dumps([shown("SUCCESS")]).encode()])
def test_a_reference_that_is_not_listed_is_no_job(content):
    assert ADAPTER.read_recovery(answer(200, content), "r-2") is None


@pytest.mark.parametrize(("status", "content"), [(502, b"<html>"), (200, b"<html>")])
def test_a_list_that_did_not_come_says_nothing_about_the_job(status, content):
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_recovery(answer(status, content), "r-1")

    assert refused.value.failure is Failure.TRANSIENT
