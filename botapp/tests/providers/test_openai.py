"""Facts: providers.md sections 3.1–3.4."""

import json
from typing import Any

import pytest

from botapp.catalog import BY_SLUG, Mode, Role
from botapp.providers.base import Failure, Finished, InputFile, Part, ProviderError
from botapp.providers.openai import OpenAI, size_of
from botapp.tests.providers.contract import CardContract, ProviderContract, answer, job
from botapp.tests.providers.ordering import job_for

ADAPTER = OpenAI(api_key="the-key", base_url="https://api.openai.com")
PICTURES = (InputFile(b"one", "image/png"), InputFile(b"two", "image/jpeg"))
MASK = InputFile(b"mask", "image/png", Role.MASK)


def refusal(code: str | None, message: str = "no", **error: Any) -> bytes:
    whole = {"error": {"message": message, "type": "x", "param": None, "code": code} | error}
    return json.dumps(whole).encode()


def pictures(*encoded: str, **body: Any) -> bytes:
    data = [{"b64_json": item} for item in encoded]
    return json.dumps({"created": 1, "output_format": "png", "data": data} | body).encode()


class TestContract(ProviderContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (400, refusal("moderation_blocked", "rejected by the safety system"), Failure.POLICY),
        (400, refusal("content_policy_violation"), Failure.POLICY),
        (400, refusal("invalid_value"), Failure.BAD_INPUT),
        (400, refusal("unknown_parameter"), Failure.BAD_INPUT),
        (400, refusal("billing_hard_limit_reached"), Failure.NO_PROVIDER_MONEY),
        (401, refusal("invalid_api_key"), Failure.AUTH),
        (403, refusal(None, "Your organization must be verified"), Failure.AUTH),
        (404, refusal("model_not_found"), Failure.MODEL_GONE),
        (429, refusal("rate_limit_exceeded"), Failure.RATE),
        (429, refusal("insufficient_quota"), Failure.NO_PROVIDER_MONEY),
        (500, refusal("server_error"), Failure.TRANSIENT),
        (503, refusal(None, "overloaded"), Failure.TRANSIENT),
        (502, refusal(None, "bad gateway"), Failure.UNKNOWN_SUBMIT),
        (200, pictures(), Failure.EMPTY_RESULT),
        (200, pictures("not base64!"), Failure.EMPTY_RESULT),
    ]


def test_words_become_pictures():
    asked = job_for(
        "gpt-image-1", "openai", Mode.TEXT_TO_IMAGE, aspect_ratio="16:9", quality="low", count=3
    )
    call = ADAPTER.build_submit(asked)

    assert call.url == "https://api.openai.com/v1/images/generations"
    assert call.headers == {"Authorization": "Bearer the-key"}
    assert call.json_body == {
        "model": "gpt-image-2.5-flare",
        "prompt": "кот",
        "size": "1536x864",
        "quality": "low",
        "background": "auto",
        "n": 3,
        "output_format": "png",
    }


def test_one_picture_and_a_mask_go_as_a_form():
    call = ADAPTER.build_submit(job(inputs=(PICTURES[0], MASK), params={"quality": "high"}))

    assert call.url == "https://api.openai.com/v1/images/edits"
    assert call.json_body is None
    assert call.form == {
        "model": "the-model",
        "prompt": "кот",
        "quality": "high",
        "n": "1",
        "output_format": "png",
    }
    assert call.parts == (
        Part("image", "image-1.png", b"one", "image/png"),
        Part("mask", "mask.png", b"mask", "image/png"),
    )


def test_several_pictures_repeat_one_name():
    call = ADAPTER.build_submit(job(inputs=PICTURES))

    assert [(part.name, part.filename) for part in call.parts] == [
        ("image[]", "image-1.png"),
        ("image[]", "image-2.jpeg"),
    ]


def test_an_edit_without_a_picture_is_not_sent():
    with pytest.raises(ProviderError) as refused:
        ADAPTER.build_submit(job(inputs=()))

    assert refused.value.failure is Failure.BAD_INPUT


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ("1:1", "1024x1024"),
        ("2:3", "1024x1536"),
        ("3:2", "1536x1024"),
        ("9:16", "864x1536"),
        ("16:9", "1536x864"),
        ("21:9", "1536x656"),
    ],
)
def test_a_ratio_becomes_a_size(ratio, size):
    assert size_of(ratio) == size


def test_every_ratio_of_the_card_is_a_size_that_the_model_takes():
    for ratio in BY_SLUG["gpt-image-1"].params["aspect_ratio"].options:
        width, height = (int(side) for side in size_of(ratio).split("x"))
        assert width % 16 == height % 16 == 0
        assert width * height >= 655_360
        asked = [int(part) for part in ratio.split(":")]
        assert width / height == pytest.approx(asked[0] / asked[1], rel=0.01)


def test_all_pictures_come_at_once_with_what_was_used():
    outcome = ADAPTER.read_submit(
        answer(200, pictures("b25l", "dHdv", usage={"output_tokens": 272}))
    )

    assert isinstance(outcome, Finished)
    assert [(media.data, media.mime_type) for media in outcome.media] == [
        (b"one", "image/png"),
        (b"two", "image/png"),
    ]
    assert outcome.metadata == {"usage": {"output_tokens": 272}}


def test_the_time_to_wait_is_in_a_header():
    waiting = type(answer(429, b""))(429, {"retry-after": "20"}, refusal("rate_limit_exceeded"))

    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_submit(waiting)

    assert refused.value.retry_after_s == 20.0
