"""The same film by our adapter and by Google's own client: Vertex sees the same requests."""

from collections.abc import Iterator

import pytest
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

from botapp.catalog import Mode
from botapp.providers.base import InputFile
from e2e.google_calls import seen
from e2e.google_films import FILM, FIRST, LAST, REFERENCE, film_job, poll, submit, vertex
from sandbox.tests import google_play
from sandbox.tests.google_play import VEO
from sandbox.tests.serving import FAST, RunningSandbox, run_sandbox

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(google_play.config()) as running:
        yield running


@pytest.fixture
def vertex_client(sandbox):
    return genai.Client(
        vertexai=True,
        project="p",
        location="us-central1",
        credentials=Credentials(token=FAST.vertex_access_token),
        http_options=types.HttpOptions(base_url=f"{sandbox.base_url}/vertex"),
    )


def as_image(file: InputFile) -> types.Image:
    return types.Image(image_bytes=file.data, mime_type=file.mime_type)


def reference(file: InputFile) -> types.VideoGenerationReferenceImage:
    kind = types.VideoGenerationReferenceType.ASSET
    return types.VideoGenerationReferenceImage(image=as_image(file), reference_type=kind)


@pytest.mark.parametrize(
    ("mode", "inputs", "source", "config"),
    [
        (Mode.TEXT_TO_VIDEO, (), {}, {}),
        (Mode.IMAGE_TO_VIDEO, (FIRST,), {"image": as_image(FIRST)}, {}),
        (
            Mode.FRAMES_TO_VIDEO,
            (FIRST, LAST),
            {"image": as_image(FIRST)},
            {"last_frame": as_image(LAST)},
        ),
        (
            Mode.REFERENCES_TO_VIDEO,
            (REFERENCE, REFERENCE),
            {},
            {"reference_images": [reference(REFERENCE)] * 2},
        ),
    ],
)
def test_veo_is_asked_as_googles_client_asks(sandbox, vertex_client, mode, inputs, source, config):
    params = {
        "duration": 8,
        "resolution": "1080p",
        "aspect_ratio": "9:16",
        "audio": True,
        "negative_prompt": "дождь",
        "seed": 5,
        "count": 2,
    }
    job = film_job(mode, *inputs, params=params, model=VEO)

    def by_us() -> None:
        poll(vertex(sandbox), submit(vertex(sandbox), job))

    def by_the_client() -> None:
        operation = vertex_client.models.generate_videos(
            model=VEO,
            source=types.GenerateVideosSource(prompt="кот", **source),
            config=types.GenerateVideosConfig(
                number_of_videos=2,
                duration_seconds=8,
                aspect_ratio="9:16",
                resolution="1080p",
                negative_prompt="дождь",
                seed=5,
                generate_audio=True,
                **config,
            ),
        )
        vertex_client.operations.get(operation)

    assert seen(sandbox, by_us) == seen(sandbox, by_the_client)


def test_veo_continues_a_film_as_googles_client_does(sandbox, vertex_client):
    params = {"resolution": "720p", "audio": False}
    job = film_job(Mode.EXTEND, FILM, params=params, model=VEO)

    def by_the_client() -> None:
        video = types.Video(video_bytes=FILM.data, mime_type="video/mp4")
        vertex_client.models.generate_videos(
            model=VEO,
            source=types.GenerateVideosSource(prompt="кот", video=video),
            config=types.GenerateVideosConfig(
                number_of_videos=1, resolution="720p", generate_audio=False
            ),
        )

    assert seen(sandbox, lambda: submit(vertex(sandbox), job)) == seen(sandbox, by_the_client)
