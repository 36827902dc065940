"""The stand-in of midjourney-proxy: grids, follow-ups, the queue, and its misfortunes."""

import base64
import io
import time

import httpx
import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.config import Config
from sandbox.tests.gemini_play import picture
from sandbox.tests.kling_play import QUICK
from sandbox.tests.serving import run_sandbox

SECRET = {"mj-api-secret": QUICK.midjourney_api_key}
PHOTO = f"data:image/png;base64,{base64.b64encode(picture(size=(64, 64))).decode()}"


class Proxy:
    def __init__(self, client, headers=None):
        self.client = client
        self.headers = SECRET if headers is None else headers

    def submit(self, kind, **body):
        return self.client.post(f"/midjourney/mj/submit/{kind}", json=body, headers=self.headers)

    def imagine(self, prompt="[[fast]] a cat", **body):
        return self.submit("imagine", prompt=prompt, **body)

    def get(self, path):
        return self.client.get(f"/midjourney/mj/task/{path}", headers=self.headers)

    def task(self, task_id):
        return self.get(f"{task_id}/fetch").json()

    def done(self, response):
        task = self.task(id_of(response))
        assert task["status"] == "SUCCESS", task
        return task

    def image(self, task):
        return Image.open(io.BytesIO(self.client.get(task["imageUrl"]).content)).convert("RGB")


@pytest.fixture
def proxy():
    with run_sandbox(QUICK) as running:
        yield Proxy(running.client)


def id_of(response, code=1):
    body = response.json()
    assert (response.status_code, body["code"]) == (200, code), body
    return body["result"]


def code_of(response):
    assert response.status_code == 200
    assert set(response.json()) == {"code", "description", "result", "properties"}
    return response.json()["code"]


def quarters(image):
    width, height = image.width // 2, image.height // 2
    corners = [(x, y) for y in (0, height) for x in (0, width)]
    return [image.crop((x, y, x + width, y + height)) for x, y in corners]


def difference(one, other):
    small = [image.resize((32, 32)) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).sum)


def test_a_task_runs_from_submitted_to_a_grid_of_four_different_pictures(proxy):
    task_id = id_of(proxy.imagine("a cat --ar 16:9 --v 7 --s 250", state="U-1"))

    seen = [proxy.task(task_id) for _ in range(4)]

    assert [task["status"] for task in seen[:2]] == ["SUBMITTED", "IN_PROGRESS"]
    assert seen[1]["progress"].endswith("%")
    assert seen[1]["imageUrl"] is None
    last = seen[-1]
    assert (last["status"], last["progress"], last["state"]) == ("SUCCESS", "100%", "U-1")
    assert last["action"] == "IMAGINE"
    assert last["finishTime"] >= last["submitTime"]
    grid = proxy.image(last)
    assert grid.width / grid.height == pytest.approx(16 / 9, abs=0.05)
    four = quarters(grid)
    assert all(difference(one, two) for one in four for two in four if one is not two)


def test_every_flag_makes_another_grid(proxy):
    flags = ("", "--ar 2:3", "--niji 6", "--s 1000", "--w 3000", "--c 100", "--turbo", "—v 6.1")

    grids = {
        proxy.client.get(proxy.done(proxy.imagine(f"[[fast]] a cat {text}"))["imageUrl"]).content
        for text in flags
    }

    assert len(grids) == len(flags)


@pytest.mark.parametrize("flags", ["--ar wide", "--v 8", "--s 1001", "--w -1", "--wings 2"])
def test_a_flag_that_midjourney_does_not_know_fails_the_task(proxy, flags):
    task = proxy.task(id_of(proxy.imagine(f"[[fast]] a cat {flags}")))

    assert task["status"] == "FAILURE"
    assert task["failReason"].startswith("Invalid parameter")


def test_a_photo_is_seen_on_the_grid(proxy):
    plain = proxy.image(proxy.done(proxy.imagine()))
    red = proxy.image(proxy.done(proxy.imagine(base64Array=[PHOTO])))

    assert red.resize((1, 1)).getpixel((0, 0))[0] > plain.resize((1, 1)).getpixel((0, 0))[0]


@pytest.mark.parametrize("given", [["AAAA"], ["data:image/png;base64,AAAA"], [7], "x"])
def test_photos_that_are_none_are_refused(proxy, given):
    assert code_of(proxy.imagine(base64Array=given)) == 4


def test_an_upscale_is_that_quarter_of_the_grid_larger(proxy):
    grid_id = id_of(proxy.imagine())
    grid = proxy.image(proxy.task(grid_id))

    for index in (1, 4):
        task = proxy.done(proxy.submit("change", taskId=grid_id, action="UPSCALE", index=index))
        large = proxy.image(task)
        closest = min(range(4), key=lambda n: difference(large, quarters(grid)[n]))
        assert (task["action"], large.size, closest) == ("UPSCALE", grid.size, index - 1)


def test_the_same_upscale_twice_is_the_same_task(proxy):
    grid_id = id_of(proxy.imagine())
    proxy.task(grid_id)

    first = id_of(proxy.submit("change", taskId=grid_id, action="UPSCALE", index=2))
    again = id_of(proxy.submit("simple-change", content=f"{grid_id} U2"), code=21)

    assert first == again


@pytest.mark.parametrize("content", ["V3", "R"])
def test_variations_are_other_grids(proxy, content):
    grid_id = id_of(proxy.imagine())
    grid = proxy.image(proxy.task(grid_id))

    task = proxy.done(proxy.submit("simple-change", content=f"{grid_id} {content}"))

    assert task["action"] == {"V3": "VARIATION", "R": "REROLL"}[content]
    other = proxy.image(task)
    assert other.size == grid.size
    assert difference(other, grid)
    id_of(proxy.submit("change", taskId=task["id"], action="UPSCALE", index=1))


def test_follow_ups_that_cannot_be_are_refused(proxy):
    grid_id, running = id_of(proxy.imagine()), id_of(proxy.imagine("[[never]] a cat"))
    proxy.task(grid_id)
    large = proxy.done(proxy.submit("change", taskId=grid_id, action="UPSCALE", index=1))["id"]

    codes = [
        code_of(proxy.submit("change", **body))
        for body in (
            {"taskId": "1", "action": "UPSCALE", "index": 1},
            {"taskId": grid_id, "action": "UPSCALE", "index": 5},
            {"taskId": grid_id, "action": "UPSCALE"},
            {"taskId": grid_id, "action": "EXPLODE", "index": 1},
            {"taskId": running, "action": "UPSCALE", "index": 1},
            {"taskId": large, "action": "VARIATION", "index": 1},
        )
    ]
    assert codes == [3, 4, 4, 4, 4, 4]
    assert code_of(proxy.submit("simple-change", content="U2")) == 4


def test_pictures_are_blended_and_described(proxy):
    blended = id_of(proxy.submit("blend", base64Array=[PHOTO, PHOTO], dimensions="PORTRAIT"))
    described = id_of(proxy.submit("describe", base64=PHOTO))
    for _ in range(4):
        grid, words = proxy.task(blended), proxy.task(described)

    image = proxy.image(grid)
    assert image.width / image.height == pytest.approx(2 / 3, abs=0.02)
    assert words["prompt"].count("--ar 64:64") == 4
    assert code_of(proxy.submit("blend", base64Array=[PHOTO])) == 4
    assert code_of(proxy.submit("blend", base64Array=[PHOTO] * 2, dimensions="ROUND")) == 4


def test_three_run_at_once_ten_wait_and_no_more():
    with run_sandbox(Config(image_job_s=60.0)) as running:
        proxy = Proxy(running.client)

        codes = [code_of(proxy.imagine(f"a cat {number}")) for number in range(14)]
        tasks = proxy.get("list").json()

    assert codes == [1] * 3 + [22] * 10 + [23]
    assert sorted(task["status"] for task in tasks) == ["NOT_START"] * 10 + ["SUBMITTED"] * 3


def test_tasks_are_listed_for_recovery_and_unknown_ones_are_empty(proxy):
    with pytest.raises(httpx.RemoteProtocolError):
        proxy.imagine("[[timeout-after-accept]] a cat", state="U-9")

    [task] = [task for task in proxy.get("list").json() if task["state"] == "U-9"]

    listed = proxy.client.post(
        "/midjourney/mj/task/list-by-condition", json={"ids": [task["id"]]}, headers=SECRET
    )
    assert [found["id"] for found in listed.json()] == [task["id"]]
    unknown = proxy.get("17/fetch")
    assert (unknown.status_code, unknown.content) == (200, b"")
    assert proxy.get("queue").json() == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("policy", 24),
        ("badparam", 4),
        ("nocredit", 9),
        ("429", 23),
        ("429-always", 23),
        ("500", 9),
        ("500-always", 9),
        ("503", 9),
        ("gone", 3),
    ],
)
def test_a_word_refuses_the_submit(proxy, word, code):
    assert code_of(proxy.imagine(f"[[{word}]] a cat")) == code
    is_once = word in ("429", "500")
    assert code_of(proxy.imagine(f"[[{word}]] a cat")) == (1 if is_once else code)


def test_a_wrong_secret_is_http_401(proxy):
    stranger = Proxy(proxy.client, {})

    assert stranger.imagine().status_code == 401
    assert stranger.get("list").status_code == 401
    assert proxy.imagine("[[badkey]] a cat").status_code == 401


@pytest.mark.parametrize(
    ("word", "reason"), [("policy-end", "Banned prompt"), ("fail", "任务超时")]
)
def test_a_task_may_fail_at_the_end(proxy, word, reason):
    task = proxy.task(id_of(proxy.imagine(f"[[fast]] [[{word}]] a cat")))

    assert (task["status"], task["imageUrl"]) == ("FAILURE", None)
    assert reason in task["failReason"]


def test_polls_may_break_say_something_new_or_bring_nothing(proxy):
    broken = id_of(proxy.imagine("[[fast]] [[500-poll]] a cat"))
    odd = id_of(proxy.imagine("[[fast]] [[unknown-status]] a cat"))
    empty = id_of(proxy.imagine("[[fast]] [[noimage]] a cat"))

    assert [proxy.get(f"{broken}/fetch").status_code for _ in range(4)] == [500, 500, 500, 200]
    assert [proxy.task(odd)["status"] for _ in range(2)] == ["HATCHING", "SUCCESS"]
    assert proxy.task(empty)["imageUrl"] is None
    assert proxy.imagine("[[garbage]] a cat").text.startswith("<!DOCTYPE")


def test_the_hook_is_told_of_each_change_unsigned(proxy, inbox):
    task_id = id_of(proxy.imagine("a cat", notifyHook=inbox.url, state="U-2"))
    deadline = time.monotonic() + 10
    while len(inbox.received) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    first, last = inbox.bodies[0], inbox.bodies[-1]
    assert (first["id"], last["id"], last["state"]) == (task_id, task_id, "U-2")
    assert (first["status"], last["status"]) == ("SUBMITTED", "SUCCESS")
    assert not any("signature" in name.lower() for name in inbox.received[0][0])
