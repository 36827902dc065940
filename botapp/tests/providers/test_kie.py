"""Facts: providers.md section 7.3."""

import json
from typing import Any

from botapp.catalog import Mode
from botapp.providers.base import Callback, Failure, Finished, Media
from botapp.providers.kie import Kie
from botapp.tests.providers.contract import CallbackContract, CardContract, JobContract, answer, job
from botapp.tests.providers.ordering import job_for

ADAPTER = Kie(api_key="the-key", base_url="https://kie.example", webhook_key="kie-test-hmac-key")
RESULT = "https://cdn.example/a.png"
# The vector of 7.3, computed from its formula.
SIGNED_HEADERS = {
    "x-webhook-timestamp": "1781080794",
    "x-webhook-signature": "asnTagUK3f3ezM6ig2DBxKOf9Yzol6kZdxV3RJGXlw0=",
}


def said(code: int, msg: str = "success", data: Any = None) -> bytes:
    return json.dumps({"code": code, "msg": msg, "data": data}).encode()


def record(state: str, **fields: Any) -> bytes:
    return said(
        200,
        data={
            "taskId": "task_abc123",
            "model": "nano-banana-2",
            "state": state,
            "param": json.dumps({"input": json.dumps({"prompt": "кот"})}),
            "resultJson": "",
            "failCode": "",
            "failMsg": "",
            "costTime": 8000,
            "creditsConsumed": 8,
            "field_of_next_year": [],
        }
        | fields,
    )


class TestContract(JobContract, CardContract, CallbackContract):
    adapter = ADAPTER
    refusals = [
        (200, said(401, "You do not have access permissions"), Failure.AUTH),
        (200, said(402, "Credits insufficient"), Failure.NO_PROVIDER_MONEY),
        (200, said(404, "Not found"), Failure.MODEL_GONE),
        (200, said(422, "aspect_ratio is not within the range"), Failure.BAD_INPUT),
        (200, said(422, "Your prompt violates our content policy"), Failure.POLICY),
        (200, said(429, "Your call frequency is too high"), Failure.RATE),
        (200, said(433, "The sub-key has reached its limit"), Failure.NO_PROVIDER_MONEY),
        (200, said(455, "Under maintenance"), Failure.TRANSIENT),
        (200, said(500, "Server error"), Failure.TRANSIENT),
        (200, said(501, "Generation failed"), Failure.EMPTY_RESULT),
        (200, said(505, "Feature is off"), Failure.MODEL_GONE),
        (200, said(777, "A code of next year"), Failure.UNKNOWN_SUBMIT),
        (200, said(200, data=None), Failure.UNKNOWN_SUBMIT),
        (401, said(401, "no"), Failure.AUTH),
        (404, b'{"path":"/api/v2"}', Failure.MODEL_GONE),
    ]
    accepted = said(200, data={"taskId": "task_abc123"})
    job_id = "task_abc123"
    running = [record(state) for state in ("waiting", "queuing", "generating")]
    unheard = record("hatching")
    done = record("success", resultJson=json.dumps({"resultUrls": [RESULT]}))
    vanished = (200, said(404, "the record is gone"))
    throttled = (200, said(429, "too high"))
    failed = [
        (
            record("fail", failCode="422", failMsg="The prompt is sensitive"),
            Failure.POLICY,
        ),
        (record("fail", failCode="422", failMsg="image too small"), Failure.BAD_INPUT),
        (record("fail", failCode="500", failMsg="internal"), Failure.EMPTY_RESULT),
        (record("fail"), Failure.EMPTY_RESULT),
        (record("success", resultJson=json.dumps({"resultUrls": []})), Failure.EMPTY_RESULT),
        (record("success", resultJson="not JSON"), Failure.EMPTY_RESULT),
    ]
    callback = Callback(
        headers=SIGNED_HEADERS,
        body=said(501, "Generation failed", {"taskId": "task_abc123", "state": "fail"}),
        received_at_s=1781080794.0,
    )


def test_a_picture_is_asked_for_in_the_words_of_its_route():
    call = ADAPTER.build_submit(
        job_for("nano-banana-pro", "kie", Mode.IMAGE_TO_IMAGE, aspect_ratio="16:9", image_size="2K")
    )

    assert call.url == "https://kie.example/api/v1/jobs/createTask"
    assert call.headers == {"Authorization": "Bearer the-key"}
    assert call.json_body == {
        "model": "nano-banana-pro",
        "input": {
            "prompt": "кот",
            "image_input": ["https://our.example/image"],
            "aspect_ratio": "16:9",
            "resolution": "2K",
            "output_format": "png",
        },
    }


def test_a_film_is_asked_for_in_the_words_of_its_route():
    params = {"duration": 7, "resolution": "1080p", "audio": True}

    body = ADAPTER.build_submit(
        job_for("kling-v3", "kie", Mode.FRAMES_TO_VIDEO, **params)
    ).json_body

    assert body["input"] == {
        "prompt": "кот",
        "image_urls": ["https://our.example/first_frame", "https://our.example/last_frame"],
        "duration": "7",
        "mode": "pro",
        "sound": True,
        "multi_shots": False,
    }


def test_the_callback_address_stands_beside_the_input():
    body = ADAPTER.build_submit(job(callback_url="https://bot.example/kie")).json_body

    assert body["callBackUrl"] == "https://bot.example/kie"


def test_the_result_is_found_in_json_within_json():
    outcome = ADAPTER.read_poll(answer(200, TestContract.done), {})

    assert outcome == Finished((Media(url=RESULT),))
