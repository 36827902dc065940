"""The Runway stand-in: what it takes and what comes of it."""

import pytest

from sandbox.film import FilmOrder, draw_film
from sandbox.film.source import read_pictures
from sandbox.tests.gemini_play import picture
from sandbox.tests.runway_play import HEADERS, data_uri, issue_of


def source_film(**changes):
    usual = {"prompt": "", "model": "Toy", "width": 640, "height": 360, "seconds": 3}
    return data_uri(draw_film(FilmOrder(**usual | changes)), "video/mp4")


def test_a_submit_answers_an_id_and_the_price_beforehand(runway):
    answer = runway.submit(duration=5).json()

    assert len(answer["id"]) == 36
    assert answer["estimatedCost"] == {"credits": 25}


def test_a_task_goes_from_pending_over_running_to_a_film(runway):
    task_id = runway.begin()

    seen = [runway.poll(task_id) for _ in range(3)]

    assert [task["status"] for task in seen] == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert {task["id"] for task in seen} == {task_id}
    assert all(task["createdAt"].endswith("Z") for task in seen)
    assert seen[0]["estimatedCost"] == {"credits": 10}
    assert 0 < seen[1]["progress"] < 1
    assert seen[2]["cost"] == {"credits": 10}
    response = runway.client.get(seen[2]["output"][0])
    assert response.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    ("ratio", "size"),
    [("1280:720", (1280, 720)), ("832:1104", (832, 1104)), ("960:960", (960,) * 2)],
)
def test_a_film_has_the_asked_shape_and_length(runway, ratio, size):
    assert runway.film(model="gen4.5", ratio=ratio, duration=4) == (size, 4)


def test_a_film_from_words_alone(runway):
    film = runway.film(
        endpoint="text_to_video", model="gen4.5", ratio="720:1280", duration=3, promptImage=None
    )

    assert film == ((720, 1280), 3)


@pytest.mark.parametrize(
    ("changes", "film"),
    [
        ({"model": "veo3.1", "ratio": "1080:1920", "duration": 4}, ((1080, 1920), 4)),
        ({"model": "kling2.5_turbo_pro", "duration": 5, "ratio": None}, ((1280, 720), 5)),
        ({"model": "happyhorse_1_0", "resolution": "1080p", "duration": 3}, ((1920, 1080), 3)),
        ({"model": "wan3", "ratio": "auto_480p", "duration": 2}, ((854, 480), 2)),
        (
            {"model": "hailuo3", "ratio": "1:1", "resolution": "768p", "duration": 4},
            ((768,) * 2, 4),
        ),
        ({"model": "seedance2_mini", "ratio": "864:496", "duration": "auto"}, ((864, 496), 5)),
    ],
)
def test_models_of_others_are_reached_with_the_same_key(runway, changes, film):
    assert runway.film(**changes) == film


def colors(content):
    shown = list(read_pictures(content, fps=8))
    return [shown[place].getpixel((5, shown[place].height // 2)) for place in (0, -1)]


def test_the_first_and_last_pictures_are_the_ends_of_the_film(runway):
    frames = [
        {"uri": data_uri(picture("red", (160, 90))), "position": "first"},
        {"uri": data_uri(picture("blue", (160, 90))), "position": "last"},
    ]

    first, last = colors(
        runway.result("", model="kling3.0_standard", promptImage=frames, duration=3)
    )

    assert first[0] > 200 > 60 > first[2]
    assert last[2] > 200 > 60 > last[0]


def test_sound_is_an_option_of_some_models(runway):
    silent, loud = (
        runway.result(model="veo3.1_fast", duration=4, audio=audio) for audio in (False, True)
    )

    assert b"mp4a" in loud
    assert b"mp4a" not in silent


@pytest.mark.parametrize("change", [{"seed": 7}, {"promptText": "собака"}, {"ratio": "960:960"}])
def test_every_option_changes_the_film(runway, change):
    prompt = change.pop("promptText", "кот")

    assert runway.result() == runway.result()
    assert runway.result(prompt, **change) != runway.result()


def test_a_film_is_recoloured_and_keeps_size_and_length(runway):
    film = runway.film(endpoint="video_to_video", model="aleph2", videoUri=source_film())

    assert film == ((640, 360), 3)


def test_a_film_is_edited_to_another_shape_with_keyframes(runway):
    film = runway.film(
        endpoint="video_to_video",
        model="aleph2",
        videoUri=source_film(),
        targetAspectRatio="1:1",
        keyframes=[{"uri": data_uri(), "seconds": 1}],
    )

    assert film == ((720, 720), 3)


def test_a_film_is_continued(runway):
    source = source_film(last_frame=picture("blue", (160, 90)))

    first, _ = colors(
        runway.result(
            endpoint="video_to_video",
            model="gemini_omni_flash_1.1",
            videoUri=source,
            mode="extend",
            ratio="640:360",
            duration=3,
        )
    )

    assert first[2] > 200 > 60 > first[0]


def test_a_picture_is_made_with_references(runway):
    size = runway.still_size(
        model="gen4_image",
        ratio="1168:880",
        referenceImages=[{"uri": data_uri(), "tag": "cat"}, {"uri": data_uri(), "tag": "dog"}],
    )

    assert size == (1168, 880)


def test_an_upload_is_used_by_its_runway_address(runway):
    asked = {"filename": "a.png", "type": "ephemeral"}
    place = runway.client.post("/runway/v1/uploads", json=asked, headers=HEADERS).json()
    stored = runway.client.post(
        place["uploadUrl"], data=place["fields"], files={"file": picture("red", (160, 90))}
    )

    assert stored.status_code == 204
    first, _ = colors(runway.result("", promptImage=place["runwayUri"]))
    assert first[0] > 200 > 60 > first[2]


def test_an_upload_without_its_fields_is_refused(runway):
    answer = runway.client.post("/runway/bucket", files={"file": picture()})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"model": "gen3"}, "model"),
        ({"model": "aleph2"}, "model"),
        ({"ratio": "1920:1080"}, "ratio"),
        ({"ratio": None}, "ratio"),
        ({"duration": 11}, "duration"),
        ({"duration": "5"}, "duration"),
        ({"model": "gen4.5", "duration": None}, "duration"),
        ({"model": "veo3.1", "duration": 5}, "duration"),
        ({"promptText": "я" * 1001}, "promptText"),
        ({"promptText": "😀" * 501}, "promptText"),
        ({"model": "gen4.5", "promptText": ""}, "promptText"),
        ({"promptImage": None}, "promptImage"),
        ({"promptImage": "ftp://x"}, "promptImage"),
        ({"promptImage": "data:image/png;base64," + "A" * 5_300_000}, "promptImage"),
        ({"promptImage": [{"uri": data_uri(), "position": "last"}]}, "promptImage"),
        ({"seed": -1}, "seed"),
        ({"promptText": "[[badparam]]"}, "promptText"),
    ],
)
def test_a_bad_parameter_is_named(runway, changes, field):
    prompt = changes.pop("promptText", "кот")

    assert issue_of(runway.submit(prompt, **changes))["path"] == [field]


def test_the_longest_prompt_is_taken(runway):
    assert runway.submit("😀" * 500).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        data_uri(b"no picture"),
        data_uri(picture(size=(300, 100))),
        "http://127.0.0.1:1/cat.png",
        "runway://nothing",
        source_film(),
    ],
)
def test_an_input_that_cannot_be_used_fails_the_task(runway, given):
    task = runway.poll(runway.begin(promptImage=given))

    assert (task["status"], task["failureCode"]) == ("FAILED", "ASSET.INVALID")
    assert task["cost"] == {"credits": 0}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (HEADERS | {"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": HEADERS["Authorization"]}, 400),
        (HEADERS | {"X-Runway-Version": "2024-01-01"}, 400),
    ],
)
def test_the_key_and_the_version_are_demanded(runway, headers, status):
    assert runway.submit(headers=headers).status_code == status
