"""Facts: providers.md section 7.2."""

import json
from typing import Any

import pytest

from botapp.catalog import Mode
from botapp.providers.base import Accepted, BadSignatureError, Callback, Failure, HttpAnswer
from botapp.providers.replicate import Replicate
from botapp.tests.providers.contract import (
    CallbackContract,
    CardContract,
    JobContract,
    answer,
    job,
)
from botapp.tests.providers.ordering import job_for

ADAPTER = Replicate(api_key="the-key", base_url="https://api.replicate.com")


def said(**body: Any) -> bytes:
    return json.dumps(body).encode()


def prediction(status: str, **fields: Any) -> bytes:
    return said(
        **(
            {
                "id": "gm3q",
                "model": "o/n",
                "version": "hidden",
                "input": {},
                "logs": "",
                "output": None,
                "error": None,
                "status": status,
                "created_at": "2026-11-22T12:00:00.123Z",
                "urls": {"get": "https://api.replicate.com/v1/predictions/gm3q"},
            }
            | fields
        )
    )


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (401, said(title="Unauthenticated", detail="no token"), Failure.AUTH),
        (402, said(title="Insufficient credit", detail="Add credit"), Failure.NO_PROVIDER_MONEY),
        (404, said(detail="The requested resource could not be found."), Failure.MODEL_GONE),
        (
            422,
            said(title="Input validation failed", detail="- input.prompt is required", status=422),
            Failure.BAD_INPUT,
        ),
        (422, said(detail="- input.safety_tolerance must be less"), Failure.BAD_INPUT),
        (429, said(detail="Request was throttled."), Failure.RATE),
        (500, said(detail="Internal server error"), Failure.TRANSIENT),
    ]
    accepted = prediction("starting")
    job_id = "gm3q"
    running = [prediction("starting"), prediction("processing")]
    done = prediction("succeeded", output="https://replicate.delivery/a.png")
    failed = [
        (prediction("failed", error="NSFW content detected"), Failure.POLICY),
        (prediction("failed", error="flagged as sensitive (E005)"), Failure.POLICY),
        (prediction("failed", error="CUDA out of memory"), Failure.EMPTY_RESULT),
        (prediction("canceled"), Failure.EMPTY_RESULT),
        (prediction("aborted"), Failure.EMPTY_RESULT),
        (prediction("succeeded"), Failure.EMPTY_RESULT),
    ]
    unheard = prediction("pondering")


class TestCallbacks(CallbackContract):
    adapter = ADAPTER
    job_id = "1234567890"
    keys = HttpAnswer(200, {}, said(key="whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="))
    # The vector of providers.md 4.5: the way of signing is the same.
    callback = Callback(
        {
            "webhook-id": "9876543210",
            "webhook-timestamp": "1781080794",
            "webhook-signature": "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
        },
        b'{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,'
        b'"update_time":1781080794151}',
        received_at_s=1781080794,
    )

    @pytest.mark.parametrize("keys", [None, HttpAnswer(401, {}, b"{}"), HttpAnswer(200, {}, b"")])
    def test_without_the_secret_nothing_is_believed(self, keys):
        with pytest.raises(BadSignatureError):
            ADAPTER.read_callback(self.callback, keys)

    def test_the_secret_is_asked_for_with_the_key(self):
        call = ADAPTER.build_callback_keys()

        assert call is not None
        assert call.url == "https://api.replicate.com/v1/webhooks/default/secret"
        assert call.headers == {"Authorization": "Bearer the-key"}


def test_the_request_is_what_the_documentation_names():
    asked = job_for("flux-pro", "replicate", Mode.TEXT_TO_IMAGE, aspect_ratio="16:9", seed=7)
    call = ADAPTER.build_submit(asked)

    assert call.url == (
        "https://api.replicate.com/v1/models/black-forest-labs/flux-1.1-pro-ultra/predictions"
    )
    assert call.json_body == {
        "input": {"prompt": "кот", "aspect_ratio": "16:9", "seed": 7, "output_format": "png"}
    }


def test_the_callback_is_for_the_end_only():
    call = ADAPTER.build_submit(job(callback_url="https://bot/hook?job=r-1"))

    assert call.json_body["webhook"] == "https://bot/hook?job=r-1"
    assert call.json_body["webhook_events_filter"] == ["completed"]


@pytest.mark.parametrize(
    ("output", "urls"),
    [
        ("https://r/1.png", ["https://r/1.png"]),
        (["https://r/1.png", "https://r/2.png"], ["https://r/1.png", "https://r/2.png"]),
        ({"image": "https://r/1.png", "note": "words"}, ["https://r/1.png"]),
    ],
)
def test_the_result_has_three_shapes(output, urls):
    outcome = ADAPTER.read_poll(answer(200, prediction("succeeded", output=output)), {})

    assert [media.url for media in outcome.media] == urls


def test_only_a_cancelled_job_is_cancelled():
    assert ADAPTER.read_cancel(answer(200, prediction("canceled")))
    assert not ADAPTER.read_cancel(answer(200, prediction("succeeded")))
    assert not ADAPTER.read_cancel(answer(404, b"{}"))
    assert not ADAPTER.read_cancel(answer(502, b"<html>"))


def test_a_lost_job_is_found_among_the_newest_by_our_number():
    listed = {
        "next": None,
        "results": [
            {"id": "other", "webhook": "https://bot/hook?job=r-2"},
            {"id": "bare"},
            {"id": "gm3q", "webhook": "https://bot/hook?job=r-1"},
        ],
    }
    call = ADAPTER.build_recovery("r-1")

    assert call is not None
    assert call.url == "https://api.replicate.com/v1/predictions"
    assert ADAPTER.read_recovery(answer(200, said(**listed)), "r-1") == Accepted("gm3q", 0.0)
    assert ADAPTER.read_recovery(answer(200, said(**listed)), "r-3") is None
    assert ADAPTER.read_recovery(answer(200, b"[]"), "r-1") is None


def test_the_time_to_wait_stands_in_the_words():
    content = said(detail="Request was throttled. Expected available in 9 seconds.")

    with pytest.raises(Exception, match="throttled") as refused:
        ADAPTER.read_submit(answer(429, content))

    assert refused.value.retry_after_s == 9.0
