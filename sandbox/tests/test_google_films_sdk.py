"""The witness: Google's official client makes films with the stand-ins, unchanged."""

import base64
import io
import json
import time

import pytest
from google import genai
from google.genai import errors, types
from google.genai._gaos.lib.compat_errors import (
    BadRequestError,
    NotFoundError,
    RateLimitError,
)
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from PIL import Image

from sandbox.film.source import probe_film
from sandbox.tests import google_play
from sandbox.tests.google_play import OMNI, VEO, b64, config, film, picture
from sandbox.tests.serving import FAST, run_sandbox

pytestmark = pytest.mark.oracle

SMALL = {"type": "video", "resolution": "360p", "duration": "3s", "delivery": "uri"}


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(config()) as running:
        yield running


@pytest.fixture(autouse=True)
def afresh(sandbox):
    sandbox.client.post("/__reset")


@pytest.fixture
def client(sandbox):
    options = types.HttpOptions(base_url=f"{sandbox.base_url}/gemini")
    return genai.Client(api_key=FAST.gemini_api_key, http_options=options)


@pytest.fixture
def vertex(sandbox):
    return genai.Client(
        vertexai=True,
        project="p",
        location="us-central1",
        credentials=Credentials(token=FAST.vertex_access_token),
        http_options=types.HttpOptions(base_url=f"{sandbox.base_url}/vertex"),
    )


def ended(client, interaction):
    for _ in range(200):
        if interaction.status not in ("queued", "in_progress"):
            return interaction
        time.sleep(0.02)
        interaction = client.interactions.get(interaction.id)
    raise AssertionError(interaction.status)


def create(client, prompt="кот", **fields):
    usual = {"model": OMNI, "background": True, "input": prompt, "response_format": SMALL}
    return client.interactions.create(**(usual | fields))


def calls_of(sandbox, service="gemini"):
    return sandbox.client.get(f"/__calls?service={service}").json()["calls"]


def test_the_client_makes_a_film_and_downloads_it(client):
    done = ended(client, create(client))

    assert done.status == "completed"
    file = client.files.get(name=f"files/{done.output_video.uri.split('/files/')[1][:12]}")
    while file.state is types.FileState.PROCESSING:
        file = client.files.get(name=file.name)
    # The client finds names in https addresses only.
    size, seconds = probe_film(client.files.download(file=file.name))
    assert (size, seconds) == ((640, 360), 3.0)


def test_the_client_waits_for_a_picture(client):
    said = client.interactions.create(
        model="gemini-nano-banana-2.1",
        store=False,
        input=[
            {
                "type": "user_input",
                "content": [
                    {"type": "text", "text": "a cat"},
                    {"type": "image", "mime_type": "image/png", "data": b64(picture())},
                ],
            }
        ],
        response_format={"type": "image", "aspect_ratio": "16:9", "image_size": "1K"},
    )

    assert Image.open(io.BytesIO(base64.b64decode(said.output_image.data))).size == (1376, 768)


def test_the_client_cancels_and_deletes(client):
    at_work = create(client, "кот [[never]]")

    assert client.interactions.cancel(at_work.id).status == "cancelled"
    client.interactions.delete(at_work.id)
    with pytest.raises(NotFoundError):
        client.interactions.get(at_work.id)


def test_the_client_continues_an_uploaded_film(client, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(film())
    file = client.files.upload(file=path)
    while file.state is types.FileState.PROCESSING:
        time.sleep(0.02)
        file = client.files.get(name=file.name)

    said = create(
        client,
        [{"type": "video", "uri": file.uri}, {"type": "text", "text": "Continue the scene"}],
    )

    assert ended(client, said).status == "completed"


def test_the_client_sees_why_a_film_failed(client):
    failed = ended(client, create(client, "кот [[policy-end]]"))

    assert failed.status == "failed"
    assert failed.errors[0].code == "content_policy"


def test_the_client_sees_both_shapes_of_refusals(client):
    with pytest.raises(BadRequestError):
        create(client, "кот [[policy]]")
    with pytest.raises(BadRequestError):
        create(client, "кот [[badparam]]")


def test_the_client_itself_asks_five_times_when_it_is_too_much(client, sandbox):
    with pytest.raises(RateLimitError):
        create(client, "кот [[429-always]]")

    assert [call["status"] for call in calls_of(sandbox)] == [429] * 5


def test_the_client_makes_a_film_on_vertex(vertex):
    operation = vertex.models.generate_videos(
        model=VEO,
        source=types.GenerateVideosSource(prompt="кот"),
        config=types.GenerateVideosConfig(duration_seconds=4, aspect_ratio="9:16"),
    )
    assert not operation.done
    while not operation.done:
        operation = vertex.operations.get(operation)

    [made] = operation.result.generated_videos
    assert probe_film(made.video.video_bytes) == ((720, 1280), 4.0)


def test_the_client_sees_filtered_films(vertex):
    operation = vertex.models.generate_videos(
        model=VEO, source=types.GenerateVideosSource(prompt="кот [[policy-end]]")
    )
    while not operation.done:
        operation = vertex.operations.get(operation)

    assert operation.result.rai_media_filtered_count == 1
    assert "58061214" in operation.result.rai_media_filtered_reasons[0]
    assert not operation.result.generated_videos


def test_the_client_sees_refusals_of_vertex(vertex):
    with pytest.raises(errors.ClientError) as refused:
        vertex.models.generate_videos(
            model=VEO, source=types.GenerateVideosSource(prompt="кот [[429]]")
        )

    assert (refused.value.code, refused.value.status) == (429, "RESOURCE_EXHAUSTED")


def test_the_client_draws_on_vertex(vertex):
    answer = vertex.models.generate_content(model="gemini-nano-banana-2.1", contents="a cat")

    [*_, last] = [part for part in answer.parts if part.inline_data]
    assert Image.open(io.BytesIO(last.inline_data.data)).size == (1024, 1024)


def test_googles_own_library_gets_a_token_for_the_account(sandbox):
    """google-auth signs the JWT itself and asks at the account's token_uri."""
    info = json.loads(google_play.service_account(sandbox.base_url))
    credentials = service_account.Credentials.from_service_account_info(
        info, scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )

    credentials.refresh(HttpxRequest(sandbox.client))

    assert credentials.token == FAST.vertex_access_token


class HttpxRequest:
    """What google-auth needs of an HTTP client."""

    def __init__(self, client):
        self._client = client

    def __call__(self, url, method="GET", body=None, headers=None, **_):
        said = self._client.request(method, url, content=body, headers=headers)
        said.status, said.data = said.status_code, said.content
        return said
