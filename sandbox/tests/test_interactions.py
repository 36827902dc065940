"""Facts: provider notes, section 1.8."""

import base64
import io

import pytest
from PIL import Image

from sandbox.tests.google_play import b64, config, film, picture
from sandbox.tests.omni_play import SMALL, URI, Omni
from sandbox.tests.serving import run_sandbox

PICTURE = {"type": "image", "mime_type": "image/png", "data": b64(picture())}
FILM = {"type": "video", "mime_type": "video/mp4", "data": b64(film())}


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(config()) as running:
        yield running


@pytest.fixture
def omni(sandbox):
    sandbox.client.post("/__reset")
    return Omni(sandbox.client)


def asked(**options):
    return URI | options


def test_a_film_is_pending_twice_at_least_and_then_plays(omni):
    made = omni.create(response_format=asked(resolution="360p", duration="3s")).json()

    assert (made["object"], made["status"]) == ("interaction", "queued")
    seen = [omni.get(made["id"]).json() for _ in range(3)]
    assert [said["status"] for said in seen[:2]] == ["queued", "in_progress"]
    assert seen[2]["status"] == "completed"
    assert [step["type"] for step in seen[2]["steps"]] == ["user_input", "thought", "model_output"]
    assert seen[2]["usage"]["total_output_tokens"] == 3 * 5792
    assert omni.film_of(seen[2])[:2] == ((640, 360), 3.0)


@pytest.mark.parametrize(
    ("options", "size", "seconds"),
    [
        ({"aspect_ratio": "9:16", "duration": "3s"}, (720, 1280), 3.0),
        ({"resolution": "1080p", "duration": "4s"}, (1920, 1080), 4.0),
    ],
)
def test_options_are_seen_on_the_film(omni, options, size, seconds):
    assert omni.film_of(omni.ended(response_format=asked(**options)))[:2] == (size, seconds)


@pytest.mark.parametrize(
    ("prompt", "media", "task"),
    [
        ("<FIRST_FRAME> кот", [PICTURE], "image_to_video"),
        ("<FIRST_FRAME> <LAST_FRAME> кот", [PICTURE, PICTURE], "image_to_video"),
        ("[# References <IMAGE_REF_0>@Image1] кот", [PICTURE], "reference_to_video"),
        ("кот", [FILM], "edit"),
        ("[# References <IMAGE_REF_0>@Image1] кот", [FILM, PICTURE], "edit"),
        ("кот", [FILM], "extend"),
    ],
)
def test_every_input_makes_another_film(omni, prompt, media, task):
    plain = omni.film_of(omni.ended("кот", response_format=SMALL))
    made = omni.film_of(omni.ended(prompt, *media, task=task, response_format=SMALL))

    assert made[1] == plain[1] == 3.0
    assert made[2] != plain[2]


def test_a_film_follows_its_source_upright(omni):
    size, _, _ = omni.film_of(omni.ended("кот", FILM, task="edit", response_format=SMALL))

    assert size == (360, 640)


def test_an_own_film_is_continued_until_it_is_half_a_minute_long(omni):
    ten = asked(resolution="360p", duration="10s")
    one = omni.ended(response_format=ten)
    two = omni.ended(task="extend", previous_interaction_id=one["id"], response_format=ten)
    three = omni.ended(task="extend", previous_interaction_id=two["id"], response_format=ten)
    too_long = omni.create(task="extend", previous_interaction_id=three["id"], response_format=ten)

    assert three["status"] == "completed"
    assert three["previous_interaction_id"] == two["id"]
    assert too_long.status_code == 400
    assert "30 seconds" in too_long.json()["error"]["message"]


def test_without_background_the_answer_is_the_result(omni):
    said = omni.create(
        background=False, response_format={"type": "video", **SMALL, "delivery": "inline"}
    )

    [made] = said.json()["steps"][-1]["content"]
    assert made["mime_type"] == "video/mp4"
    assert made["data"]


def test_image_models_make_pictures(omni):
    said = omni.create(
        "a cat",
        PICTURE,
        model="gemini-nano-banana-2.1",
        background=False,
        response_format={"type": "image", "aspect_ratio": "16:9", "image_size": "2K"},
    )

    [made] = said.json()["steps"][-1]["content"]
    opened = Image.open(io.BytesIO(base64.b64decode(made["data"])))
    assert (made["mime_type"], opened.size) == ("image/jpeg", (2752, 1536))


@pytest.mark.parametrize(
    ("prompt", "media", "body", "says"),
    [
        ("кот", [], {"response_format": asked(duration="16s")}, "duration"),
        ("кот", [], {"response_format": asked(duration="2s")}, "duration"),
        ("кот", [], {"response_format": asked(duration=5)}, "duration"),
        ("кот", [], {"model": "gemini-omni-1.1-flash", "response_format": asked(duration="11s")},
         "10s"),
        ("<FIRST_FRAME> <LAST_FRAME>", [PICTURE, PICTURE],
         {"response_format": asked(duration="11s")}, "10s"),
        ("<LAST_FRAME> кот", [PICTURE], {}, "FIRST_FRAME"),
        ("кот", [], {"response_format": asked(aspect_ratio="1:1")}, "aspect_ratio"),
        ("кот", [], {"response_format": asked(resolution="480p")}, "resolution"),
        ("кот", [], {"response_format": {"type": "image"}}, "response_format"),
        ("кот", [], {"task": "dance"}, "task"),
        ("кот", [], {"task": "edit"}, "needs a video"),
        ("кот", [], {"task": "image_to_video"}, "needs an image"),
        ("кот", [PICTURE], {"task": "text_to_video"}, "no media"),
        ("кот", [PICTURE] * 8, {}, "7 images"),
        ("кот", [PICTURE | {"mime_type": "image/gif"}], {}, "MIME"),
        ("кот", [FILM | {"mime_type": "video/quicktime"}], {}, "MIME"),
        ("кот", [PICTURE | {"data": "%%%"}], {}, "base64"),
        ("кот", [PICTURE | {"data": b64(b"no picture")}], {}, "cannot be read"),
        ("кот", [], {"labels": {"Job": "x"}}, "lower case"),
        ("кот", [], {"labels": {"job": "x" * 64}}, "too long"),
        ("кот", [], {"store": False}, "store"),
        ("кот", [], {"stream": True}, "stream"),
        ("", [], {}, "prompt"),
    ],
)  # fmt: skip
def test_what_the_api_refuses_is_refused(omni, prompt, media, body, says):
    said = omni.create(prompt, *media, **body)

    assert said.status_code == 400
    assert said.json()["error"]["code"] == "invalid_request"
    assert says in said.json()["error"]["message"]


def test_an_uploaded_film_may_have_ten_seconds(omni):
    long = FILM | {"data": b64(film(seconds=12))}

    assert omni.create("кот", long, task="extend").status_code == 400
