"""The Kling stand-in: what it makes of a wish, and what it refuses to make."""

import base64

import pytest
from aiohttp import web

from sandbox.tests.gemini_play import picture
from sandbox.tests.kling_play import (
    BARE_PICTURE,
    QUICK,
    Kling,
    data_of,
    refusal_of,
    source_film,
    still_of,
    watched,
)
from sandbox.tests.serving import run_sandbox, serve

FRAME = {"type": "first_frame", "url": BARE_PICTURE}


@pytest.fixture
def kling():
    with run_sandbox(QUICK) as running:
        yield Kling(running.client)


@pytest.fixture
def film_url(kling):
    """A film of ten seconds that Kling can fetch."""
    task_id = data_of(kling.from_words(settings={"duration": 10}))["id"]
    return kling.task(task_id)["outputs"][0]["url"]


def test_a_task_runs_from_submitted_to_a_film(kling):
    made = data_of(kling.from_words("кот", external_task_id="U-1"))

    seen = [kling.task(made["id"]) for _ in range(4)]

    assert (made["status"], made["external_id"]) == ("submitted", "U-1")
    assert [task["status"] for task in seen[:2]] == ["submitted", "processing"]
    assert seen[-1]["status"] == "succeeded"
    [output] = seen[-1]["outputs"]
    assert (output["type"], output["duration"]) == ("video", "5")
    assert seen[-1]["billing"][0]["amount"] == "3.0"
    film = kling.client.get(output["url"])
    assert film.headers["Content-Type"] == "video/mp4"
    assert watched(film.content) == ((1280, 720), 5, False)


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"resolution": "1080p", "duration": 3, "audio": "native"}, ((1920, 1080), 3, True)),
        ({"resolution": "720p", "duration": 4, "aspect_ratio": "9:16"}, ((720, 1280), 4, False)),
        ({"resolution": "720p", "duration": 3, "aspect_ratio": "1:1"}, ((960, 960), 3, False)),
    ],
)
def test_every_setting_is_seen_on_the_film(kling, settings, seen):
    assert kling.film(kling.from_words(settings=settings)) == seen


def test_the_turbo_model_always_has_sound(kling):
    response = kling.from_words(model="kling-3.0-turbo", settings={"duration": 3})

    assert kling.film(response) == ((1280, 720), 3, True)


def test_frames_begin_and_end_the_film(kling):
    red = {"type": "first_frame", "url": _bare("red")}
    blue = {"type": "last_frame", "url": _bare("blue")}

    task = kling.task(data_of(kling.from_contents([red, blue]))["id"])

    content = kling.client.get(task["outputs"][0]["url"]).content
    start, end = still_of(content), still_of(content, at_end=True)
    middle = (start.width // 2, start.height // 3)
    assert start.getpixel(middle)[0] > 200 > 60 > start.getpixel(middle)[2]
    assert end.getpixel(middle)[2] > 200 > 60 > end.getpixel(middle)[0]


def test_the_frame_gives_the_film_its_shape(kling):
    tall = {"type": "first_frame", "url": _bare("red", (400, 800))}

    (width, height), _, _ = kling.film(kling.from_contents([tall], aspect_ratio="16:9"))

    assert width * 2 == pytest.approx(height, abs=4)


def test_omni_takes_words_samples_and_films(kling, film_url):
    sample = {"type": "refer_image", "url": BARE_PICTURE}
    base = {"type": "base_video", "url": film_url}
    omni = {"model": "kling-3.0-omni", "omni": True}

    wide = kling.from_contents([], aspect_ratio="16:9", duration=3, **omni)
    sampled = kling.from_contents([sample] * 7, aspect_ratio="1:1", duration=3, **omni)
    changed = kling.from_contents([base, sample], duration=3, audio="original", **omni)

    assert kling.film(wide) == ((1280, 720), 3, False)
    assert kling.film(sampled) == ((960, 960), 3, False)
    assert kling.film(changed) == ((1280, 720), 3, True)


@pytest.mark.parametrize(
    "settings",
    [
        {"duration": "5"},
        {"duration": 16},
        {"duration": 2},
        {"resolution": "480p"},
        {"aspect_ratio": "4:3"},
        {"audio": "loud"},
        {"audio": "original"},
    ],
)
def test_settings_that_cannot_be_are_refused(kling, settings):
    assert refusal_of(kling.from_words(settings=settings)) == (400, 1201)


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        ("kling-2.6", {"duration": 7}),
        ("kling-2.6", {"audio": "native", "resolution": "720p", "duration": 5}),
        ("kling-2.5-turbo", {"resolution": "4k", "duration": 5}),
        ("kling-3.0-turbo", {"resolution": "4k", "duration": 5}),
    ],
)
def test_what_a_model_cannot_do_is_refused(kling, model, settings):
    assert refusal_of(kling.from_words(model=model, settings=settings)) == (400, 1201)


def test_two_frames_need_full_hd_and_a_model_that_takes_them(kling):
    both = [FRAME, FRAME | {"type": "last_frame"}]

    assert refusal_of(kling.from_contents(both, model="kling-2.6")) == (400, 1201)
    assert refusal_of(kling.from_contents(both, model="kling-3.0-turbo")) == (400, 1201)
    data_of(kling.from_contents(both, model="kling-2.6", resolution="1080p"))


@pytest.mark.parametrize(
    "contents",
    [
        [],
        [{"type": "first_frame", "url": f"data:image/png;base64,{BARE_PICTURE}"}],
        [{"type": "first_frame", "url": "not base64"}],
        [{"type": "first_frame"}],
        [{"type": "last_frame", "url": BARE_PICTURE}],
        [FRAME, FRAME],
        [FRAME, {"type": "refer_image", "url": BARE_PICTURE}],
        [FRAME, {"type": "smell", "url": BARE_PICTURE}],
    ],
)
def test_contents_that_image_to_video_does_not_take_are_refused(kling, contents):
    assert refusal_of(kling.from_contents(contents)) == (400, 1201)


@pytest.mark.parametrize(
    "frame",
    [("red", (299, 400), "PNG"), ("red", (1000, 390), "PNG"), ("red", (400, 400), "WEBP")],
)
def test_pictures_that_kling_does_not_look_at_are_refused(kling, frame):
    url = _bare(*frame)

    assert refusal_of(kling.from_contents([{"type": "first_frame", "url": url}])) == (400, 1201)


def test_omni_says_what_it_lacks_or_has_too_much_of(kling, film_url):
    sample = {"type": "refer_image", "url": BARE_PICTURE}
    base = {"type": "base_video", "url": film_url}
    bare_film = {"type": "base_video", "url": "AAAA"}
    for contents in ([sample], [sample] * 8, [base, *[sample] * 5], [bare_film], [base, base]):
        settings = {"aspect_ratio": "1:1"} if len(contents) > 1 else {}
        response = kling.from_contents(contents, model="kling-o1", omni=True, **settings)
        assert refusal_of(response) == (400, 1201), len(contents)


def test_o1_makes_five_or_ten_seconds_of_a_first_frame(kling):
    lengths = {
        seconds: kling.from_contents([FRAME], model="kling-o1", omni=True, duration=seconds)
        for seconds in (5, 7, 10)
    }

    assert [response.status_code for response in lengths.values()] == [200, 400, 200]


def test_a_film_that_is_too_short_is_refused(kling):
    def lend(seconds):
        async def answer(_request):
            return web.Response(body=source_film(seconds), content_type="video/mp4")

        app = web.Application()
        app.router.add_get("/film.mp4", answer)
        return serve(app)

    for seconds, status in ((2, 400), (3, 200)):
        with lend(seconds) as url:
            base = {"type": "base_video", "url": f"{url}/film.mp4"}
            response = kling.from_contents([base], model="kling-o1", omni=True)
        assert response.status_code == status, response.text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/text-to-video/kling-9", 1203),
        ("/text-to-video/kling-o1", 1203),
        ("/omni-video/kling-3.0", 1203),
        ("/text-to-audio/kling-3.0", 1202),
    ],
)
def test_unknown_models_and_methods_are_404(kling, path, code):
    assert refusal_of(kling.post(path, {"prompt": "кот"})) == (404, code)


def test_a_body_that_is_no_object_is_a_bad_request(kling):
    assert refusal_of(kling.post("/text-to-video/kling-3.0", [])) == (400, 1200)


def test_tasks_are_found_by_our_id_and_unknown_ones_are_left_out(kling):
    made = data_of(kling.from_words(external_task_id="U-7"))

    assert [task["id"] for task in data_of(kling.get("/tasks", external_task_ids="U-7"))] == [
        made["id"]
    ]
    assert data_of(kling.get("/tasks", external_task_ids="U-8")) == []
    both = data_of(kling.get("/tasks", task_ids=f"{made['id']},1"))
    assert [task["id"] for task in both] == [made["id"]]
    assert refusal_of(kling.get("/tasks")) == (400, 1201)


def test_the_book_is_read_page_by_page(kling):
    ids = [data_of(kling.from_words(f"[[fast]] {n}"))["id"] for n in range(3)]
    kling.task(ids[0])

    first = data_of(kling.post("/tasks", {"limit": 2}))
    second = data_of(kling.post("/tasks", {"limit": 2, "cursor": first["next_cursor"]}))
    done = data_of(kling.post("/tasks", {"filters": [{"key": "id", "values": [ids[1]]}]}))

    assert [task["id"] for task in first["result"] + second["result"]] == ids[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert [task["id"] for task in done["result"]] == [ids[1]]
    assert refusal_of(kling.post("/tasks", {"filters": [1]})) == (400, 1201)


def test_the_account_pays_for_finished_films_only(kling):
    def left():
        costs = data_of(kling.get("/account/costs", start_time=0, end_time=1))
        return costs["resource_pack_subscribe_infos"][0]["remaining_quantity"]

    before = left()
    kling.film(kling.from_words(settings={"resolution": "720p", "duration": 5}))
    failed = data_of(kling.from_words("[[fast]] [[fail]] кот"))["id"]
    assert kling.task(failed)["status"] == "failed"

    assert before - left() == pytest.approx(3.0)


def _bare(color, size=(640, 360), kind="PNG"):
    return base64.b64encode(picture(color, size, kind)).decode()
