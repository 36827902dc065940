"""Facts: providers.md sections 4.1, 4.3, 4.4 and 4.5."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest

from botapp.catalog import Mode, Role
from botapp.providers.base import (
    Accepted,
    Callback,
    Failure,
    HttpAnswer,
    InputFile,
    ProviderError,
)
from botapp.providers.kling_legacy import KlingLegacy
from botapp.tests.providers.contract import CallbackContract, CardContract, JobContract, answer, job

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
BASE = "https://kling.example"
ADAPTER = KlingLegacy(api_key="the-key", base_url=BASE, webhook_secret=SECRET)
NOW = 1781080794
WITH_PAIR = KlingLegacy(
    api_key="",
    base_url=BASE,
    access_key="the-access",
    secret_key="s" * 32,
    clock=lambda: float(NOW),
)
INFO = {"task_info": {"external_task_id": "r-1"}, "created_at": 1, "updated_at": 2}


def refusal(code: int, message: str = "") -> bytes:
    return json.dumps({"code": code, "message": message, "request_id": "q"}).encode()


def ok(data: Any) -> bytes:
    return json.dumps(
        {"code": 0, "message": "SUCCEED", "request_id": "q", "data": data, "new": 1}
    ).encode()


def task(status: str, **fields: Any) -> bytes:
    return ok({"task_id": "8412", "task_status": status, "task_status_msg": "", **INFO, **fields})


def signed(body: bytes) -> Callback:
    message = f"w-1.{NOW}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
    return Callback(
        headers={
            "webhook-id": "w-1",
            "webhook-timestamp": str(NOW),
            "webhook-signature": f"v1,{signature}",
        },
        body=body,
        received_at_s=float(NOW),
    )


VIDEOS = {"videos": [{"id": "v", "url": "https://cdn.example/a.mp4", "duration": "5.1"}]}


class TestContract(JobContract, CardContract, CallbackContract):
    adapter = ADAPTER
    refusals = [
        *((401, refusal(code), Failure.AUTH) for code in range(1000, 1005)),
        *((429, refusal(code), Failure.NO_PROVIDER_MONEY) for code in (1100, 1101, 1102)),
        *((400, refusal(code), Failure.POLICY) for code in (1300, 1301)),
        *((429, refusal(code), Failure.RATE) for code in (1302, 1303)),
        (400, refusal(1201), Failure.BAD_INPUT),
        (404, refusal(1203), Failure.MODEL_GONE),
        (500, refusal(5000), Failure.TRANSIENT),
        (504, refusal(5002), Failure.UNKNOWN_SUBMIT),
    ]
    accepted = task("submitted")
    job_id = "8412"
    running = [task("submitted"), task("processing")]
    unheard = task("hatching")
    done = task("succeed", task_result=VIDEOS)
    vanished = (404, refusal(1203))
    throttled = (429, refusal(1302))
    failed = [
        (task("failed", task_status_msg="Sensitive content"), Failure.POLICY),
        (task("failed", task_status_msg="internal"), Failure.EMPTY_RESULT),
        (task("succeed", task_result={"videos": []}), Failure.EMPTY_RESULT),
    ]
    callback = signed(b'{"task_id":"8412","task_status":"succeed","task_status_msg":""}')


def call_of(**fields: Any):
    fields = {"provider_model": "kling-v2-6", "params": {}, "inputs": ()} | fields
    return ADAPTER.build_submit(job(**fields))


def test_words_alone_go_to_text2video():
    call = call_of(
        mode=Mode.TEXT_TO_VIDEO,
        callback_url="https://bot.example/kling?job=r-1",
        params={
            "duration": 5,
            "resolution": "1080p",
            "audio": True,
            "aspect_ratio": "16:9",
            "negative_prompt": "blur",
            "count": 1,
        },
    )

    assert call.url == f"{BASE}/v1/videos/text2video"
    assert call.json_body == {
        "model_name": "kling-v2-6",
        "prompt": "кот",
        "negative_prompt": "blur",
        "mode": "pro",
        "sound": "on",
        "duration": "5",
        "aspect_ratio": "16:9",
        "callback_url": "https://bot.example/kling?job=r-1",
        "external_task_id": "r-1",
    }


def test_frames_go_to_image2video():
    call = call_of(
        mode=Mode.FRAMES_TO_VIDEO,
        inputs=(
            InputFile(
                b"first_frame", "image/png", Role.FIRST_FRAME, "https://bot.example/in/first_frame"
            ),
            InputFile(
                b"last_frame", "image/png", Role.LAST_FRAME, "https://bot.example/in/last_frame"
            ),
        ),
        params={"duration": 10, "resolution": "720p", "negative_prompt": ""},
    )

    assert call.url == f"{BASE}/v1/videos/image2video"
    assert call.json_body == {
        "model_name": "kling-v2-6",
        "prompt": "кот",
        "mode": "std",
        "duration": "10",
        "image": "Zmlyc3RfZnJhbWU=",
        "image_tail": "bGFzdF9mcmFtZQ==",
        "external_task_id": "r-1",
    }


@pytest.mark.parametrize("path", ["text2video", "image2video"])
def test_a_task_is_asked_for_where_it_was_submitted(path):
    submitted = HttpAnswer(200, {}, task("submitted"), f"{BASE}/v1/videos/{path}")

    outcome = ADAPTER.read_submit(submitted)

    assert isinstance(outcome, Accepted)
    assert ADAPTER.build_poll("8412", outcome.metadata).url == f"{BASE}/v1/videos/{path}/8412"


@pytest.mark.parametrize(
    ("mode", "path"),
    [(Mode.TEXT_TO_VIDEO, "text2video"), (Mode.IMAGE_TO_VIDEO, "image2video")],
)
def test_a_task_that_only_its_callback_revealed_is_asked_for_by_its_mode(mode, path):
    call = ADAPTER.build_poll("8412", {"model": "kling-v2-5-turbo", "mode": mode.value})

    assert call.url == f"{BASE}/v1/videos/{path}/8412"


def test_the_pair_of_keys_signs_a_token_that_pyjwt_accepts():
    headers = WITH_PAIR.build_poll("8412", {"path": "text2video"}).headers
    token = headers["Authorization"].removeprefix("Bearer ")

    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    claims = jwt.decode(
        token, "s" * 32, algorithms=["HS256"], options={"verify_exp": False, "verify_nbf": False}
    )
    assert claims == {"iss": "the-access", "exp": NOW + 1800, "nbf": NOW - 5}


@pytest.mark.parametrize("code", [1003, 1004])
def test_a_token_out_of_time_is_made_anew_by_the_next_try(code):
    with pytest.raises(ProviderError) as refused:
        WITH_PAIR.read_submit(answer(401, refusal(code)))

    assert refused.value.failure is Failure.TRANSIENT


@pytest.mark.parametrize("code", [1000, 1001, 1002])
def test_a_wrong_pair_is_not_tried_again(code):
    with pytest.raises(ProviderError) as refused:
        WITH_PAIR.read_submit(answer(401, refusal(code)))

    assert refused.value.failure is Failure.AUTH


def test_a_lost_film_from_a_picture_is_found_by_our_reference():
    call = ADAPTER.build_recovery("r-1")

    assert call is not None
    assert call.url == f"{BASE}/v1/videos/image2video/r-1"
    found = ADAPTER.read_recovery(answer(200, task("processing")), "r-1")
    assert found == Accepted("8412", 10.0, {"path": "image2video"})


def test_what_is_not_among_films_from_pictures_may_be_among_those_from_words():
    found = ADAPTER.read_recovery(answer(404, refusal(1203)), "r-1")

    assert found is not None
    poll = ADAPTER.build_poll(found.provider_job_id, found.metadata)
    assert poll.url == f"{BASE}/v1/videos/text2video/r-1"
    with pytest.raises(ProviderError) as vanished:
        ADAPTER.read_poll(answer(404, refusal(1203)), found.metadata)
    assert vanished.value.failure is Failure.EMPTY_RESULT


def test_a_recovery_that_was_not_answered_says_nothing_about_the_job():
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_recovery(answer(504, refusal(5002)), "r-1")

    assert refused.value.failure is Failure.TRANSIENT
