"""The witness: fal's official client, unchanged, is satisfied with the stand-in."""

import io

import fal_client
import httpx
import pytest
from fal_client import client as fal_client_module
from PIL import Image

from sandbox.film.source import probe_film
from sandbox.tests.fal_play import BANANA, FLUX, KLING, data_uri
from sandbox.tests.serving import FAST

pytestmark = pytest.mark.oracle


@pytest.fixture
def client(sandbox, monkeypatch):
    # The one thing that no setting of the client changes: its environment keeps https.
    monkeypatch.setattr(fal_client_module, "QUEUE_URL_FORMAT", f"{sandbox.base_url}/fal/")
    client = fal_client.SyncClient(key=FAST.fal_api_key)
    yield client
    client._client.close()


def result_of(handle):
    return handle.get(interval=0.01)


def test_the_client_gets_pictures(client):
    handle = client.submit(BANANA, {"prompt": "a cat", "num_images": 2, "aspect_ratio": "16:9"})

    images = result_of(handle)["images"]

    sizes = [Image.open(io.BytesIO(httpx.get(image["url"]).content)).size for image in images]
    assert sizes == [(1360, 768)] * 2
    assert images[0]["width"] == 1360


def test_the_client_edits_a_picture(client):
    arguments = {"prompt": "add a dog", "image_urls": [data_uri()]}

    assert result_of(client.submit(f"{BANANA}/edit", arguments))["images"]


def test_the_client_makes_a_film(client):
    arguments = {"prompt": "a cat runs", "duration": "3", "aspect_ratio": "9:16"}

    video = result_of(client.submit(f"{KLING}/text-to-video", arguments))["video"]

    assert video["content_type"] == "video/mp4"
    size, seconds = probe_film(httpx.get(video["url"]).content)
    assert size == (1080, 1920)
    assert seconds == pytest.approx(3, abs=0.2)


def test_the_client_sees_every_state(client):
    handle = client.submit(BANANA, {"prompt": "a cat"})

    seen = [handle.status(with_logs=True) for _ in range(3)]

    assert [type(each) for each in seen] == [
        fal_client.Queued,
        fal_client.InProgress,
        fal_client.Completed,
    ]
    assert seen[0].position == 0
    assert seen[2].error is None


def test_the_client_sees_the_seed_and_the_flags(client):
    result = result_of(client.submit(FLUX, {"prompt": "a cat", "seed": 7}))

    assert result["seed"] == 7
    assert result["has_nsfw_concepts"] == [False]


@pytest.mark.parametrize(
    ("word", "status", "kind"),
    [
        ("policy", 422, "content_policy_violation"),
        ("badparam", 422, "value_error"),
        ("noimage", 422, "no_media_generated"),
    ],
)
def test_the_client_sees_why_a_job_failed(client, word, status, kind):
    handle = client.submit(BANANA, {"prompt": f"[[{word}]] a cat"})

    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        result_of(handle)

    assert caught.value.status_code == status
    assert kind in str(caught.value.message)
    assert handle.status().error


@pytest.mark.parametrize(("word", "status"), [("badkey", 401), ("nocredit", 403), ("gone", 404)])
def test_the_client_sees_a_refusal(client, word, status):
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        client.submit(BANANA, {"prompt": f"[[{word}]] a cat"})

    assert caught.value.status_code == status


def test_the_client_cancels_a_job(client):
    handle = client.submit(BANANA, {"prompt": "[[never]] a cat"})

    handle.cancel()

    assert handle.status().error_type == "request_cancelled"
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.cancel()
    assert caught.value.status_code == 400


def test_the_client_finds_a_job_by_its_id(client):
    handle = client.submit(f"{BANANA}/edit", {"prompt": "[[fast]]", "image_urls": [data_uri()]})

    again = client.get_handle(f"{BANANA}/edit", handle.request_id)

    assert again.status_url == handle.status_url
    assert result_of(again)["images"]
