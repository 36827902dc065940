"""Facts: providers.md section 3.6."""

import io
import json
from typing import Any

import pytest
from PIL import Image

from botapp.catalog import Mode, Role
from botapp.providers.base import Failure, Finished, InputFile, ProviderError, Running
from botapp.providers.sora import Sora
from botapp.tests.providers.contract import CardContract, JobContract, answer, job
from botapp.tests.providers.ordering import job_for

ADAPTER = Sora(api_key="the-key", base_url="https://videos.example")


def video(status: str, **fields: Any) -> bytes:
    whole = {"id": "video_1", "object": "video", "status": status, "progress": 0} | fields
    return json.dumps(whole).encode()


def refusal(code: str) -> bytes:
    return json.dumps({"error": {"message": "no", "type": "x", "code": code}}).encode()


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (400, refusal("moderation_blocked"), Failure.POLICY),
        (400, refusal("invalid_value"), Failure.BAD_INPUT),
        (401, refusal("invalid_api_key"), Failure.AUTH),
        (404, refusal("model_not_found"), Failure.MODEL_GONE),
        (429, refusal("insufficient_quota"), Failure.NO_PROVIDER_MONEY),
        (429, refusal("rate_limit_exceeded"), Failure.RATE),
        (500, refusal("server_error"), Failure.TRANSIENT),
    ]
    accepted = video("queued")
    job_id = "video_1"
    running = [video("queued"), video("in_progress", progress=40)]
    done = video("completed", progress=100)
    failed = [
        (video("failed", error={"code": "moderation_blocked", "message": "no"}), Failure.POLICY),
        (video("failed", error={"code": "video_error", "message": "no"}), Failure.EMPTY_RESULT),
        (video("failed", error=None), Failure.EMPTY_RESULT),
    ]
    unheard = video("dreaming")


@pytest.mark.parametrize(("ratio", "size"), [("9:16", "720x1280"), ("16:9", "1280x720")])
def test_the_order_is_a_form(ratio, size):
    call = ADAPTER.build_submit(
        job_for("sora2", "sora", Mode.TEXT_TO_VIDEO, aspect_ratio=ratio, duration=12)
    )

    assert (call.method, call.url) == ("POST", "https://videos.example/v1/videos")
    assert call.form == {"model": "sora-2", "prompt": "кот", "seconds": "12", "size": size}
    assert call.parts == ()


def test_the_first_frame_gets_exactly_the_size_of_the_film():
    call = ADAPTER.build_submit(job_for("sora2", "sora", Mode.IMAGE_TO_VIDEO))

    [part] = call.parts
    assert (part.name, part.mime_type) == ("input_reference", "image/png")
    assert Image.open(io.BytesIO(part.data)).size == (720, 1280)


def test_a_first_frame_that_is_no_picture_is_not_sent():
    broken = InputFile(b"no picture", "image/png", Role.FIRST_FRAME)

    with pytest.raises(ProviderError) as refused:
        ADAPTER.build_submit(job(inputs=(broken,)))

    assert refused.value.failure is Failure.BAD_INPUT


def test_the_film_is_behind_an_address_that_wants_the_key():
    outcome = ADAPTER.read_poll(answer(200, TestContract.done), {})

    assert isinstance(outcome, Finished)
    [film] = outcome.media
    assert film.url == "https://videos.example/v1/videos/video_1/content"
    assert film.download_headers == {"Authorization": "Bearer the-key"}


def test_progress_is_percents():
    assert ADAPTER.read_poll(answer(200, video("in_progress", progress=40)), {}) == Running(10, 40)
