"""Facts: providers.md sections 1.2–1.5."""

import base64
import json
from typing import Any

import pytest

from botapp.providers.base import Failure, Finished, InputFile, ProviderError
from botapp.providers.gemini import Gemini
from botapp.tests.providers.contract import CardContract, ProviderContract, answer, job

ADAPTER = Gemini(api_key="the-key", base_url="https://gemini.example")


def refusal(status: str, message: str = "", **detail) -> bytes:
    details = [detail] if detail else []
    return json.dumps(
        {"error": {"status": status, "message": message, "details": details}}
    ).encode()


def read(body: dict[str, Any]) -> Finished:
    outcome = ADAPTER.read_submit(answer(200, json.dumps(body).encode()))
    assert isinstance(outcome, Finished)
    return outcome


def failure_of(status: int, content: bytes) -> ProviderError:
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_submit(answer(status, content))
    return refused.value


def inline(data: bytes, **part: Any) -> dict[str, Any]:
    encoded = base64.b64encode(data).decode()
    return {"inlineData": {"mimeType": "image/png", "data": encoded}} | part


def candidate(*parts: dict[str, Any], finish: str = "STOP") -> dict[str, Any]:
    return {"candidates": [{"finishReason": finish, "content": {"parts": list(parts)}}]}


class TestContract(ProviderContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (400, refusal("INVALID_ARGUMENT", "bad ratio"), Failure.BAD_INPUT),
        (400, refusal("INVALID_ARGUMENT", "no", reason="API_KEY_INVALID"), Failure.AUTH),
        (400, refusal("FAILED_PRECONDITION", "location"), Failure.AUTH),
        (400, refusal("FAILED_PRECONDITION", "Billing is off"), Failure.NO_PROVIDER_MONEY),
        (401, refusal("UNAUTHENTICATED"), Failure.AUTH),
        (403, refusal("PERMISSION_DENIED"), Failure.AUTH),
        (404, refusal("NOT_FOUND"), Failure.MODEL_GONE),
        (429, refusal("RESOURCE_EXHAUSTED"), Failure.RATE),
        (500, refusal("INTERNAL"), Failure.TRANSIENT),
        (503, refusal("UNAVAILABLE"), Failure.TRANSIENT),
        (504, refusal("DEADLINE_EXCEEDED"), Failure.TRANSIENT),
        (502, refusal("WHATEVER"), Failure.UNKNOWN_SUBMIT),
    ]


def test_the_request_is_what_the_documentation_names():
    call = ADAPTER.build_submit(job(params={"aspect_ratio": "16:9", "image_size": "2K"}))

    assert call.url == "https://gemini.example/v1/models/the-model:generateContent"
    assert call.headers == {"x-goog-api-key": "the-key"}
    assert call.json_body == {
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"text": "кот"},
                    {"inlineData": {"mimeType": "image/png", "data": "cGljdHVyZQ=="}},
                ],
            }
        ],
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
        },
    }


def test_the_last_picture_that_is_no_draft_is_the_result():
    body = candidate(
        inline(b"draft", thought=True), {"text": "look"}, inline(b"one"), inline(b"final")
    )

    assert [item.data for item in read(body).media] == [b"final"]


def test_snake_case_answers_are_read_too():
    part = {"inline_data": {"mime_type": "image/jpeg", "data": "b2s="}}

    assert read(candidate(part)).media[0].mime_type == "image/jpeg"


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "A_REASON_OF_NEXT_YEAR"])
def test_a_blocked_prompt_is_policy(reason):
    body = {"promptFeedback": {"blockReason": reason}}

    assert failure_of(200, json.dumps(body).encode()).failure is Failure.POLICY


@pytest.mark.parametrize("reason", ["IMAGE_SAFETY", "SPII", "RECITATION", "IMAGE_RECITATION"])
def test_a_blocked_picture_is_policy(reason):
    body = {"candidates": [{"index": 0, "finishReason": reason}]}

    assert failure_of(200, json.dumps(body).encode()).failure is Failure.POLICY


@pytest.mark.parametrize("reason", ["STOP", "NO_IMAGE", "OTHER", "A_REASON_OF_NEXT_YEAR"])
def test_words_without_a_picture_are_an_empty_result(reason):
    body = candidate({"text": "I cannot draw"}, finish=reason)

    assert failure_of(200, json.dumps(body).encode()).failure is Failure.EMPTY_RESULT


def test_the_delay_stands_in_the_body():
    content = refusal("RESOURCE_EXHAUSTED", retryDelay="34.4s")

    assert failure_of(429, content).retry_after_s == 34.4


def test_a_daily_quota_is_not_for_today():
    content = refusal("RESOURCE_EXHAUSTED", violations=[{"quotaId": "RequestsPerDayPerProject"}])

    assert failure_of(429, content).retry_after_s == 24 * 3600


def test_pictures_that_do_not_fit_are_refused_before_they_are_sent():
    picture = InputFile(bytes(10 * 1024 * 1024), "image/png")

    assert ADAPTER.build_submit(job(inputs=(picture,) * 6))
    with pytest.raises(ProviderError) as refused:
        ADAPTER.build_submit(job(inputs=(picture,) * 8))

    assert refused.value.failure is Failure.BAD_INPUT


def test_it_is_never_polled():
    with pytest.raises(NotImplementedError):
        ADAPTER.build_poll("x", {})
    with pytest.raises(NotImplementedError):
        ADAPTER.read_poll(answer(200, b"{}"), {})
