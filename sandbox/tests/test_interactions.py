"""Facts: provider notes, section 1.8."""

import base64
import io
import json
import re

import httpx
import jwt
import pytest
from PIL import Image

from sandbox.film.source import probe_film
from sandbox.tests.google_play import KEY, OMNI, b64, config, film, picture, until_done
from sandbox.tests.serving import run_sandbox

URI = {"type": "video", "delivery": "uri"}
PICTURE = {"type": "image", "mime_type": "image/png", "data": b64(picture())}
FILM = {"type": "video", "mime_type": "video/mp4", "data": b64(film())}


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(config()) as running:
        yield running


@pytest.fixture(autouse=True)
def afresh(sandbox):
    sandbox.client.post("/__reset")


@pytest.fixture
def create(sandbox):
    """Create an interaction in the background; the raw answer comes back."""

    def create(prompt="кот", *media, headers=KEY, **body):
        task = body.pop("task", None)
        if task:
            body["generation_config"] = {"video_config": {"task": task}}
        content = [*media, {"type": "text", "text": prompt}]
        usual = {
            "model": OMNI,
            "background": True,
            "response_format": URI,
            "input": [{"type": "user_input", "content": content}],
        }
        asked = usual | body
        return sandbox.client.post("/gemini/v1/interactions", json=asked, headers=headers)

    return create


@pytest.fixture
def get(sandbox):
    def get(interaction_id):
        path = f"/gemini/v1/interactions/{interaction_id}?stream=false"
        return sandbox.client.get(path, headers=KEY)

    return get


@pytest.fixture
def ended(create, get):
    """The interaction of this prompt when it has ended."""

    def ended(*args, **body):
        made = create(*args, **body)
        assert made.status_code == 200, made.text
        interaction_id = made.json()["id"]
        return until_done(
            lambda: get(interaction_id).json(),
            lambda said: said.get("status") in ("completed", "failed", "cancelled"),
        )

    return ended


@pytest.fixture
def film_of(sandbox):
    """Pixel size, seconds and bytes of the film an interaction made."""

    def film_of(interaction):
        [made] = interaction["steps"][-1]["content"]
        file_id = re.search(r"files/(\w+)", made["uri"])[1]
        file = f"/gemini/v1/files/{file_id}"
        until_done(
            lambda: sandbox.client.get(file, headers=KEY).json(),
            lambda said: said["state"] == "ACTIVE",
        )
        content = sandbox.client.get(f"{file}:download?alt=media", headers=KEY).content
        return *probe_film(content), content

    return film_of


def asked(**options):
    return URI | options


def test_a_film_is_pending_twice_at_least_and_then_plays(create, get, film_of):
    made = create(response_format=asked(resolution="360p", duration="3s")).json()

    assert (made["object"], made["status"]) == ("interaction", "queued")
    seen = [get(made["id"]).json() for _ in range(3)]
    assert [said["status"] for said in seen[:2]] == ["queued", "in_progress"]
    assert seen[2]["status"] == "completed"
    assert [step["type"] for step in seen[2]["steps"]] == ["user_input", "thought", "model_output"]
    assert seen[2]["usage"]["total_output_tokens"] == 3 * 5792
    assert film_of(seen[2])[:2] == ((640, 360), 3.0)


@pytest.mark.parametrize(
    ("options", "size", "seconds"),
    [
        ({"aspect_ratio": "9:16", "duration": "3s"}, (720, 1280), 3.0),
        ({"resolution": "1080p", "duration": "4s"}, (1920, 1080), 4.0),
    ],
)
def test_options_are_seen_on_the_film(ended, film_of, options, size, seconds):
    assert film_of(ended(response_format=asked(**options)))[:2] == (size, seconds)


SMALL = asked(resolution="360p", duration="3s")


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
def test_every_input_makes_another_film(ended, film_of, prompt, media, task):
    plain = film_of(ended("кот", response_format=SMALL))
    made = film_of(ended(prompt, *media, task=task, response_format=SMALL))

    assert made[1] == plain[1] == 3.0
    assert made[2] != plain[2]


def test_a_film_follows_its_source_upright(ended, film_of):
    size, _, _ = film_of(ended("кот", FILM, task="edit", response_format=SMALL))

    assert size == (360, 640)


def test_an_own_film_is_continued_until_it_is_half_a_minute_long(create, ended):
    ten = asked(resolution="360p", duration="10s")
    one = ended(response_format=ten)
    two = ended(task="extend", previous_interaction_id=one["id"], response_format=ten)
    three = ended(task="extend", previous_interaction_id=two["id"], response_format=ten)
    too_long = create(task="extend", previous_interaction_id=three["id"], response_format=ten)

    assert three["status"] == "completed"
    assert three["previous_interaction_id"] == two["id"]
    assert too_long.status_code == 400
    assert "30 seconds" in too_long.json()["error"]["message"]


def test_without_background_the_answer_is_the_result(create):
    said = create(
        background=False, response_format={"type": "video", **SMALL, "delivery": "inline"}
    )

    [made] = said.json()["steps"][-1]["content"]
    assert made["mime_type"] == "video/mp4"
    assert made["data"]


def test_image_models_make_pictures(create):
    said = create(
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
def test_what_the_api_refuses_is_refused(create, prompt, media, body, says):
    said = create(prompt, *media, **body)

    assert said.status_code == 400
    assert said.json()["error"]["code"] == "invalid_request"
    assert says in said.json()["error"]["message"]


def test_an_uploaded_film_may_have_ten_seconds(create):
    long = FILM | {"data": b64(film(seconds=12))}

    assert create("кот", long, task="extend").status_code == 400


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("[[policy]]", 400, "invalid_request"),
        ("[[badparam]]", 400, 400),
        ("[[badkey]]", 400, 400),
        ("[[nocredit]]", 400, 400),
        ("[[429]]", 429, 429),
        ("[[500]]", 500, 500),
        ("[[503]]", 503, 503),
        ("[[gone]]", 404, 404),
    ],
)
def test_magic_words_refuse_the_submit(create, word, status, code):
    said = create(f"кот {word}")

    assert (said.status_code, said.json()["error"]["code"]) == (status, code)


def test_an_unknown_model_and_a_wrong_key_are_refused(create):
    assert create(model="gemini-omni-flash-preview").status_code == 404
    assert create(headers={"x-goog-api-key": "wrong"}).status_code == 400


@pytest.mark.parametrize(
    ("word", "status", "steps"),
    [("[[policy-end]]", "failed", 1), ("[[fail]]", "failed", 1), ("[[noimage]]", "completed", 1),
     ("[[unknown-finish]]", "completed", 3)],
)  # fmt: skip
def test_magic_words_spoil_the_end(ended, word, status, steps):
    said = ended(f"кот {word}")

    assert (said["status"], len(said["steps"])) == (status, steps)
    assert ("errors" in said) == (status == "failed")
    assert said.get("usage", {}).get("total_output_tokens", 0) == 0


def test_an_answer_lost_after_the_submit_leaves_the_job(sandbox, create):
    with pytest.raises(httpx.RemoteProtocolError):
        create("кот [[timeout-after-accept]]")

    calls = sandbox.client.get("/__calls?service=gemini").json()["calls"]
    assert [call["operation"] for call in calls] == ["POST interactions"]


def test_polls_may_break_or_speak_unknown_words(create, get):
    broken = create("кот [[500-poll]]").json()["id"]
    unknown = create("кот [[unknown-status]]").json()["id"]

    assert [get(broken).status_code for _ in range(4)] == [500, 500, 500, 200]
    assert get(unknown).json()["status"] == "pondering"


def test_a_job_that_never_ends_is_cancelled_once(sandbox, create, get):
    interaction_id = create("кот [[never]]").json()["id"]
    path = f"/gemini/v1/interactions/{interaction_id}/cancel"

    first, second = (sandbox.client.post(path, headers=KEY) for _ in range(2))

    assert first.json()["status"] == "cancelled"
    assert second.status_code == 400
    assert get(interaction_id).json()["status"] == "cancelled"


def test_a_deleted_interaction_is_gone(sandbox, create, get):
    interaction_id = create().json()["id"]

    assert sandbox.client.delete(
        f"/gemini/v1/interactions/{interaction_id}", headers=KEY
    ).is_success
    assert get(interaction_id).json()["error"]["code"] == "not_found"


def test_an_expired_film_is_a_file_that_may_not_exist(sandbox, ended):
    [made] = ended("кот [[expired]]", response_format=SMALL)["steps"][-1]["content"]
    file_id = re.search(r"files/(\w+)", made["uri"])[1]

    said = sandbox.client.get(f"/gemini/v1/files/{file_id}", headers=KEY)

    assert said.status_code == 403
    assert "may not exist" in said.json()["error"]["message"]


def hooked(inbox):
    return {"webhook_config": {"uris": [inbox.url], "user_metadata": {"job": "r-1"}}}


def test_a_callback_is_a_thin_event_that_a_published_key_signs(sandbox, ended, inbox):
    done = ended(response_format=SMALL, **hooked(inbox))
    [(headers, body)] = until_done(lambda: inbox.received, bool)

    event = json.loads(body)
    assert event["type"] == "interaction.completed"
    assert event["data"] == {"id": done["id"]}
    assert event["user_metadata"] == {"job": "r-1"}
    keys = jwt.PyJWKSet.from_dict(sandbox.client.get("/gemini/.well-known/jwks.json").json())
    token = headers["webhook-signature"]
    kid = jwt.get_unverified_header(token)["kid"]
    assert jwt.decode(token, keys[kid], algorithms=["RS256"])["data"] == event["data"]


def test_a_failed_job_says_why_in_its_callback(ended, inbox):
    ended("кот [[fail]]", **hooked(inbox))
    [(_, body)] = until_done(lambda: inbox.received, bool)

    event = json.loads(body)
    assert event["type"] == "interaction.failed"
    assert event["data"]["error_code"] == "internal"
