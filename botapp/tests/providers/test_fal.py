"""Facts: providers.md section 7.1."""

import json
from dataclasses import replace
from typing import Any

import pytest

from botapp.catalog import BY_SLUG, Mode, Role
from botapp.providers.base import (
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    InputFile,
    ProviderError,
    Ready,
)
from botapp.providers.fal import Fal
from botapp.tests.providers.contract import CallbackContract, CardContract, JobContract, answer, job
from botapp.tests.providers.ordering import job_for

ADAPTER = Fal(
    api_key="the-key",
    base_url="https://queue.fal.run",
    jwks_url="https://rest.fal.ai/.well-known/jwks.json",
)
ROOT = "https://queue.fal.run/google/nano-banana-2.1/requests/764cabcf"
ACCEPTED = {
    "status": "IN_QUEUE",
    "request_id": "764cabcf",
    "gateway_request_id": "764cabcf",
    "response_url": ROOT,
    "status_url": f"{ROOT}/status",
    "cancel_url": f"{ROOT}/cancel",
    "queue_position": 0,
}
METADATA = {"app": "google/nano-banana-2.1", "id": "764cabcf"}


def said(**body: Any) -> bytes:
    return json.dumps(body).encode()


def model_error(kind: str, message: str = "") -> bytes:
    return said(detail=[{"loc": ["body", "prompt"], "msg": message, "type": kind, "input": {}}])


def result(status: int, content: bytes) -> Finished:
    return ADAPTER.read_result(answer(status, content))


def failure_of_result(status: int, content: bytes) -> Failure:
    with pytest.raises(ProviderError) as refused:
        result(status, content)
    return refused.value.failure


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (401, said(detail="Authentication is required"), Failure.AUTH),
        (403, said(detail="Forbidden"), Failure.AUTH),
        (
            403,
            said(detail="User is locked. Reason: Exhausted balance."),
            Failure.NO_PROVIDER_MONEY,
        ),
        (404, said(detail="Application not found"), Failure.MODEL_GONE),
        (422, model_error("missing", "Field required"), Failure.BAD_INPUT),
        (422, model_error("content_policy_violation"), Failure.POLICY),
        (429, said(detail="Too many requests"), Failure.RATE),
        (503, said(detail="no runner", error_type="runner_scheduling_failure"), Failure.TRANSIENT),
        (504, said(detail="timed out", error_type="request_timeout"), Failure.UNKNOWN_SUBMIT),
    ]
    accepted = said(**ACCEPTED)
    job_id = "764cabcf"
    running = [
        said(status="IN_QUEUE", request_id="764cabcf", queue_position=3),
        said(status="IN_PROGRESS", logs=[]),
    ]
    done = said(status="COMPLETED", metrics={"inference_time": 3.7}, logs=[])
    failed = []
    unheard = said(status="IN_LIMBO")


class TestCallbacks(CallbackContract):
    adapter = ADAPTER
    job_id = "req-1"
    callback = Callback(
        {
            "x-fal-webhook-request-id": "req-1",
            "x-fal-webhook-user-id": "user-1",
            "x-fal-webhook-timestamp": "1781080794",
            "x-fal-webhook-signature": (
                "c36c6d4e4cd5b107ad231f7c4610b0667cd67e9094c18f78b143920589e96d1d"
                "32ebf3b0d04156886d317a10afffb922b8cca69c4feb5843133729b0202eb50a"
            ),
        },
        b'{"request_id":"req-1","gateway_request_id":"req-1","status":"OK",'
        b'"payload":{"images":[{"url":"https://example.com/a.png"}]}}',
        received_at_s=1781080794,
    )
    keys = HttpAnswer(
        200,
        {},
        b'{"keys":[{"kty":"OKP","crv":"Ed25519",'
        b'"x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"}]}',
    )

    def test_the_keys_are_public(self):
        call = ADAPTER.build_callback_keys()

        assert call is not None
        assert call.url == "https://rest.fal.ai/.well-known/jwks.json"
        assert call.headers == {}


def test_the_input_is_the_body():
    call = ADAPTER.build_submit(
        job_for("nano-banana", "fal", Mode.IMAGE_TO_IMAGE, image_size="2K", count=3)
    )

    assert (call.method, call.url) == (
        "POST",
        "https://queue.fal.run/google/nano-banana-2.1/edit",
    )
    assert call.headers == {"Authorization": "Key the-key"}
    assert call.json_body == {
        "prompt": "кот",
        "aspect_ratio": "1:1",
        "resolution": "2K",
        "num_images": 3,
        "image_urls": ["https://our.example/image"],
    }


def test_the_callback_address_is_asked_for_in_the_query():
    call = ADAPTER.build_submit(job(callback_url="https://bot/hook?job=r-1&k=x"))

    assert call.url.endswith("?fal_webhook=https%3A%2F%2Fbot%2Fhook%3Fjob%3Dr-1%26k%3Dx")


def test_kling_at_fal_takes_two_frames_and_seconds_as_text():
    asked = job_for(
        "kling-v3", "fal", Mode.FRAMES_TO_VIDEO, duration=7, audio=True, resolution="1080p"
    )
    call = ADAPTER.build_submit(asked)

    assert call.url.endswith("/fal-ai/kling-video/v3/pro/image-to-video")
    assert call.json_body == {
        "prompt": "кот",
        "duration": "7",
        "generate_audio": True,
        "start_image_url": "https://our.example/first_frame",
        "end_image_url": "https://our.example/last_frame",
    }


def test_seed_zero_leaves_the_choice_to_the_model():
    chosen = ADAPTER.build_submit(job_for("flux-pro", "fal", Mode.TEXT_TO_IMAGE, seed=7))
    left = ADAPTER.build_submit(job_for("flux-pro", "fal", Mode.TEXT_TO_IMAGE))

    assert chosen.json_body["seed"] == 7
    assert "seed" not in left.json_body


def test_the_job_is_asked_for_under_owner_and_app_only():
    poll = ADAPTER.build_poll("764cabcf", METADATA)
    cancel = ADAPTER.build_cancel("764cabcf", METADATA)

    assert poll.url == f"{ROOT}/status?logs=0"
    assert cancel is not None
    assert (cancel.method, cancel.url) == ("PUT", f"{ROOT}/cancel")
    assert TestContract().taken.metadata == METADATA


def test_the_key_goes_to_no_host_that_an_answer_names():
    foreign = ACCEPTED | {"response_url": "https://thief.example/x/y/requests/764cabcf"}
    taken = ADAPTER.read_submit(answer(200, said(**foreign)))

    assert ADAPTER.build_poll("764cabcf", taken.metadata).url.startswith("https://queue.fal.run/")


def test_a_job_that_only_its_callback_revealed_is_found_by_its_model():
    metadata = {"model": "google/nano-banana-2.1/edit"}
    done = ADAPTER.read_poll(answer(200, said(status="COMPLETED", request_id="764cabcf")), metadata)

    assert ADAPTER.build_poll("764cabcf", metadata).url == f"{ROOT}/status?logs=0"
    assert isinstance(done, Ready)
    assert done.call.url == ROOT


def test_the_result_is_behind_one_more_question():
    outcome = ADAPTER.read_poll(answer(200, TestContract.done), METADATA)

    assert isinstance(outcome, Ready)
    assert (outcome.call.method, outcome.call.url) == ("GET", ROOT)


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        (
            {"images": [{"url": "https://f/1"}, {"url": "https://f/2"}]},
            ["https://f/1", "https://f/2"],
        ),
        ({"image": {"url": "https://f/1"}}, ["https://f/1"]),
        ({"video": {"url": "https://f/1", "content_type": "video/mp4"}}, ["https://f/1"]),
    ],
)
def test_the_result_is_where_the_model_puts_it(body, urls):
    assert [media.url for media in result(200, said(**body)).media] == urls


def test_indecent_pictures_are_left_out_and_none_left_is_policy():
    images = [{"url": "https://f/1"}, {"url": "https://f/2"}]

    some = result(200, said(images=images, has_nsfw_concepts=[True, False]))

    assert [media.url for media in some.media] == ["https://f/2"]
    all_flagged = said(images=images, has_nsfw_concepts=[True, True])
    assert failure_of_result(200, all_flagged) is Failure.POLICY


@pytest.mark.parametrize(
    ("status", "content", "failure"),
    [
        (422, model_error("content_policy_violation", "flagged"), Failure.POLICY),
        (422, model_error("image_too_small", "256 px"), Failure.BAD_INPUT),
        (422, model_error("no_media_generated"), Failure.EMPTY_RESULT),
        (500, model_error("internal_server_error", "oh"), Failure.EMPTY_RESULT),
        (504, model_error("generation_timeout", "oh"), Failure.EMPTY_RESULT),
        (503, said(detail="gone", error_type="runner_disconnected"), Failure.EMPTY_RESULT),
        (499, said(detail="Request was cancelled"), Failure.EMPTY_RESULT),
        (404, said(detail="not found"), Failure.EMPTY_RESULT),
        (200, said(images=[]), Failure.EMPTY_RESULT),
        (502, b"<html>", Failure.TRANSIENT),
        (429, said(detail="slow down"), Failure.RATE),
    ],
)
def test_what_a_model_says_of_its_failure_is_the_end_and_a_gateway_is_not(status, content, failure):
    assert failure_of_result(status, content) is failure


def test_a_request_to_cancel_is_no_promise():
    requested = answer(202, said(status="CANCELLATION_REQUESTED"))

    assert ADAPTER.read_cancel(requested) is False


def test_the_wide_pictures_of_gpt_image_at_fal_are_only_those_it_can_make():
    [route] = [route for route in BY_SLUG["gpt-image-1"].routes if route.provider == "fal"]

    assert route.serves(Mode.TEXT_TO_IMAGE, {"aspect_ratio": "9:16"})
    assert not route.serves(Mode.TEXT_TO_IMAGE, {"aspect_ratio": "2:3"})
    assert not route.serves(Mode.IMAGE_TO_IMAGE, {"aspect_ratio": "9:16"})
    assert Role.IMAGE not in route.fields


def test_a_file_without_an_address_is_inside():
    asked = job_for("nano-banana", "fal", Mode.IMAGE_TO_IMAGE)
    call = ADAPTER.build_submit(replace(asked, inputs=(InputFile(b"file", "image/png"),)))

    assert call.json_body["image_urls"] == ["data:image/png;base64,ZmlsZQ=="]
    assert not ADAPTER.needs_input_urls
