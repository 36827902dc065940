"""The same job by our adapters and by Google's own client: the stand-ins see the same requests."""

from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import types

from botapp.catalog import Mode, Role
from botapp.providers import transport
from botapp.providers.base import InputFile, Job, Parent
from botapp.providers.gemini import Gemini
from e2e.google_calls import seen, unique
from e2e.google_films import (
    FILM,
    FIRST,
    LAST,
    PICTURE,
    REFERENCE,
    film_job,
    finish,
    omni,
    poll,
    submit,
)
from sandbox.tests import google_play
from sandbox.tests.google_play import OMNI, b64
from sandbox.tests.serving import FAST, RunningSandbox, run_sandbox

pytestmark = pytest.mark.oracle

IMAGE_MODEL = "gemini-nano-banana-2.1"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(google_play.config()) as running:
        yield running


@pytest.fixture
def client(sandbox):
    options = types.HttpOptions(base_url=f"{sandbox.base_url}/gemini")
    return genai.Client(api_key=FAST.gemini_api_key, http_options=options)


def image(file: InputFile) -> dict[str, str]:
    return {"type": "image", "mime_type": file.mime_type, "data": b64(file.data)}


VIDEO = {"type": "video", "mime_type": "video/mp4", "data": b64(FILM.data)}
ONE_REFERENCE = "[# References <IMAGE_REF_0>@Image1] кот"


@pytest.mark.parametrize(
    ("mode", "inputs", "task", "content", "text"),
    [
        (Mode.TEXT_TO_VIDEO, (), "text_to_video", [], "кот"),
        (Mode.IMAGE_TO_VIDEO, (FIRST,), "image_to_video", [image(FIRST)], "<FIRST_FRAME> кот"),
        (
            Mode.FRAMES_TO_VIDEO,
            (LAST, FIRST),
            "image_to_video",
            [image(FIRST), image(LAST)],
            "<FIRST_FRAME> <LAST_FRAME> кот",
        ),
        (
            Mode.REFERENCES_TO_VIDEO,
            (REFERENCE,),
            "reference_to_video",
            [image(REFERENCE)],
            ONE_REFERENCE,
        ),
        (
            Mode.VIDEO_TO_VIDEO,
            (REFERENCE, FILM),
            "edit",
            [VIDEO, image(REFERENCE)],
            ONE_REFERENCE,
        ),
        (Mode.EXTEND, (FILM,), "extend", [VIDEO], "кот"),
    ],
)
def test_omni_is_asked_as_googles_client_asks(sandbox, client, mode, inputs, task, content, text):
    params = {"duration": 5, "resolution": "360p", "aspect_ratio": "9:16"}
    job = film_job(mode, *inputs, params=params, callback_url="http://127.0.0.1:9/hook")

    def by_the_client() -> None:
        client.interactions.create(
            model=OMNI,
            background=True,
            store=True,
            generation_config={"video_config": {"task": task}},
            input=[{"type": "user_input", "content": [*content, {"type": "text", "text": text}]}],
            response_format={
                "type": "video",
                "aspect_ratio": "9:16",
                "duration": "5s",
                "resolution": "360p",
                "delivery": "uri",
            },
            labels={"job": "r-1"},
            webhook_config={
                "uris": ["http://127.0.0.1:9/hook"],
                "user_metadata": {"job": "R-1"},
            },
        )

    assert seen(sandbox, lambda: submit(omni(sandbox), job)) == seen(sandbox, by_the_client)


def test_omni_is_polled_and_its_film_fetched_as_googles_client_does(sandbox, client):
    adapter = omni(sandbox)

    def by_us() -> None:
        finished = finish(
            adapter, film_job(params={"duration": 3, "resolution": "360p"}, prompt="[[fast]]кот")
        )
        transport.download(finished.media[0])

    def by_the_client() -> None:
        said = client.interactions.create(
            model=OMNI,
            background=True,
            store=True,
            generation_config={"video_config": {"task": "text_to_video"}},
            input=[{"type": "user_input", "content": [{"type": "text", "text": "[[fast]]кот"}]}],
            response_format={
                "type": "video", "duration": "3s", "resolution": "360p", "delivery": "uri"
            },
            labels={"job": "r-1"},
        )  # fmt: skip
        done = client.interactions.get(said.id)
        name = "files/" + done.output_video.uri.partition("/files/")[2].partition(":")[0]
        while client.files.get(name=name).state is types.FileState.PROCESSING:
            pass
        client.files.download(file=name)

    # How often each asks is its own affair.
    assert unique(seen(sandbox, by_us)) == unique(seen(sandbox, by_the_client))


def test_omni_continues_and_stops_as_googles_client_does(sandbox, client):
    adapter = omni(sandbox)
    small = {"type": "video", "delivery": "uri", "duration": "3s"}

    def by_us() -> None:
        first = submit(adapter, film_job(prompt="[[fast]]кот", params={"duration": 3}))
        poll(adapter, first)
        parent = Parent(first.provider_job_id, 0)
        job = film_job(
            Mode.EXTEND, FILM, prompt="[[never]]кот", params={"duration": 3}, parent=parent
        )
        call = adapter.build_cancel(submit(adapter, job).provider_job_id, {})
        assert call is not None
        transport.send(call)

    def create(prompt: str, task: str, **fields: Any) -> Any:
        return client.interactions.create(
            model=OMNI,
            background=True,
            store=True,
            generation_config={"video_config": {"task": task}},
            input=[{"type": "user_input", "content": [{"type": "text", "text": prompt}]}],
            response_format=small,
            labels={"job": "r-1"},
            **fields,
        )

    def by_the_client() -> None:
        first = create("[[fast]]кот", "text_to_video")
        client.interactions.get(first.id)
        second = create("[[never]]кот", "extend", previous_interaction_id=first.id)
        client.interactions.cancel(second.id)

    assert seen(sandbox, by_us) == seen(sandbox, by_the_client)


def test_gemini_is_asked_as_googles_client_asks(sandbox, client):
    adapter = Gemini(api_key=FAST.gemini_api_key, base_url=f"{sandbox.base_url}/gemini")
    job = Job(
        reference="R-1",
        provider_model=IMAGE_MODEL,
        mode=Mode.IMAGE_TO_IMAGE,
        prompt="кот",
        params={"aspect_ratio": "16:9", "image_size": "1K"},
        inputs=(InputFile(PICTURE, "image/png", Role.IMAGE),),
    )

    def by_us() -> None:
        adapter.read_submit(transport.send(adapter.build_submit(job)))

    def by_the_client() -> None:
        client.models.generate_content(
            model=IMAGE_MODEL,
            contents=["кот", types.Part.from_bytes(data=PICTURE, mime_type="image/png")],
            config=types.GenerateContentConfig(
                response_modalities=["TEXT", "IMAGE"],
                image_config=types.ImageConfig(aspect_ratio="16:9", image_size="1K"),
            ),
        )

    assert seen(sandbox, by_us) == seen(sandbox, by_the_client)
