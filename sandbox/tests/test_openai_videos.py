"""Videos of the OpenAI stand-in, at its own address and at the resellers'."""

import io

import httpx
import pytest
from PIL import Image

from sandbox.config import Config
from sandbox.film.source import read_pictures
from sandbox.tests.gemini_play import picture
from sandbox.tests.openai_play import KEY, SORA_KEY, Videos, refusal_of
from sandbox.tests.serving import run_sandbox


@pytest.fixture
def videos(sandbox):
    return Videos(sandbox.client)


@pytest.mark.parametrize(("prefix", "headers"), [("/openai", KEY), ("/sora", SORA_KEY)])
def test_a_video_goes_from_queued_to_completed_at_both_addresses(sandbox, prefix, headers):
    videos = Videos(sandbox.client, prefix, headers)
    created = videos.create(seconds="8", size="1280x720").json()

    seen = [videos.get(created["id"]) for _ in range(3)]

    assert (created["object"], created["status"], created["progress"]) == ("video", "queued", 0)
    assert [video["status"] for video in seen] == ["queued", "in_progress", "completed"]
    assert (seen[2]["progress"], seen[2]["seconds"], seen[2]["size"]) == (100, "8", "1280x720")
    assert seen[2]["created_at"] <= seen[2]["completed_at"] < seen[2]["expires_at"]
    content = videos.content(created["id"])
    assert content.headers["Content-Type"] == "video/mp4"
    services = {call["service"] for call in sandbox.client.get("/__calls").json()["calls"]}
    assert services == {prefix.strip("/")}


def test_each_address_has_its_own_key_and_its_own_videos(sandbox):
    openai, sora = Videos(sandbox.client), Videos(sandbox.client, "/sora", SORA_KEY)

    assert sandbox.client.get("/sora/v1/videos", headers=KEY).status_code == 401
    openai.begin()
    assert sora.client.get(sora.path, headers=SORA_KEY).json()["data"] == []


@pytest.mark.parametrize(
    ("changes", "film"),
    [
        ({}, ((720, 1280), 4)),
        ({"seconds": "12", "size": "1280x720"}, ((1280, 720), 12)),
        ({"model": "sora-2-pro", "size": "1792x1024"}, ((1792, 1024), 4)),
    ],
)
def test_a_film_has_the_asked_size_and_length(videos, changes, film):
    assert videos.film(**changes) == film


def test_a_film_starts_with_the_reference(videos):
    video = videos.finish("кот", reference=picture("red", (1280, 720)), size="1280x720")

    first = next(iter(read_pictures(videos.content(video["id"]).content, fps=8)))
    red, green, blue = first.getpixel((5, 360))
    assert red > 200 > 60 > max(green, blue)


def test_an_order_may_also_come_as_json(videos):
    body = {"prompt": "[[fast]] кот", "model": "sora-2", "seconds": "4", "size": "1280x720"}

    answer = videos.client.post(videos.path, json=body, headers=KEY)

    assert videos.get(answer.json()["id"])["status"] == "completed"


def test_a_thumbnail_and_a_spritesheet_can_be_downloaded(videos):
    video_id = videos.finish(size="1280x720")["id"]

    thumbnail, sheet = (
        Image.open(io.BytesIO(videos.content(video_id, variant=variant).content))
        for variant in ("thumbnail", "spritesheet")
    )

    assert (thumbnail.format, thumbnail.size) == ("WEBP", (1280, 720))
    assert (sheet.format, sheet.size) == ("JPEG", (960, 135))
    assert videos.content(video_id, variant="gif").status_code == 400


def test_a_remix_shows_the_video_in_other_colours(videos):
    original = videos.finish(size="1280x720")
    answer = videos.client.post(
        f"{videos.path}/{original['id']}/remix", json={"prompt": "[[fast]] ночью"}, headers=KEY
    )

    remix = videos.get(answer.json()["id"])

    assert remix["remixed_from_video_id"] == original["id"]
    assert (remix["status"], remix["size"]) == ("completed", "1280x720")
    before, after = (
        next(iter(read_pictures(videos.content(video["id"]).content, fps=8)))
        for video in (original, remix)
    )
    assert before.getpixel((5, 200)) != after.getpixel((5, 200))


def test_a_video_at_work_can_be_neither_remixed_nor_downloaded(videos):
    video_id = videos.begin("[[never]]")

    remix = videos.client.post(f"{videos.path}/{video_id}/remix", json={"prompt": "x"}, headers=KEY)

    assert remix.status_code == 400
    assert videos.content(video_id).status_code == 404


def test_videos_are_listed_in_pages(videos):
    ids = [videos.begin(f"[[fast]] {number}") for number in range(3)]

    def page(**query):
        return videos.client.get(videos.path, params=query, headers=KEY).json()

    first = page(limit=2)
    assert [video["id"] for video in first["data"]] == [ids[2], ids[1]]
    assert (first["has_more"], first["last_id"]) == (True, ids[1])
    second = page(limit=2, after=first["last_id"])
    assert [video["id"] for video in second["data"]] == [ids[0]]
    assert second["has_more"] is False
    assert [video["id"] for video in page(order="asc")["data"]] == ids


def test_a_deleted_video_is_gone(videos):
    video_id = videos.begin()
    path = f"{videos.path}/{video_id}"

    answer = videos.client.delete(path, headers=KEY).json()

    assert answer == {"id": video_id, "object": "video.deleted", "deleted": True}
    assert videos.client.get(path, headers=KEY).status_code == 404


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"seconds": "5"}, "seconds"),
        ({"size": "640x480"}, "size"),
        ({"prompt": ""}, "prompt"),
        ({"reference": picture(size=(40, 60))}, "input_reference"),
        ({"reference": b"broken"}, "input_reference"),
        ({"prompt": "[[badparam]]"}, "size"),
    ],
)
def test_a_bad_parameter_is_named(videos, changes, param):
    response = videos.create(**changes)

    assert response.status_code == 400
    assert refusal_of(response)["param"] == param


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("policy", 400, "moderation_blocked"),
        ("nocredit", 429, "insufficient_quota"),
        ("429", 429, "rate_limit_exceeded"),
        ("500", 500, "server_error"),
        ("503", 503, "server_error"),
        ("gone", 404, "model_not_found"),
        ("badkey", 401, "invalid_api_key"),
    ],
)
def test_a_magic_word_refuses_the_order(videos, word, status, code):
    response = videos.create(f"[[{word}]]")

    assert (response.status_code, refusal_of(response)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("word", "code"), [("policy-end", "moderation_blocked"), ("fail", "video_generation_failed")]
)
def test_a_failed_video_says_why(videos, word, code):
    video = videos.finish(f"[[{word}]]")

    assert (video["status"], video["error"]["code"]) == ("failed", code)
    assert videos.content(video["id"]).status_code == 404


@pytest.mark.parametrize("word", ["noimage", "expired"])
def test_a_completed_video_whose_content_is_not_there(videos, word):
    video = videos.finish(f"[[{word}]]")

    assert video["status"] == "completed"
    assert videos.content(video["id"]).status_code == 404


def test_content_expires_in_time():
    with run_sandbox(Config(media_ttl_s=0.0)) as running:
        videos = Videos(running.client)

        assert videos.content(videos.finish()["id"]).status_code == 404


def test_polls_that_break_and_a_status_nobody_knows(videos):
    broken, odd = videos.begin("[[500-poll]]"), videos.begin("[[unknown-status]]")

    statuses = [
        videos.client.get(f"{videos.path}/{broken}", headers=KEY).status_code for _ in range(4)
    ]

    assert statuses == [500, 500, 500, 200]
    assert [videos.get(odd)["status"] for _ in range(2)] == ["pondering", "in_progress"]


def test_a_lost_answer_leaves_a_video_that_the_list_shows(videos):
    with pytest.raises(httpx.RemoteProtocolError):
        videos.create("[[timeout-after-accept]] кот")

    [video] = videos.client.get(videos.path, headers=KEY).json()["data"]
    assert video["prompt"] == "[[timeout-after-accept]] кот"


def test_garbage_is_html(videos):
    assert videos.create("[[garbage]]").headers["Content-Type"].startswith("text/html")
