"""The older routes of the Kling stand-in."""

import pytest

from sandbox.tests.kling_play import BARE_PICTURE, QUICK, Kling, data_of, refusal_of, watched
from sandbox.tests.serving import run_sandbox


@pytest.fixture
def kling():
    with run_sandbox(QUICK) as running:
        yield Kling(running.client)


def film_of(kling, path, response):
    task = data_of(kling.get(f"/v1/videos/{path}/{data_of(response)['task_id']}"))
    assert task["task_status"] == "succeed"
    return watched(kling.client.get(task["task_result"]["videos"][0]["url"]).content)


def test_a_task_runs_from_submitted_to_a_film(kling):
    made = data_of(kling.from_words_legacy("кот", external_task_id="U-1"))

    path = f"/v1/videos/text2video/{made['task_id']}"
    seen = [data_of(kling.get(path)) for _ in range(4)]

    assert (made["task_status"], made["task_info"]) == ("submitted", {"external_task_id": "U-1"})
    assert [task["task_status"] for task in seen[:2]] == ["submitted", "processing"]
    assert seen[-1]["task_status"] == "succeed"
    assert seen[-1]["final_unit_deduction"] == "2.5"
    [video] = seen[-1]["task_result"]["videos"]
    assert video["duration"] == "5.1"
    film = kling.client.get(video["url"]).content
    assert watched(film) == ((1920, 1080), 5, False)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"mode": "std", "aspect_ratio": "9:16"}, ((720, 1280), 5, False)),
        ({"mode": "pro", "sound": "on", "aspect_ratio": "1:1"}, ((1440, 1440), 5, True)),
        ({"model_name": "kling-v2-1-master", "mode": "std"}, ((1920, 1080), 5, False)),
    ],
)
def test_every_option_is_seen_on_the_film(kling, changes, seen):
    assert film_of(kling, "text2video", kling.from_words_legacy(**changes)) == seen


def test_a_negative_prompt_makes_another_film(kling):
    plain, without = (
        kling.from_words_legacy(model_name="kling-v2-1-master", negative_prompt=words)
        for words in ("", "blur")
    )

    films = []
    for response in (plain, without):
        path = f"/v1/videos/text2video/{data_of(response)['task_id']}"
        [video] = data_of(kling.get(path))["task_result"]["videos"]
        films.append(kling.client.get(video["url"]).content)
    assert films[0] != films[1]


def test_a_picture_gives_the_film_its_shape(kling):
    response = kling.from_image_legacy(image_tail=BARE_PICTURE)

    (width, height), seconds, _ = film_of(kling, "image2video", response)

    assert (width / height, seconds) == (pytest.approx(4 / 3, abs=0.01), 5)


@pytest.mark.parametrize(
    "changes",
    [
        {"duration": 5},
        {"duration": "7"},
        {"mode": "ultra"},
        {"mode": "std", "sound": "on"},
        {"model_name": "kling-v2-5-turbo", "sound": "on"},
        {"aspect_ratio": "4:3"},
        {"cfg_scale": 2},
        {"prompt": ""},
        {"prompt": "к" * 2501},
        {"camera_control": {"type": "simple", "config": {"zoom": 5, "pan": 1}}},
        {"camera_control": {"type": "simple", "config": {"zoom": 11}}},
        {"camera_control": {"type": "somersault"}},
    ],
)
def test_what_cannot_be_is_refused(kling, changes):
    assert refusal_of(kling.from_words_legacy(**changes)) == (400, 1201)


@pytest.mark.parametrize(
    "changes",
    [
        {"image": ""},
        {"image": f"data:image/png;base64,{BARE_PICTURE}"},
        {"image_tail": BARE_PICTURE, "mode": "std"},
        {"image_tail": BARE_PICTURE, "model_name": "kling-v2-1-master"},
        {"image_tail": BARE_PICTURE, "camera_control": {"type": "down_back"}},
    ],
)
def test_pictures_that_cannot_be_are_refused(kling, changes):
    assert refusal_of(kling.from_image_legacy(**changes)) == (400, 1201)


def test_one_move_of_the_camera_is_fine(kling):
    camera = {"type": "simple", "config": {"zoom": -5, "pan": 0}}

    data_of(kling.from_words_legacy(camera_control=camera))


@pytest.mark.parametrize("model", ["kling-v1", "kling-v2-1", "kling-2.6"])
def test_models_that_are_not_there_are_404(kling, model):
    assert refusal_of(kling.from_words_legacy(model_name=model)) == (404, 1203)


def test_a_task_is_found_on_its_own_route_only_by_either_id(kling):
    made = data_of(kling.from_words_legacy(external_task_id="U-3"))

    found = data_of(kling.get("/v1/videos/text2video/U-3"))

    assert found["task_id"] == made["task_id"]
    assert refusal_of(kling.get("/v1/videos/image2video/U-3")) == (404, 1203)
    assert refusal_of(kling.get("/v1/videos/text2video/U-4")) == (404, 1203)


def test_both_generations_share_one_book(kling):
    made = data_of(kling.from_words_legacy(external_task_id="U-5"))

    [task] = data_of(kling.get("/tasks", external_task_ids="U-5"))

    assert (task["id"], task["status"]) == (made["task_id"], "succeeded")


def test_the_tasks_of_a_route_are_listed_by_pages(kling):
    ids = [data_of(kling.from_words_legacy(f"[[fast]] {n}"))["task_id"] for n in range(3)]
    data_of(kling.from_image_legacy())

    pages = [
        data_of(kling.get("/v1/videos/text2video", pageNum=number, pageSize=2)) for number in (1, 2)
    ]

    assert [[task["task_id"] for task in page] for page in pages] == [ids[:0:-1], ids[:1]]
