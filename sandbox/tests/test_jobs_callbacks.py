"""Callbacks of the stand-ins: who is told, when, how often, and with which signature."""

import base64
import hashlib
import hmac
import json
import time

import httpx
import pytest
from aiohttp import web

from sandbox.config import Config
from sandbox.jobs.signing import Letter, standard_webhook_signer
from sandbox.tests.jobs_play import SECRET, build_toy_app
from sandbox.tests.serving import serve

CONFIG = Config(image_job_s=0.1, webhook_time_scale=0.01)


class Mailbox:
    """Keeps what was posted; answers the statuses it was told, then 200."""

    def __init__(self):
        self.posts = []
        self.statuses = []

    async def take(self, request):
        self.posts.append((time.monotonic(), dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    def wait(self, count):
        deadline = time.monotonic() + 5
        while len(self.posts) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.posts) >= count
        return [(headers, json.loads(body)) for _, headers, body in self.posts]


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    app = web.Application()
    app.router.add_post("/hook", mailbox.take)
    with serve(app) as url:
        mailbox.url = f"{url}/hook?job=U"
        yield mailbox


@pytest.fixture
def client():
    app = build_toy_app(CONFIG, pauses_s=(1.0, 2.0))
    with serve(app) as url, httpx.Client(base_url=url) as client:
        yield client


def submit(client, mailbox, prompt="кот"):
    asked = {"prompt": prompt, "callback_url": mailbox.url}
    return client.post("/toy/jobs", json=asked).json()["id"]


def deliveries(client):
    return client.get("/__callbacks?service=toy").json()["callbacks"]


def wait_for_state(client, state):
    deadline = time.monotonic() + 5
    while [d["state"] for d in deliveries(client)] != [state]:
        assert time.monotonic() < deadline, deliveries(client)
        time.sleep(0.01)


def is_genuine(headers, body):
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    stamp = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
    expected = base64.b64encode(hmac.digest(key, stamp + body, hashlib.sha256)).decode()
    return headers["webhook-signature"] == f"v1,{expected}"


def test_a_job_that_ended_is_told_once_and_polls_agree(client, mailbox):
    started = time.monotonic()
    job_id = submit(client, mailbox)

    [(headers, told)] = mailbox.wait(1)

    assert told == {"id": job_id, "end": "done"}
    assert headers["Content-Type"] == "application/json"
    assert mailbox.posts[0][0] - started >= CONFIG.image_job_s
    assert client.get(f"/toy/jobs/{job_id}").json()["state"] == "done"
    time.sleep(0.2)
    assert len(mailbox.posts) == 1


def test_the_signature_is_genuine_and_recent(client, mailbox):
    submit(client, mailbox)
    mailbox.wait(1)

    _, headers, body = mailbox.posts[0]

    assert is_genuine(headers, body)
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 10


def test_a_spoiled_signature_looks_like_a_signature_and_is_wrong(client, mailbox):
    submit(client, mailbox, "[[hook-badsig]]")
    mailbox.wait(1)

    _, headers, body = mailbox.posts[0]

    assert not is_genuine(headers, body)
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert len(base64.b64decode(signature, validate=True)) == 32


def test_an_old_callback_is_signed_rightly_for_an_old_moment(client, mailbox):
    submit(client, mailbox, "[[hook-old]]")
    mailbox.wait(1)

    _, headers, body = mailbox.posts[0]

    assert is_genuine(headers, body)
    assert time.time() - int(headers["webhook-timestamp"]) > 300


def test_a_repeated_callback_keeps_its_id(client, mailbox):
    submit(client, mailbox, "[[hook-twice]]")

    [(first, _), (second, _)] = mailbox.wait(2)

    assert first["webhook-id"] == second["webhook-id"]


def test_an_early_callback_comes_before_the_answer_to_the_submit(client, mailbox):
    job_id = submit(client, mailbox, "[[hook-early]]")
    answered = time.monotonic()

    [(_, told)] = mailbox.wait(1)

    assert told["id"] == job_id
    assert mailbox.posts[0][0] < answered


def test_a_late_callback_waits_until_a_poll_has_said_it(client, mailbox):
    job_id = submit(client, mailbox, "[[hook-late]] [[fast]]")
    time.sleep(0.2)
    assert mailbox.posts == []

    assert client.get(f"/toy/jobs/{job_id}").json()["state"] == "done"

    mailbox.wait(1)


@pytest.mark.parametrize("word", ["[[hook-none]]", "[[never]]"])
def test_some_jobs_call_nobody(client, mailbox, word):
    submit(client, mailbox, word)
    submit(client, mailbox)

    [(_, told)] = mailbox.wait(1)

    assert told["id"] == "toy-2"
    assert [delivery["job_id"] for delivery in deliveries(client)] == ["toy-2"]


def test_a_failed_job_calls_too(client, mailbox):
    submit(client, mailbox, "[[fail]]")

    assert mailbox.wait(1)[0][1]["end"] == "failed"


def test_a_cancelled_job_calls_at_once(client, mailbox):
    job_id = submit(client, mailbox)

    client.post(f"/toy/jobs/{job_id}/cancel")

    assert mailbox.wait(1)[0][1]["end"] == "cancelled"


def test_refused_callbacks_are_repeated_and_the_log_says_so(client, mailbox):
    mailbox.statuses = [500, 302]

    submit(client, mailbox)

    mailbox.wait(3)
    wait_for_state(client, "delivered")
    assert deliveries(client)[0]["attempts"] == [500, 302, 200]


def test_patience_ends(client, mailbox):
    mailbox.statuses = [503] * 5

    submit(client, mailbox)

    wait_for_state(client, "given_up")
    assert deliveries(client)[0]["attempts"] == [503, 503, 503]


def test_a_caller_who_cannot_be_reached_is_given_up(client, mailbox, free_port):
    mailbox.url = f"http://127.0.0.1:{free_port}/hook"

    submit(client, mailbox)

    wait_for_state(client, "given_up")
    assert all("ConnectorError" in attempt for attempt in deliveries(client)[0]["attempts"])


def test_a_reset_stops_what_is_on_its_way(client, mailbox):
    submit(client, mailbox, "[[hook-late]]")

    client.post("/__reset")

    assert deliveries(client) == []


@pytest.mark.parametrize(
    ("message_id", "body", "signature"),
    [
        (
            "wh_1",
            b'{"id":"evt_1","object":"event","created_at":1781080794,'
            b'"type":"response.completed","data":{"id":"resp_1"}}',
            "v1,z8tM3xkt5Z9pOLlRps9Iut6q2QlyurkrN8pmtNg8/iI=",
        ),
        (
            "9876543210",
            b'{"id":"1234567890","status":"succeeded","message":"",'
            b'"create_time":1781080778802,"update_time":1781080794151}',
            "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
        ),
    ],
)
def test_the_published_vectors_of_standard_webhooks_hold(message_id, body, signature):
    sign = standard_webhook_signer("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=")

    headers = sign(Letter(id=message_id, at=1781080794, body=body))

    assert headers["webhook-signature"] == signature
