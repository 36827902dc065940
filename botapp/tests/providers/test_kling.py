"""Facts: providers.md sections 4.2, 4.4 and 4.5."""

import json
from typing import Any

import pytest

from botapp.catalog import Mode, Role
from botapp.providers.base import (
    Accepted,
    BadSignatureError,
    Callback,
    Failure,
    Finished,
    InputFile,
    Media,
    ProviderError,
)
from botapp.providers.kling import Kling
from botapp.tests.providers.contract import CallbackContract, CardContract, JobContract, answer, job

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
ADAPTER = Kling(api_key="the-key", base_url="https://kling.example", webhook_secret=SECRET)
# The official example of a signed callback (4.5).
OFFICIAL = Callback(
    headers={
        "webhook-id": "9876543210",
        "webhook-timestamp": "1781080794",
        "webhook-signature": "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
    },
    body=b'{"id":"1234567890","status":"succeeded","message":"",'
    b'"create_time":1781080778802,"update_time":1781080794151}',
    received_at_s=1781080794.0,
)
MADE = {"create_time": 1781080778802, "update_time": 1781080794151, "external_id": "r-1"}


def refusal(code: int, message: str = "") -> bytes:
    return json.dumps({"code": code, "message": message, "request_id": "q"}).encode()


def ok(data: Any) -> bytes:
    return json.dumps(
        {"code": 0, "message": "SUCCEED", "request_id": "q", "data": data, "new": 1}
    ).encode()


def task(status: str, **fields: Any) -> bytes:
    return ok([{"id": "1234567890", "status": status, "message": "", **MADE, **fields}])


VIDEO = {
    "type": "video",
    "id": "v1",
    "url": "https://cdn.example/a.mp4",
    "watermark_url": "",
    "duration": "5",
}


class TestContract(JobContract, CardContract, CallbackContract):
    adapter = ADAPTER
    refusals = [
        *((401, refusal(code), Failure.AUTH) for code in range(1000, 1005)),
        (429, refusal(1100), Failure.NO_PROVIDER_MONEY),
        (429, refusal(1101), Failure.NO_PROVIDER_MONEY),
        (429, refusal(1102, "Account balance not enough"), Failure.NO_PROVIDER_MONEY),
        (403, refusal(1103), Failure.AUTH),
        (400, refusal(1200), Failure.BAD_INPUT),
        (400, refusal(1201), Failure.BAD_INPUT),
        (404, refusal(1202), Failure.MODEL_GONE),
        (404, refusal(1203), Failure.MODEL_GONE),
        (400, refusal(1300), Failure.POLICY),
        (400, refusal(1301), Failure.POLICY),
        (429, refusal(1302), Failure.RATE),
        (429, refusal(1303, "parallel task over resource pack limit"), Failure.RATE),
        (429, refusal(1304), Failure.AUTH),
        (500, refusal(5000), Failure.TRANSIENT),
        (503, refusal(5001), Failure.TRANSIENT),
        (504, refusal(5002), Failure.UNKNOWN_SUBMIT),
        (400, refusal(7777, "a code of next year"), Failure.BAD_INPUT),
        (200, ok({"status": "submitted"}), Failure.UNKNOWN_SUBMIT),
    ]
    accepted = ok({"id": "1234567890", "status": "submitted", **MADE})
    job_id = "1234567890"
    running = [task("submitted"), task("processing")]
    unheard = task("hatching")
    done = task("succeeded", outputs=[VIDEO], billing=[])
    failed = [
        (task("failed", message="Failure to pass the risk control system"), Failure.POLICY),
        (task("failed", message="internal"), Failure.EMPTY_RESULT),
        (task("succeeded", outputs=[]), Failure.EMPTY_RESULT),
    ]
    vanished = (200, ok([]))
    throttled = (429, refusal(1302))
    callback = OFFICIAL


def test_the_film_is_at_the_address_without_a_watermark():
    content = task("succeeded", outputs=[VIDEO])

    assert ADAPTER.read_poll(answer(200, content), {}) == Finished((Media(url=VIDEO["url"]),))


def body_of(**fields: Any) -> tuple[str, dict[str, Any]]:
    fields = {"provider_model": "kling-3.0", "params": {}, "inputs": ()} | fields
    call = ADAPTER.build_submit(job(**fields))
    assert call.headers == {"Authorization": "Bearer the-key"}
    return call.url.removeprefix("https://kling.example"), call.json_body


def test_words_alone_go_to_text_to_video():
    path, body = body_of(
        mode=Mode.TEXT_TO_VIDEO,
        callback_url="https://bot.example/kling?job=r-1",
        params={
            "duration": 5,
            "resolution": "1080p",
            "audio": False,
            "aspect_ratio": "16:9",
            "count": 1,
        },
    )

    assert path == "/text-to-video/kling-3.0"
    assert body == {
        "prompt": "кот",
        "settings": {"resolution": "1080p", "aspect_ratio": "16:9", "duration": 5, "audio": "off"},
        "options": {
            "callback_url": "https://bot.example/kling?job=r-1",
            "external_task_id": "r-1",
            "watermark_info": {"enabled": False},
        },
    }


def test_frames_go_to_image_to_video_as_bare_base64():
    path, body = body_of(
        mode=Mode.FRAMES_TO_VIDEO,
        inputs=(
            InputFile(b"end", "image/png", Role.LAST_FRAME, "https://bot.example/in/2"),
            InputFile(b"start", "image/png", Role.FIRST_FRAME, "https://bot.example/in/1"),
        ),
        params={"duration": 10, "audio": True, "aspect_ratio": "16:9"},
    )

    assert path == "/image-to-video/kling-3.0"
    assert body["contents"] == [
        {"type": "prompt", "text": "кот"},
        {"type": "first_frame", "url": "c3RhcnQ="},
        {"type": "last_frame", "url": "ZW5k"},
    ]
    assert body["settings"] == {"duration": 10, "audio": "native"}


@pytest.mark.parametrize("model", ["kling-3.0-omni", "kling-o1"])
def test_omni_models_take_everything_as_contents(model):
    path, body = body_of(
        provider_model=model,
        mode=Mode.TEXT_TO_VIDEO,
        params={"duration": 7, "aspect_ratio": "1:1"},
    )

    assert path == f"/omni-video/{model}"
    assert body["contents"] == [{"type": "prompt", "text": "кот"}]
    assert body["settings"] == {"duration": 7, "aspect_ratio": "1:1"}
    assert "prompt" not in body


def test_omni_takes_films_by_address_and_samples_as_base64():
    path, body = body_of(
        provider_model="kling-3.0-omni",
        mode=Mode.VIDEO_TO_VIDEO,
        prompt="",
        inputs=(
            InputFile(b"video", "video/mp4", Role.VIDEO, "https://bot.example/in/video"),
            InputFile(
                b"reference", "image/png", Role.REFERENCE, "https://bot.example/in/reference"
            ),
        ),
        params={"duration": 3, "audio": True, "aspect_ratio": "16:9"},
    )

    assert path == "/omni-video/kling-3.0-omni"
    assert body["contents"] == [
        {"type": "refer_image", "url": "cmVmZXJlbmNl"},
        {"type": "base_video", "url": "https://bot.example/in/video"},
    ]
    assert body["settings"] == {"duration": 3, "audio": "original"}


def test_the_poll_asks_the_one_book_of_tasks():
    assert ADAPTER.build_poll("8412", {}).url == "https://kling.example/tasks?task_ids=8412"


def test_a_lost_job_is_found_by_our_reference():
    call = ADAPTER.build_recovery("r-1")

    assert call is not None
    assert call.url == "https://kling.example/tasks?external_task_ids=r-1"
    assert ADAPTER.read_recovery(answer(200, task("processing")), "r-1") == Accepted(
        "1234567890", 10.0
    )


@pytest.mark.parametrize("content", [ok([]), task("processing", external_id="r-2")])
def test_a_reference_that_kling_does_not_know_is_no_job(content):
    assert ADAPTER.read_recovery(answer(200, content), "r-1") is None


@pytest.mark.parametrize("content", [refusal(5000), b"<html>", refusal(5002)])
def test_a_recovery_that_was_not_answered_says_nothing_about_the_job(content):
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_recovery(answer(503, content), "r-1")

    assert refused.value.failure is Failure.TRANSIENT


def test_without_a_secret_a_callback_is_an_unsigned_hint():
    open_adapter = Kling(api_key="the-key", base_url="https://kling.example")
    unsigned = Callback(headers={}, body=OFFICIAL.body, received_at_s=0.0)

    assert open_adapter.read_callback(unsigned, None) == "1234567890"


def test_a_changed_body_is_not_believed():
    changed = OFFICIAL.body.replace(b"1234567890", b"1234567891")

    with pytest.raises(BadSignatureError):
        ADAPTER.read_callback(Callback(OFFICIAL.headers, changed, OFFICIAL.received_at_s), None)
