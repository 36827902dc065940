"""The stand-in of kie.ai's job API: models, inputs by address, in-body codes, callbacks."""

import base64
import hashlib
import hmac
import json
import time

import httpx
import pytest

from sandbox.jobs import Letter
from sandbox.kie.answers import signer
from sandbox.tests.gemini_play import picture
from sandbox.tests.kie_play import KEY, Kie, code_of, data_of, id_of, opened
from sandbox.tests.kling_play import QUICK, still_of, watched
from sandbox.tests.serving import run_sandbox


@pytest.fixture
def kie():
    with run_sandbox(QUICK) as running:
        yield Kie(running.client)


def test_a_task_runs_from_waiting_to_a_picture(kie):
    task_id = id_of(kie.create(prompt="кот", aspect_ratio="16:9", resolution="1K"))

    seen = [kie.job(task_id) for _ in range(4)]

    assert [record["state"] for record in seen[:2]] == ["waiting", "generating"]
    last = seen[-1]
    assert (last["state"], last["creditsConsumed"]) == ("success", 18)
    assert json.loads(last["param"])["input"]["aspect_ratio"] == "16:9"
    [url] = json.loads(last["resultJson"])["resultUrls"]
    assert opened(kie.client.get(url).content).size == (1376, 768)


@pytest.mark.parametrize(
    ("model", "asked", "size", "kind"),
    [
        ("nano-banana-pro", {"resolution": "2K", "aspect_ratio": "9:16"}, (1536, 2752), "PNG"),
        ("nano-banana-2", {"aspect_ratio": "1:1", "output_format": "jpg"}, (1024, 1024), "JPEG"),
        ("nano-banana-2-lite", {"aspect_ratio": "3:2"}, (1264, 848), "PNG"),
    ],
)
def test_every_option_is_seen_on_the_picture(kie, model, asked, size, kind):
    [content] = kie.results(kie.create(model, **asked))

    assert (opened(content).size, opened(content).format) == (size, kind)


def test_given_pictures_are_seen_and_give_the_shape(kie):
    [plain] = kie.results(kie.create())
    [edited] = kie.results(kie.create(image_input=[kie.upload("red", (400, 800))]))

    assert opened(plain).size == (1024, 1024)
    width, height = opened(edited).size
    assert height > width * 1.5
    assert opened(edited).convert("RGB").resize((1, 1)).getpixel((0, 0))[0] > 100


def test_films_show_their_options_and_frames(kie):
    asked = {"duration": "3", "mode": "std", "sound": True, "multi_shots": False}
    frames = [kie.upload("red"), kie.upload("blue")]

    [square] = kie.results(kie.create("kling-3.0/video", aspect_ratio="1:1", **asked))
    [framed] = kie.results(kie.create("kling-3.0/video", image_urls=frames, **asked))

    assert watched(square) == ((960, 960), 3, True)
    assert watched(framed) == ((1280, 720), 3, True)
    middle = (640, 240)
    assert still_of(framed).getpixel(middle)[0] > 200
    assert still_of(framed, at_end=True).getpixel(middle)[2] > 200


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("nano-banana-9", {}),
        ("nano-banana-pro", {"prompt": ""}),
        ("nano-banana-pro", {"aspect_ratio": "7:1"}),
        ("nano-banana-pro", {"resolution": "8K"}),
        ("nano-banana-2-lite", {"resolution": "4K"}),
        ("nano-banana-pro", {"image_input": "x"}),
        ("nano-banana-pro", {"image_input": ["data:image/png;base64,AAAA"]}),
        ("nano-banana-pro", {"image_input": ["http://127.0.0.1:1/nothing.png"]}),
        ("kling-3.0/video", {"duration": 5}),
        ("kling-3.0/video", {"duration": "16"}),
        ("kling-3.0/video", {"mode": "ultra"}),
        ("kling-3.0/video", {"sound": "yes"}),
        ("kling-3.0/video", {"multi_shots": True}),
        ("kling-3.0/video", {"image_urls": ["http://x"] * 3}),
    ],
)
def test_what_cannot_be_is_refused_with_http_200(kie, model, asked):
    assert code_of(kie.create(model, **asked)) == 422


def test_bodies_that_are_none_are_refused(kie):
    assert code_of(kie.post("/v1/jobs/createTask", [])) == 422
    assert code_of(kie.post("/v1/jobs/createTask", {"model": "nano-banana-pro"})) == 422


def test_an_unknown_task_is_404_in_the_body_and_an_unknown_route_is_http_404(kie):
    assert code_of(kie.get("/jobs/recordInfo", taskId="task_1")) == 404
    assert kie.post("/v1/jobs/deleteTask", {}).status_code == 404


def test_a_wrong_key_is_http_200_too(kie):
    stranger = Kie(kie.client, {"Authorization": "Bearer wrong"})

    assert code_of(stranger.create()) == 401
    assert code_of(stranger.get("/chat/credit")) == 401


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("policy", 422),
        ("badparam", 422),
        ("badkey", 401),
        ("nocredit", 402),
        ("429-always", 429),
        ("429-day", 433),
        ("500-always", 500),
        ("503", 455),
        ("gone", 505),
    ],
)
def test_a_word_refuses_both_kinds_of_submit_every_time(kie, word, code):
    for submit in (kie.create, kie.generate):
        assert [code_of(submit(prompt=f"[[{word}]] кот")) for _ in range(2)] == [code] * 2


@pytest.mark.parametrize(("word", "code"), [("429", 429), ("500", 500)])
def test_a_word_refuses_the_submit_once(kie, word, code):
    assert [code_of(kie.create(prompt=f"[[{word}]] кот")) for _ in range(2)] == [code, 200]


@pytest.mark.parametrize(
    ("word", "code", "message"),
    [("policy-end", "422", "content policy"), ("fail", "500", "Internal Error")],
)
def test_a_task_may_fail_at_the_end(kie, word, code, message):
    record = kie.job(id_of(kie.create(prompt=f"[[fast]] [[{word}]] кот")))

    assert (record["state"], record["failCode"], record["resultJson"]) == ("fail", code, "")
    assert message in record["failMsg"]
    assert record["creditsConsumed"] == 0


def test_polls_may_break_say_something_new_or_bring_nothing(kie):
    broken = id_of(kie.create(prompt="[[fast]] [[500-poll]] кот"))
    odd = id_of(kie.create(prompt="[[fast]] [[unknown-status]] кот"))
    empty = kie.job(id_of(kie.create(prompt="[[fast]] [[noimage]] кот")))
    expired = kie.job(id_of(kie.create(prompt="[[fast]] [[expired]] кот")))

    codes = [code_of(kie.get("/jobs/recordInfo", taskId=broken)) for _ in range(4)]
    assert codes == [500, 500, 500, 200]
    assert [kie.job(odd)["state"] for _ in range(2)] == ["hatching", "success"]
    assert json.loads(empty["resultJson"]) == {"resultUrls": []}
    [url] = json.loads(expired["resultJson"])["resultUrls"]
    assert kie.client.get(url).status_code == 403
    assert kie.create(prompt="[[garbage]] кот").text.startswith("<!DOCTYPE")


def test_a_task_whose_answer_was_lost_tells_by_its_callback(kie, inbox):
    with pytest.raises(httpx.RemoteProtocolError):
        kie.create(prompt="[[fast]] [[timeout-after-accept]] кот", callback=inbox.url)

    _wait(inbox)

    [body] = inbox.bodies
    assert (body["code"], body["data"]["state"]) == (200, "success")
    assert kie.job(body["data"]["taskId"])["state"] == "success"


def test_the_callback_is_signed_over_the_task_and_the_moment(kie, inbox):
    task_id = id_of(kie.create(callback=inbox.url))
    _wait(inbox)

    headers, body = inbox.received[0]
    moment = headers["X-Webhook-Timestamp"]
    signed = hmac.digest(
        QUICK.kie_webhook_key.encode(), f"{task_id}.{moment}".encode(), hashlib.sha256
    )
    assert headers["X-Webhook-Signature"] == base64.b64encode(signed).decode()
    assert json.loads(body)["data"]["taskId"] == task_id


def test_the_signature_fits_the_known_vector():
    body = json.dumps({"code": 200, "data": {"taskId": "task_abc123"}}).encode()

    headers = signer("kie-test-hmac-key")(Letter(id="m", at=1781080794, body=body))

    assert headers["X-Webhook-Signature"] == "asnTagUK3f3ezM6ig2DBxKOf9Yzol6kZdxV3RJGXlw0="


def test_a_failed_task_calls_back_with_501(kie, inbox):
    id_of(kie.create(prompt="[[fast]] [[fail]] кот", callback=inbox.url))
    _wait(inbox)

    assert (inbox.bodies[0]["code"], inbox.bodies[0]["data"]["state"]) == (501, "fail")


def test_files_are_shelved_by_form_address_and_base64(kie):
    first = kie.upload("green", (30, 40))
    photo = base64.b64encode(picture(size=(5, 6))).decode()

    copied = kie.post("/file-url-upload", {"fileUrl": first, "uploadPath": "/a/"}).json()
    given = kie.post(
        "/file-base64-upload",
        {"base64Data": f"data:image/png;base64,{photo}", "fileName": "b.png"},
    ).json()

    assert (copied["success"], copied["data"]["mimeType"]) == (True, "image/png")
    assert opened(kie.client.get(copied["data"]["downloadUrl"]).content).size == (30, 40)
    assert given["data"]["fileName"] == "b.png"
    assert opened(kie.client.get(given["data"]["downloadUrl"]).content).size == (5, 6)
    assert code_of(kie.post("/file-url-upload", {})) == 422
    assert code_of(kie.post("/file-base64-upload", {"base64Data": "data:,text"})) == 422
    empty = kie.client.post("/kie/api/file-stream-upload", data={"a": "b"}, headers=KEY)
    assert code_of(empty) == 422


def test_the_purse_pays_for_what_succeeded(kie):
    before = data_of(kie.get("/chat/credit"))
    kie.results(kie.create("nano-banana-2-lite"))
    kie.job(id_of(kie.create(prompt="[[fast]] [[fail]] кот")))

    assert before - data_of(kie.get("/chat/credit")) == 4


def _wait(inbox):
    deadline = time.monotonic() + 10
    while not inbox.received:
        assert time.monotonic() < deadline
        time.sleep(0.01)
