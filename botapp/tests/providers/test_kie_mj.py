"""Facts: providers.md section 6.1."""

import json
from typing import Any

import pytest

from botapp.catalog import Mode, Role
from botapp.providers.base import (
    Callback,
    Failure,
    Finished,
    InputFile,
    Parent,
    ProviderError,
)
from botapp.providers.kie_mj import KieMidjourney
from botapp.tests.providers.contract import CallbackContract, CardContract, JobContract, answer, job
from botapp.tests.providers.test_kie import SIGNED_HEADERS, said

ADAPTER = KieMidjourney(
    api_key="the-key", base_url="https://kie.example", webhook_key="kie-test-hmac-key"
)
FOUR = [f"https://cdn.example/{number}.png" for number in range(4)]


def record(flag: int, **fields: Any) -> bytes:
    return said(
        200,
        data={
            "taskId": "task_abc123",
            "taskType": "mj_txt2img",
            "paramJson": "{}",
            "successFlag": flag,
            "resultInfoJson": None,
            "errorCode": None,
            "errorMessage": "",
        }
        | fields,
    )


def results(urls: list[str]) -> dict[str, Any]:
    return {"resultUrls": [{"resultUrl": url} for url in urls]}


class TestContract(JobContract, CardContract, CallbackContract):
    adapter = ADAPTER
    refusals = [
        (200, said(401, "no"), Failure.AUTH),
        (200, said(402, "no credits"), Failure.NO_PROVIDER_MONEY),
        (200, said(422, "Banned prompt: x"), Failure.POLICY),
        (200, said(422, "index is wrong"), Failure.BAD_INPUT),
        (200, said(429, "too many"), Failure.RATE),
        (200, said(500, "server"), Failure.TRANSIENT),
    ]
    accepted = said(200, data={"taskId": "task_abc123"})
    job_id = "task_abc123"
    running = [record(0)]
    unheard = record(7)
    done = record(1, resultInfoJson=results(FOUR))
    vanished = (200, said(404, "the record is gone"))
    throttled = (200, said(429, "too high"))
    failed = [
        (record(2, errorMessage="banned prompt detected"), Failure.POLICY),
        (record(3, errorCode="500", errorMessage="generation failed"), Failure.EMPTY_RESULT),
        (record(1, resultInfoJson=results([])), Failure.EMPTY_RESULT),
    ]
    callback = Callback(
        headers=SIGNED_HEADERS,
        body=said(500, "failed", {"taskId": "task_abc123", "resultUrls": []}),
        received_at_s=1781080794.0,
    )


@pytest.mark.parametrize("shape", [lambda found: found, json.dumps])
def test_all_four_pictures_are_found_in_json_and_in_json_within_json(shape):
    content = record(1, resultInfoJson=shape(results(FOUR)))

    outcome = ADAPTER.read_poll(answer(200, content), {})

    assert isinstance(outcome, Finished)
    assert [media.url for media in outcome.media] == FOUR


def body_of(**fields: Any) -> tuple[str, dict[str, Any]]:
    call = ADAPTER.build_submit(job(provider_model="mj", **fields))
    return call.url.removeprefix("https://kie.example"), call.json_body


def test_words_alone_become_four_pictures():
    path, body = body_of(
        mode=Mode.TEXT_TO_IMAGE,
        prompt="a fox --turbo",
        inputs=(),
        callback_url="https://bot.example/kie?job=r-1",
        params={
            "aspect_ratio": "16:9",
            "version": "7",
            "speed": "fast",
            "stylization": 100,
            "weirdness": 0,
            "variety": 5,
            "count": 4,
        },
    )

    assert path == "/api/v1/mj/generate"
    assert body == {
        "taskType": "mj_txt2img",
        "prompt": "a fox turbo",
        "speed": "fast",
        "aspectRatio": "16:9",
        "version": "7",
        "stylization": 100,
        "weirdness": 0,
        "variety": 5,
        "waterMark": "",
        "enableTranslation": False,
        "callBackUrl": "https://bot.example/kie?job=r-1",
    }


def test_russian_words_are_translated_there():
    _, body = body_of(mode=Mode.TEXT_TO_IMAGE, inputs=())

    assert body["enableTranslation"] is True


def test_a_photo_goes_by_its_address():
    photo = InputFile(b"photo", "image/png", Role.IMAGE, "https://bot.example/in/1")

    _, body = body_of(mode=Mode.IMAGE_TO_IMAGE, inputs=(photo,))

    assert (body["taskType"], body["fileUrls"]) == ("mj_img2img", ["https://bot.example/in/1"])


def test_a_film_is_made_of_a_picture():
    path, body = body_of(
        mode=Mode.IMAGE_TO_VIDEO,
        inputs=(
            InputFile(
                b"first_frame", "image/png", Role.FIRST_FRAME, "https://bot.example/in/first_frame"
            ),
        ),
        params={"motion": "high", "duration": 5, "count": 1},
    )

    assert path == "/api/v1/mj/generate"
    assert body["taskType"] == "mj_video"
    assert body["fileUrls"] == ["https://bot.example/in/first_frame"]
    assert (body["motion"], body["videoBatchSize"]) == ("high", 1)
    assert "speed" not in body


@pytest.mark.parametrize(
    ("mode", "path"),
    [(Mode.UPSCALE, "/api/v1/mj/upscale"), (Mode.VARIATION, "/api/v1/mj/vary")],
)
def test_a_follow_up_names_its_parent_and_the_picture(mode, path):
    asked = body_of(mode=mode, inputs=(), params={"count": 1}, parent=Parent("task_of_before", 3))

    assert asked == (path, {"taskId": "task_of_before", "index": 3})


def test_a_follow_up_of_nothing_is_refused_before_it_is_sent():
    with pytest.raises(ProviderError) as refused:
        body_of(mode=Mode.UPSCALE, inputs=())

    assert refused.value.failure is Failure.BAD_INPUT
