"""The Replicate stand-in over HTTP (facts: provider notes, section 7.2)."""

import pytest

from sandbox.tests.fal_play import data_uri
from sandbox.tests.replicate_play import FLUX, HEADERS, IMAGEN, Replicate


@pytest.fixture
def replicate(sandbox):
    return Replicate(sandbox.client)


def test_a_prediction_starts_runs_and_succeeds(replicate):
    made = replicate.begin(seed=7)

    seen = [replicate.poll(made).json() for _ in range(3)]

    assert made["status"] == "starting"
    assert made["input"] == {"prompt": "кот", "seed": 7}
    assert [each["status"] for each in seen] == ["starting", "processing", "succeeded"]
    assert seen[1]["output"] is None
    assert seen[2]["output"].endswith(".jpg")
    assert seen[2]["metrics"]["predict_time"] >= 0


@pytest.mark.parametrize(
    ("model", "options", "size", "kind"),
    [
        (FLUX, {"aspect_ratio": "16:9", "output_format": "png"}, (2736, 1536), "PNG"),
        (FLUX, {"aspect_ratio": "1:1", "output_format": "jpg"}, (2048, 2048), "JPEG"),
        (IMAGEN, {"aspect_ratio": "9:16", "output_format": "png"}, (768, 1360), "PNG"),
    ],
)
def test_the_picture_has_the_asked_shape_and_format(replicate, model, options, size, kind):
    image = replicate.picture(model=model, **options)

    assert (image.size, image.format) == (size, kind)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (FLUX, {"seed": 7}),
        (FLUX, {"safety_tolerance": 6}),
        (FLUX, {"image_prompt": data_uri()}),
        (IMAGEN, {"negative_prompt": "dogs"}),
    ],
)
def test_every_option_is_seen_in_the_picture(replicate, model, options):
    usual = replicate.picture(model=model)

    other = replicate.picture(model=model, **options)

    assert usual.tobytes() != other.tobytes()


def test_a_model_is_reached_by_its_name_as_a_version_too(replicate):
    body = {"version": IMAGEN, "input": {"prompt": "кот"}}
    response = replicate.client.post("/replicate/v1/predictions", json=body, headers=HEADERS)

    assert response.status_code == 201
    assert response.json()["model"] == IMAGEN


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ({"prompt": None}, "- input.prompt is required\n"),
        ({"aspect_ratio": "7:5"}, "- input.aspect_ratio: Input should be one of"),
        ({"seed": "x"}, "- input.seed: Input should be a valid integer"),
        ({"image_prompt": "no base64"}, "- input.image_prompt: neither an address nor base64"),
    ],
)
def test_a_bad_input_is_refused(replicate, given, detail):
    response = replicate.submit(**{"prompt": "кот"} | given)

    assert response.status_code == 422
    body = response.json()
    assert (body["title"], body["status"]) == ("Input validation failed", 422)
    assert body["detail"].startswith(detail)


@pytest.mark.parametrize(
    "more",
    [{"webhook": "ftp://x"}, {"webhook_events_filter": ["end"]}, {"input": "words"}],
)
def test_a_bad_request_is_refused(replicate, more):
    assert replicate.submit(more=more).status_code == 422


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("badkey", 401),
        ("nocredit", 402),
        ("gone", 404),
        ("badparam", 422),
        ("429", 429),
        ("429-day", 429),
        ("500", 500),
        ("503", 503),
    ],
)
def test_a_word_refuses_the_submit(replicate, word, status):
    response = replicate.submit(f"[[{word}]] кот")

    assert response.status_code == status
    assert response.json()["status"] == status


@pytest.mark.parametrize(
    ("word", "said"), [("policy", "E005"), ("policy-end", "NSFW"), ("fail", "unexpected error")]
)
def test_a_prediction_fails_with_words_only(replicate, word, said):
    prediction = replicate.finish(f"[[{word}]] кот")

    assert prediction["status"] == "failed"
    assert said in prediction["error"]
    assert prediction["output"] is None


def test_a_prediction_may_succeed_with_nothing(replicate):
    prediction = replicate.finish("[[noimage]] кот")

    assert (prediction["status"], prediction["output"]) == ("succeeded", None)


def test_a_poll_may_break_and_a_status_may_be_unheard_of(replicate):
    broken = replicate.begin("[[500-poll]] [[fast]] кот")
    unheard = replicate.begin("[[unknown-status]] [[fast]] кот")

    assert [replicate.poll(broken).status_code for _ in range(4)] == [500, 500, 500, 200]
    assert [replicate.poll(unheard).json()["status"] for _ in range(2)] == [
        "pondering",
        "succeeded",
    ]


def test_a_running_prediction_is_cancelled_and_a_finished_one_is_not(replicate):
    running, finished = replicate.begin("[[never]] кот"), replicate.begin("[[fast]] кот")
    replicate.poll(finished)

    assert replicate.cancel(running)["status"] == "canceled"
    assert replicate.poll(running).json()["status"] == "canceled"
    assert replicate.cancel(finished)["status"] == "succeeded"


def test_the_newest_predictions_are_listed_first_by_the_hundred(replicate):
    made = [replicate.begin()["id"] for _ in range(102)]

    first = replicate.list()
    second = replicate.client.get(first["next"], headers=HEADERS).json()

    assert [each["id"] for each in first["results"]] == made[:1:-1]
    assert [each["id"] for each in second["results"]] == [made[1], made[0]]
    assert (first["previous"], second["next"]) == (None, None)


def test_a_stranger_and_what_does_not_exist(replicate):
    stranger = replicate.submit(headers={"Authorization": "Bearer wrong"})
    nothing = replicate.client.get("/replicate/v1/predictions/nothing", headers=HEADERS)

    assert stranger.status_code == 401
    assert replicate.submit(model="nobody/nothing").status_code == 404
    assert nothing.status_code == 404
