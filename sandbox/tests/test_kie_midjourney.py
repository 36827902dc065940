"""The stand-in of kie.ai's Midjourney API: four pictures, films, upscales and variations."""

import time

import pytest
from PIL import ImageChops, ImageStat

from sandbox.tests.kie_play import Kie, code_of, id_of, opened
from sandbox.tests.kling_play import QUICK, still_of, watched
from sandbox.tests.serving import run_sandbox


@pytest.fixture
def kie():
    with run_sandbox(QUICK) as running:
        yield Kie(running.client)


def difference(one, other):
    small = [opened(content).convert("RGB").resize((32, 32)) for content in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).sum)


def test_a_task_runs_to_four_different_pictures(kie):
    asked = kie.generate(prompt="a cat", aspectRatio="16:9", speed="fast", version="7")
    task_id = id_of(asked)

    seen = [kie.mj(task_id) for _ in range(4)]

    assert [record["successFlag"] for record in seen[:2]] == [0, 0]
    assert seen[0]["resultInfoJson"] is None
    assert (seen[-1]["successFlag"], seen[-1]["taskType"]) == (1, "mj_txt2img")
    four = kie.mj_results(asked)
    assert len(set(four)) == 4
    width, height = opened(four[0]).size
    assert width / height == pytest.approx(16 / 9, abs=0.05)


def test_every_option_makes_another_picture(kie):
    options = (
        {},
        {"version": "niji6"},
        {"speed": "turbo"},
        {"stylization": 1000},
        {"weirdness": 3000},
        {"variety": 100},
        {"aspectRatio": "2:3"},
    )

    firsts = {kie.mj_results(kie.generate(**asked))[0] for asked in options}

    assert len(firsts) == len(options)


def test_an_upscale_is_that_picture_larger_and_a_variation_four_others(kie):
    parent = kie.generate()
    four = kie.mj_results(parent)
    body = {"taskId": id_of(parent), "index": 2}

    [large] = kie.mj_results(kie.post("/v1/mj/upscale", body))
    others = kie.mj_results(kie.post("/v1/mj/vary", body))

    assert opened(large).width == opened(four[0]).width * 2
    assert min(range(4), key=lambda n: difference(large, four[n])) == 2
    assert len(set(others) | set(four)) == 8


def test_a_photo_is_seen_on_the_pictures_and_begins_a_film(kie):
    photo = kie.upload("red", (400, 400))

    four = kie.mj_results(kie.generate("mj_img2img", fileUrls=[photo]))
    [film] = kie.mj_results(kie.generate("mj_video", fileUrl=photo, motion="low"))
    two = kie.mj_results(
        kie.generate("mj_video", fileUrls=[photo], motion="high", videoBatchSize=2)
    )

    assert opened(four[0]).convert("RGB").resize((1, 1)).getpixel((0, 0))[0] > 100
    (width, height), seconds, _ = watched(film)
    assert (width, seconds) == (height, 5)
    assert still_of(film).getpixel((width // 2, height // 3))[0] > 200
    assert len({film, *two}) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"taskType": "mj_magic"},
        {"prompt": ""},
        {"prompt": "a" * 2001},
        {"speed": "slow"},
        {"aspectRatio": "7:1"},
        {"version": "8"},
        {"stylization": 1001},
        {"stylization": 30},
        {"weirdness": 50},
        {"variety": 101},
        {"taskType": "mj_img2img"},
        {"taskType": "mj_video"},
        {"fileUrls": ["data:image/png;base64,AAAA"]},
    ],
)
def test_what_cannot_be_is_refused(kie, asked):
    body = {"taskType": "mj_txt2img"} | asked

    assert code_of(kie.generate(body.pop("taskType"), **body)) == 422


def test_follow_ups_that_cannot_be_are_refused(kie):
    parent = kie.generate()
    kie.mj_results(parent)
    large = kie.post("/v1/mj/upscale", {"taskId": id_of(parent), "index": 0})
    kie.mj_results(large)
    running = kie.generate(prompt="[[never]] a cat")

    bodies = [
        ("mj_task_1", 0, 404),
        (id_of(parent), 4, 422),
        (id_of(parent), None, 422),
        (id_of(large), 0, 422),
        (id_of(running), 0, 422),
    ]
    for task_id, index, code in bodies:
        response = kie.post("/v1/mj/vary", {"taskId": task_id, "index": index})
        assert code_of(response) == code, task_id


def test_the_two_apis_do_not_know_each_others_tasks(kie):
    assert code_of(kie.get("/jobs/recordInfo", taskId=id_of(kie.generate()))) == 404
    assert code_of(kie.get("/mj/record-info", taskId=id_of(kie.create()))) == 404


@pytest.mark.parametrize(("word", "flag"), [("policy-end", 2), ("fail", 3)])
def test_a_task_may_fail_at_the_end(kie, word, flag):
    record = kie.mj(id_of(kie.generate(prompt=f"[[fast]] [[{word}]] a cat")))

    assert (record["successFlag"], record["resultInfoJson"]) == (flag, None)
    assert record["errorMessage"]


@pytest.mark.parametrize(("word", "code", "count"), [("fast", 200, 4), ("fail", 500, 0)])
def test_the_callback_brings_the_addresses(kie, inbox, word, code, count):
    asked = kie.generate(prompt=f"[[fast]] [[{word}]] a cat", callBackUrl=inbox.url)
    deadline = time.monotonic() + 10
    while not inbox.received:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    [body] = inbox.bodies
    assert (body["code"], body["data"]["taskId"]) == (code, id_of(asked))
    assert len(body["data"]["resultUrls"]) == count
