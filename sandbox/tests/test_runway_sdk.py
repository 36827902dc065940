"""The witness: Runway's official client, unchanged, is satisfied with the stand-in."""

import io

import httpx
import pytest
import runwayml
from runwayml.lib import polling

from sandbox.film.source import probe_film
from sandbox.tests.gemini_play import picture
from sandbox.tests.runway_play import data_uri
from sandbox.tests.serving import FAST

pytestmark = pytest.mark.oracle


@pytest.fixture
def client(sandbox, monkeypatch):
    # Its pause between polls, which no argument of it changes.
    monkeypatch.setattr(polling, "POLL_TIME", 0.02)
    monkeypatch.setattr(polling, "POLL_JITTER", 0.0)
    with client_of(sandbox) as client:
        yield client


def client_of(sandbox, api_key=FAST.runway_api_key, **settings):
    base_url = f"{sandbox.base_url}/runway"
    return runwayml.RunwayML(api_key=api_key, base_url=base_url, max_retries=0, **settings)


def begin(client, prompt="кот", **changes):
    usual = {"model": "gen4_turbo", "ratio": "1280:720", "duration": 2}
    return client.image_to_video.create(
        prompt_image=data_uri(), prompt_text=prompt, **usual | changes
    )


def test_the_client_waits_for_a_film(client):
    task = begin(client, ratio="720:1280", duration=3).wait_for_task_output()

    assert task.status == "SUCCEEDED"
    assert task.cost.credits == 15
    assert probe_film(httpx.get(task.output[0]).content) == ((720, 1280), 3)


def test_the_client_sees_every_state(client):
    created = begin(client)
    seen = [client.tasks.retrieve(created.id) for _ in range(3)]

    assert created.estimated_cost.credits == 10
    assert [task.status for task in seen] == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert seen[1].progress == 0.99
    assert seen[0].created_at.tzinfo is not None


def test_the_client_makes_a_film_of_words(client):
    task = client.text_to_video.create(
        model="veo3.1_fast", prompt_text="a cat", ratio="1280:720", duration=4, audio=True
    ).wait_for_task_output()

    film = httpx.get(task.output[0]).content
    assert probe_film(film) == ((1280, 720), 4)
    assert b"mp4a" in film


def test_the_client_edits_a_film_it_uploaded(client):
    film = httpx.get(begin(client).wait_for_task_output().output[0]).content
    upload = client.uploads.create_ephemeral(file=("film.mp4", film, "video/mp4"))

    task = client.video_to_video.create(
        model="aleph2", video_uri=upload.uri, prompt_text="at night", seed=3
    ).wait_for_task_output()

    assert upload.uri.startswith("runway://")
    assert probe_film(httpx.get(task.output[0]).content) == ((1280, 720), 2)


def test_the_client_makes_a_picture_with_references(client):
    upload = client.uploads.create_ephemeral(file=("a.png", io.BytesIO(picture(size=(90, 90)))))

    task = client.text_to_image.create(
        model="gen4_image",
        prompt_text="@cat on the moon",
        ratio="1024:1024",
        reference_images=[{"uri": upload.uri, "tag": "cat"}],
    ).wait_for_task_output()

    assert httpx.get(task.output[0]).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("policy", "SAFETY.INPUT.TEXT"),
        ("policy-end", "SAFETY.OUTPUT.VIDEO"),
        ("fail", "INTERNAL.BAD_OUTPUT.CODE01"),
    ],
)
def test_the_client_sees_why_a_task_failed(client, word, code):
    with pytest.raises(runwayml.TaskFailedError) as caught:
        begin(client, f"[[{word}]] cat").wait_for_task_output()

    assert caught.value.task_details.failure_code == code


def test_the_client_gives_up_waiting(client):
    with pytest.raises(runwayml.TaskTimeoutError):
        begin(client, "[[never]]").wait_for_task_output(timeout=0.1)


def test_the_client_cancels_a_task(client):
    task_id = begin(client, "[[never]]").id

    client.tasks.delete(task_id)

    assert client.tasks.retrieve(task_id).status == "CANCELLED"
    client.tasks.delete(task_id)
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.retrieve(task_id)


@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        ("[[badparam]]", runwayml.BadRequestError),
        ("[[nocredit]]", runwayml.BadRequestError),
        ("[[badkey]]", runwayml.AuthenticationError),
        ("[[429]]", runwayml.RateLimitError),
        ("[[gone]]", runwayml.NotFoundError),
        ("[[500]]", runwayml.InternalServerError),
        ("[[timeout-after-accept]]", runwayml.APIConnectionError),
    ],
)
def test_the_client_sees_every_refusal(client, prompt, error):
    with pytest.raises(error):
        begin(client, prompt)


def test_the_client_left_to_itself_pays_three_times_for_a_lost_answer(sandbox):
    with (
        client_of(sandbox).with_options(max_retries=2) as client,
        pytest.raises(runwayml.APIConnectionError),
    ):
        begin(client, "[[timeout-after-accept]]")

    calls = sandbox.client.get("/__calls?service=runway").json()["calls"]
    assert [call["operation"] for call in calls] == ["POST /v1/image_to_video"] * 3


def test_the_client_sees_a_wrong_key(sandbox):
    with client_of(sandbox, "wrong") as client, pytest.raises(runwayml.AuthenticationError):
        begin(client)


def test_the_client_reads_the_organization(client):
    organization = client.organization.retrieve()

    assert organization.credit_balance > 0
    assert organization.tier.models["gen4_turbo"].max_concurrent_generations is None
