"""The fal stand-in over HTTP (facts: provider notes, section 7.1)."""

import pytest

from sandbox.config import Config
from sandbox.tests.fal_play import BANANA, FLUX, HEADERS, KLING, Fal, data_uri, detail_of
from sandbox.tests.gemini_play import picture
from sandbox.tests.serving import FAST, run_sandbox


@pytest.fixture
def fal(sandbox):
    return Fal(sandbox.client)


def test_a_job_waits_runs_and_is_completed(fal):
    job = fal.begin()

    seen = [fal.status(job) for _ in range(3)]

    assert [(each.status_code, each.json()["status"]) for each in seen] == [
        (202, "IN_QUEUE"),
        (202, "IN_PROGRESS"),
        (200, "COMPLETED"),
    ]
    assert seen[0].json()["queue_position"] == 0
    assert fal.answer(job).json()["images"][0]["content_type"] == "image/png"


def test_the_addresses_hold_owner_and_app_only(fal, sandbox):
    job = fal.begin(model=f"{KLING}/text-to-video")

    root = f"{sandbox.base_url}/fal/fal-ai/kling-video/requests/{job['request_id']}"
    assert job["response_url"] == root
    assert job["status_url"] == f"{root}/status"
    assert job["cancel_url"] == f"{root}/cancel"


def test_an_unfinished_job_has_no_result(fal):
    assert fal.answer(fal.begin()).status_code == 400


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({"aspect_ratio": "1:1"}, (1024, 1024)),
        ({"aspect_ratio": "16:9"}, (1360, 768)),
        ({"aspect_ratio": "9:16", "resolution": "2K"}, (1536, 2720)),
    ],
)
def test_the_picture_has_the_asked_shape(fal, options, size):
    [image] = fal.pictures(**options)

    assert image.size == size


def test_each_of_several_pictures_is_another(fal):
    images = fal.pictures(num_images=3)

    assert len({image.tobytes() for image in images}) == 3


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (FLUX, {"seed": 7}),
        (FLUX, {"raw": True}),
        ("openai/gpt-image-2", {"quality": "low"}),
        ("openai/gpt-image-2", {"background": "transparent"}),
        ("fal-ai/imagen4/preview", {"negative_prompt": "dogs"}),
        (f"{BANANA}/edit", {"image_urls": [data_uri(picture("blue"))]}),
    ],
)
def test_every_option_is_seen_in_the_picture(fal, model, options):
    needed = {"image_urls": [data_uri()]} if model.endswith("edit") else {}
    [usual] = fal.pictures(model=model, **needed)

    [other] = fal.pictures(model=model, **(needed | options))

    assert usual.tobytes() != other.tobytes()


def test_the_format_of_the_file_is_the_asked_one(fal):
    [image] = fal.pictures(output_format="jpeg")

    assert image.format == "JPEG"


def test_a_film_has_the_asked_length_and_shape(fal):
    film = fal.film(model=f"{KLING}/text-to-video", duration="3", aspect_ratio="9:16")

    assert film == ((1080, 1920), pytest.approx(3, abs=0.2))


def test_a_film_of_frames_takes_its_shape_from_them(fal):
    frame = data_uri(picture(size=(120, 90)))

    film = fal.film(
        model=f"{KLING}/image-to-video",
        duration="3",
        start_image_url=frame,
        end_image_url=frame,
        generate_audio=False,
    )

    assert film == ((1440, 1080), pytest.approx(3, abs=0.2))


@pytest.mark.parametrize(
    ("given", "field", "kind"),
    [
        ({"prompt": ""}, "prompt", "string_too_short"),
        ({"aspect_ratio": "7:5"}, "aspect_ratio", "literal_error"),
        ({"num_images": 5}, "num_images", "less_than_equal"),
        ({"num_images": 0}, "num_images", "greater_than_equal"),
        ({"num_images": "2"}, "num_images", "int_type"),
        ({"model": f"{BANANA}/edit"}, "image_urls", "missing"),
        ({"model": f"{BANANA}/edit", "image_urls": []}, "image_urls", "too_short"),
        ({"model": f"{BANANA}/edit", "image_urls": ["x"] * 15}, "image_urls", "too_long"),
        ({"model": f"{BANANA}/edit", "image_urls": "x"}, "image_urls", "list_type"),
        ({"model": FLUX, "raw": "yes"}, "raw", "bool_type"),
        (
            {"model": f"{BANANA}/edit", "image_urls": ["data:text/plain;base64,aGk="]},
            "image_urls",
            "file_download_error",
        ),
    ],
)
def test_what_is_wrong_with_an_input_is_the_answer_of_the_model(fal, given, field, kind):
    prompt = given.pop("prompt", "[[fast]] кот")
    job = fal.begin(prompt, **given)
    for _ in range(3):
        status = fal.status(job).json()

    response = fal.answer(job)

    assert status["status"] == "COMPLETED"
    assert status["error"]
    assert response.status_code == 422
    assert detail_of(response)["loc"] == ["body", field]
    assert detail_of(response)["type"] == kind


@pytest.mark.parametrize(
    ("word", "status", "kind"),
    [
        ("policy", 422, "content_policy_violation"),
        ("policy-end", 422, "content_policy_violation"),
        ("noimage", 422, "no_media_generated"),
        ("badparam", 422, "value_error"),
        ("fail", 500, "internal_server_error"),
    ],
)
def test_a_model_fails_in_its_own_words(fal, word, status, kind):
    response = fal.finish(f"[[{word}]] кот")

    assert response.status_code == status
    assert detail_of(response)["type"] == kind
    assert response.headers["X-Fal-Retryable"] == ("true" if status == 500 else "false")


def test_flux_blackens_what_is_indecent(fal):
    response = fal.finish("[[policy-end]] кот", model=FLUX)

    body = response.json()
    assert body["has_nsfw_concepts"] == [True]
    black = fal.picture(body["images"][0]["url"])
    assert black.getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("badkey", 401),
        ("nocredit", 403),
        ("gone", 404),
        ("429", 429),
        ("429-always", 429),
        ("500", 500),
        ("503", 503),
    ],
)
def test_a_word_refuses_the_submit(fal, word, status):
    response = fal.submit(f"[[{word}]] кот")

    assert response.status_code == status
    assert isinstance(response.json()["detail"], str)


def test_a_stranger_an_unknown_model_and_a_broken_body_are_refused(fal):
    assert fal.submit(headers={"Authorization": "Key wrong"}).status_code == 401
    assert fal.submit(headers={"Authorization": f"Bearer {FAST.fal_api_key}"}).status_code == 401
    assert fal.submit(model="fal-ai/nothing").status_code == 404
    broken = fal.client.post(f"/fal/{BANANA}", content=b"{", headers=HEADERS)
    assert broken.status_code == 400


def test_a_job_is_not_found_under_another_app(fal):
    job = fal.begin()
    other = job["status_url"].replace(BANANA, "openai/gpt-image-2")

    assert fal.client.get(other, headers=HEADERS).status_code == 404
    assert fal.client.get(f"{job['response_url']}0", headers=HEADERS).status_code == 404


def test_a_poll_may_break_and_a_status_may_be_unheard_of(fal):
    broken = fal.begin("[[500-poll]] [[fast]] кот")
    unheard = fal.begin("[[unknown-status]] [[fast]] кот")

    assert [fal.status(broken).status_code for _ in range(4)] == [500, 500, 500, 200]
    assert [fal.status(unheard).json()["status"] for _ in range(2)] == ["IN_LIMBO", "COMPLETED"]


def test_a_waiting_job_is_cancelled_and_a_completed_one_is_not(fal):
    job, done = fal.begin("[[never]] кот"), fal.begin("[[fast]] кот")
    fal.status(done)

    cancelled, refused = fal.cancel(job), fal.cancel(done)

    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "CANCELLATION_REQUESTED")
    assert (refused.status_code, refused.json()["status"]) == (400, "ALREADY_COMPLETED")
    assert fal.status(job).json()["error_type"] == "request_cancelled"
    assert fal.answer(job).status_code == 499


def test_what_is_over_the_limit_waits_in_the_queue():
    with run_sandbox(Config(fal_slots=1, image_job_s=60.0)) as sandbox:
        fal = Fal(sandbox.client)
        jobs = [fal.begin() for _ in range(3)]

        positions = [fal.status(job).json()["queue_position"] for job in jobs]

    assert positions == [0, 0, 1]


def test_the_answer_may_be_lost_and_the_job_lives(fal, sandbox):
    with pytest.raises(Exception, match="disconnected"):
        fal.submit("[[timeout-after-accept]] [[fast]] кот")

    [call] = sandbox.client.get("/__calls", params={"service": "fal"}).json()["calls"]
    assert call["operation"] == "POST /{model}"


def test_an_expired_result_is_gone(fal):
    response = fal.finish("[[expired]] кот")

    assert fal.client.get(response.json()["images"][0]["url"]).status_code == 403
