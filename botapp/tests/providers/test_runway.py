"""Facts: providers.md section 5."""

import json
from typing import Any

import pytest

from botapp.catalog import BY_SLUG, Mode, adjust
from botapp.catalog.vocabulary import Role
from botapp.providers.base import Failure, Finished, InputFile, ProviderError, Running
from botapp.providers.runway import Runway
from botapp.tests.providers.contract import CardContract, JobContract, answer, job
from botapp.tests.providers.ordering import job_for

ADAPTER = Runway(api_key="the-key", base_url="https://api.dev.runwayml.com")
ID = "17f20503-6c24-4c16-946b-35dbbce2af2f"


def said(**body: Any) -> bytes:
    return json.dumps(body).encode()


def task(status: str, **fields: Any) -> bytes:
    return said(id=ID, status=status, createdAt="2026-11-22T00:00:00Z", **fields)


def failed(code: str) -> bytes:
    return task("FAILED", failure="words for people", failureCode=code, cost={"credits": 25})


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    refusals = [
        (
            400,
            said(error="Validation of body failed", issues=[{"code": "too_small"}]),
            Failure.BAD_INPUT,
        ),
        (400, said(error="You do not have enough credits"), Failure.NO_PROVIDER_MONEY),
        (401, said(error="The API key is invalid"), Failure.AUTH),
        (404, said(error="Not found"), Failure.MODEL_GONE),
        (405, said(error="Method not allowed"), Failure.BAD_INPUT),
        (429, said(error="Daily task limit reached"), Failure.RATE),
        (500, said(error="Internal"), Failure.TRANSIENT),
        (502, b"<html>", Failure.UNKNOWN_SUBMIT),
    ]
    accepted = said(id=ID, estimatedCost={"credits": 25})
    job_id = ID
    running = [
        task("PENDING", estimatedCost={"credits": 25}),
        task("THROTTLED"),
        task("RUNNING", progress=0.5),
    ]
    done = task("SUCCEEDED", output=["https://dnznrvs05pmza.cloudfront.net/a.mp4?_jwt=x"])
    failed = [
        (failed("SAFETY.INPUT.TEXT"), Failure.POLICY),
        (failed("SAFETY.OUTPUT.SOMETHING_NEW"), Failure.POLICY),
        (failed("INPUT_PREPROCESSING.SAFETY.TEXT"), Failure.POLICY),
        (failed("INPUT_PREPROCESSING.INTERNAL"), Failure.EMPTY_RESULT),
        (failed("INTERNAL.BAD_OUTPUT.CODE01"), Failure.EMPTY_RESULT),
        (failed("THIRD_PARTY.UNAVAILABLE"), Failure.EMPTY_RESULT),
        (failed("ASSET.INVALID"), Failure.BAD_INPUT),
        (failed("OF_NEXT_YEAR"), Failure.EMPTY_RESULT),
        (task("CANCELLED", cost={"credits": 0}), Failure.EMPTY_RESULT),
        (task("SUCCEEDED", output=[]), Failure.EMPTY_RESULT),
    ]
    unheard = task("MEDITATING")


def test_a_picture_comes_to_life():
    call = ADAPTER.build_submit(
        job_for("runway_gen4", "runway", Mode.IMAGE_TO_VIDEO, aspect_ratio="9:16", seed=1)
    )

    assert call.url == "https://api.dev.runwayml.com/v1/image_to_video"
    assert call.headers == {"Authorization": "Bearer the-key", "X-Runway-Version": "2024-11-06"}
    assert call.json_body == {
        "model": "gen4_turbo",
        "promptImage": "https://our.example/first_frame",
        "promptText": "кот",
        "ratio": "720:1280",
        "duration": 5,
        "seed": 1,
    }


def test_words_become_a_film():
    call = ADAPTER.build_submit(
        job_for("runway_gen45", "runway", Mode.TEXT_TO_VIDEO, duration=7, aspect_ratio="16:9")
    )

    assert call.url == "https://api.dev.runwayml.com/v1/text_to_video"
    assert call.json_body == {
        "model": "gen4.5",
        "promptText": "кот",
        "ratio": "1280:720",
        "duration": 7,
    }


def test_a_film_is_changed_and_may_begin_like_a_picture():
    guide = InputFile(b"", "image/png", Role.REFERENCE, url="https://our.example/guide")
    asked = job_for("runway_aleph", "runway", Mode.VIDEO_TO_VIDEO, aspect_ratio="21:9")
    call = ADAPTER.build_submit(
        job(
            provider_model="aleph2",
            mode=asked.mode,
            params=asked.params,
            inputs=(*asked.inputs, guide),
        )
    )

    assert call.url == "https://api.dev.runwayml.com/v1/video_to_video"
    assert call.json_body == {
        "model": "aleph2",
        "promptText": "кот",
        "videoUri": "https://our.example/video",
        "keyframes": [{"seconds": 0, "uri": "https://our.example/guide"}],
        "targetAspectRatio": "21:9",
    }


def test_a_film_keeps_its_ratio_unless_another_is_asked_for():
    call = ADAPTER.build_submit(job_for("runway_aleph", "runway", Mode.VIDEO_TO_VIDEO))

    assert "targetAspectRatio" not in call.json_body


def test_without_a_film_there_is_nothing_to_change():
    with pytest.raises(ProviderError) as refused:
        ADAPTER.build_submit(job(mode=Mode.VIDEO_TO_VIDEO, inputs=()))

    assert refused.value.failure is Failure.BAD_INPUT


def test_words_make_films_of_two_shapes_only():
    card = BY_SLUG["runway_gen45"]

    assert adjust(card, Mode.TEXT_TO_VIDEO, {"aspect_ratio": "1:1"})["aspect_ratio"] == "16:9"
    assert adjust(card, Mode.IMAGE_TO_VIDEO, {"aspect_ratio": "1:1"})["aspect_ratio"] == "1:1"


def test_credits_are_cents():
    done = ADAPTER.read_poll(
        answer(200, task("SUCCEEDED", output=["https://r/1"], cost={"credits": 25})), {}
    )

    assert TestContract().taken.cost_usd == 0.25
    assert isinstance(done, Finished)
    assert done.cost_usd == 0.25


def test_progress_is_percents():
    outcome = ADAPTER.read_poll(answer(200, task("RUNNING", progress=0.37)), {})

    assert outcome == Running(6.0, 37)


def test_a_deleted_task_is_cancelled():
    call = ADAPTER.build_cancel(ID, {})

    assert call is not None
    assert (call.method, call.url) == ("DELETE", f"https://api.dev.runwayml.com/v1/tasks/{ID}")
    assert ADAPTER.read_cancel(answer(204, b""))
    assert not ADAPTER.read_cancel(answer(404, b"{}"))


def test_a_lost_task_cannot_be_found():
    assert ADAPTER.build_recovery("r-1") is None
