"""Facts: provider notes, sections 1.10 and 2.1."""

import base64

import httpx
import pytest

from sandbox.film.source import probe_film
from sandbox.tests.google_play import (
    BEARER,
    MODELS,
    VEO,
    b64,
    config,
    film,
    picture,
    until_done,
)
from sandbox.tests.serving import run_sandbox

LITE = "veo-3.1-lite-generate-001"
PICTURE = {"bytesBase64Encoded": b64(picture()), "mimeType": "image/png"}
FILM = {"bytesBase64Encoded": b64(film()), "mimeType": "video/mp4"}
REFERENCE = {"image": PICTURE, "referenceType": "asset"}


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(config()) as running:
        yield running


@pytest.fixture(autouse=True)
def afresh(sandbox):
    sandbox.client.post("/__reset")


@pytest.fixture
def submit(sandbox):
    def submit(prompt="кот", *, model=VEO, headers=BEARER, parameters=None, **instance):
        body = {
            "instances": [{"prompt": prompt, **instance}],
            "parameters": {"durationSeconds": 4, "aspectRatio": "16:9", **(parameters or {})},
        }
        path = f"/vertex/v1beta1/{MODELS}/{model}:predictLongRunning"
        return sandbox.client.post(path, json=body, headers=headers)

    return submit


@pytest.fixture
def poll(sandbox):
    def poll(name, model=VEO):
        path = f"/vertex/v1beta1/{MODELS}/{model}:fetchPredictOperation"
        body = {"operationName": name}
        return sandbox.client.post(path, json=body, headers=BEARER, timeout=60)

    return poll


@pytest.fixture
def ended(submit, poll):
    def ended(*args, **asked):
        made = submit(*args, **asked)
        assert made.status_code == 200, made.text
        name, model = made.json()["name"], asked.get("model", VEO)
        return until_done(lambda: poll(name, model).json(), lambda said: said.get("done"))

    return ended


def films_of(operation):
    assert operation["response"]["raiMediaFilteredCount"] == 0
    return [
        base64.b64decode(video["bytesBase64Encoded"]) for video in operation["response"]["videos"]
    ]


def shape_of(operation):
    [made] = films_of(operation)
    return probe_film(made)


def test_a_film_is_pending_twice_at_least_and_then_comes_inside(submit, poll):
    name = submit().json()["name"]

    assert name.startswith(f"{MODELS}/{VEO}/operations/")
    assert [poll(name).json() for _ in range(2)] == [{"name": name}] * 2
    done = poll(name).json()
    assert done["done"] is True
    assert shape_of(done) == ((1280, 720), 4.0)


@pytest.mark.parametrize(
    ("parameters", "size", "seconds"),
    [
        ({"aspectRatio": "9:16", "durationSeconds": 6}, (720, 1280), 6.0),
        ({"resolution": "1080p", "durationSeconds": 8}, (1920, 1080), 8.0),
        ({"resolution": "4k", "durationSeconds": 8}, (3840, 2160), 8.0),
    ],
)
def test_options_are_seen_on_the_film(ended, parameters, size, seconds):
    assert shape_of(ended(parameters=parameters)) == (size, seconds)


@pytest.mark.parametrize(
    "parameters", [{"seed": 5}, {"negativePrompt": "rain"}, {"generateAudio": False}]
)
def test_other_options_make_another_film(ended, parameters):
    assert films_of(ended(parameters=parameters)) != films_of(ended())


def test_a_seed_repeats_the_film_and_samples_differ(ended):
    one, two = films_of(ended(parameters={"seed": 5, "sampleCount": 2}))
    again = films_of(ended(parameters={"seed": 5, "sampleCount": 2}))

    assert one != two
    assert again == [one, two]


@pytest.mark.parametrize(
    "instance",
    [
        {"image": PICTURE},
        {"image": PICTURE, "lastFrame": PICTURE},
        {"referenceImages": [REFERENCE, REFERENCE | {"referenceType": "ASSET"}]},
    ],
)
def test_every_input_makes_another_film(ended, instance):
    full = {"durationSeconds": 8}

    assert films_of(ended(parameters=full, **instance)) != films_of(ended(parameters=full))


def test_a_film_is_continued_by_seven_seconds_upright_as_it_was(ended):
    made = ended(video=FILM, parameters={"durationSeconds": 7, "aspectRatio": "9:16"})

    assert shape_of(made) == ((720, 1280), 7.0)


def test_snake_case_and_unknown_parameters_are_accepted(submit):
    assert submit(parameters={"sample_count": 1, "aFieldOfNextYear": 1}).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "instance", "says"),
    [
        ({"durationSeconds": 5}, {}, "durationSeconds"),
        ({"durationSeconds": "4"}, {}, "durationSeconds"),
        ({"resolution": "1080p"}, {}, "durationSeconds 8"),
        ({}, {"image": PICTURE, "lastFrame": PICTURE}, "durationSeconds 8"),
        ({}, {"referenceImages": [REFERENCE]}, "durationSeconds 8"),
        ({"resolution": "480p"}, {}, "resolution"),
        ({"aspectRatio": "1:1"}, {}, "aspectRatio"),
        ({"sampleCount": 5}, {}, "sampleCount"),
        ({"seed": -1}, {}, "seed"),
        ({"generateAudio": "yes"}, {}, "generateAudio"),
        ({"personGeneration": "everybody"}, {}, "personGeneration"),
        ({}, {"lastFrame": PICTURE}, "lastFrame"),
        ({}, {"image": PICTURE | {"mimeType": "image/gif"}}, "MIME"),
        ({}, {"image": PICTURE | {"bytesBase64Encoded": b64(b"none")}}, "Cannot read image"),
        ({}, {"image": PICTURE, "video": FILM}, "exclude"),
        ({}, {"video": FILM | {"bytesBase64Encoded": b64(film(seconds=0.5))}}, "1 to 30"),
        ({"durationSeconds": 8}, {"referenceImages": [REFERENCE] * 4}, "3 reference"),
        ({"durationSeconds": 8}, {"referenceImages": [{"image": PICTURE}]}, "asset"),
    ],
)
def test_what_the_api_refuses_is_refused(submit, parameters, instance, says):
    said = submit(parameters=parameters, **instance)

    error = said.json()["error"]
    assert (said.status_code, error["status"]) == (400, "INVALID_ARGUMENT")
    assert says in error["message"]


def test_an_empty_prompt_needs_a_picture(submit):
    assert submit("").status_code == 400
    assert submit("", image=PICTURE).status_code == 200


def test_the_lite_model_takes_no_references_and_makes_no_4k(submit):
    full = {"durationSeconds": 8}

    assert submit(model=LITE, parameters=full, referenceImages=[REFERENCE]).status_code == 400
    assert submit(model=LITE, parameters=full | {"resolution": "4k"}).status_code == 400
    assert submit(model=LITE, parameters=full | {"resolution": "1080p"}).status_code == 200


@pytest.mark.parametrize(
    ("word", "status", "name"),
    [
        ("[[policy]]", 400, "INVALID_ARGUMENT"),
        ("[[badparam]]", 400, "INVALID_ARGUMENT"),
        ("[[badkey]]", 401, "UNAUTHENTICATED"),
        ("[[nocredit]]", 403, "PERMISSION_DENIED"),
        ("[[429]]", 429, "RESOURCE_EXHAUSTED"),
        ("[[500]]", 500, "INTERNAL"),
        ("[[503]]", 503, "UNAVAILABLE"),
        ("[[gone]]", 404, "NOT_FOUND"),
    ],
)
def test_magic_words_refuse_the_submit(submit, word, status, name):
    said = submit(f"кот {word}")

    assert (said.status_code, said.json()["error"]["status"]) == (status, name)


def test_magic_words_spoil_the_end(ended):
    filtered = ended("кот [[policy-end]]")["response"]

    assert filtered["raiMediaFilteredCount"] == 1
    assert "58061214" in filtered["raiMediaFilteredReasons"][0]
    assert "videos" not in filtered
    assert ended("кот [[fail]]")["error"]["code"] == 13
    assert ended("кот [[noimage]]")["response"]["videos"] == []
    assert ended("кот [[unknown-finish]]")["error"]["code"] == 99


def test_polls_may_break_or_speak_unknown_words(submit, poll):
    broken = submit("кот [[500-poll]]").json()["name"]
    unknown = submit("кот [[unknown-status]]").json()["name"]

    assert [poll(broken).status_code for _ in range(4)] == [500, 500, 500, 200]
    assert poll(unknown).json()["metadata"]["genericMetadata"]["state"] == "PONDERING"


def test_an_operation_that_vanished_or_never_was_is_not_found(submit, poll):
    name = submit("кот [[expired]]").json()["name"]

    assert [poll(name).status_code for _ in range(3)] == [200, 200, 404]
    assert poll(f"{MODELS}/{VEO}/operations/1").status_code == 404
    assert poll(submit().json()["name"], model=LITE).status_code == 404


def test_an_answer_lost_after_the_submit_leaves_one_call(sandbox, submit):
    with pytest.raises(httpx.RemoteProtocolError):
        submit("кот [[timeout-after-accept]]")

    [call] = sandbox.client.get("/__calls?service=vertex").json()["calls"]
    assert call["operation"].endswith(":predictLongRunning")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_a_call_without_a_good_token_is_refused(submit, headers):
    assert submit(headers=headers).status_code == 401


def test_gemini_answers_on_vertex_too(sandbox):
    path = f"/vertex/v1beta1/{MODELS}/gemini-nano-banana-2.1:generateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": "кот"}]}]}

    assert sandbox.client.post(path, json=body, headers=BEARER).json()["candidates"]
    assert sandbox.client.post(path, json=body).status_code == 401
