"""Bodies of strangers, through everything that stands in front of the views."""

import asyncio

import httpx
import pytest

from botapp.body_limits import BODY_BYTES_MAX, BodyLimits
from botapp.request_slots import BoundedHandler

# The application works in threads of its own, and what those write stays.
pytestmark = pytest.mark.django_db(transaction=True)

WEBHOOK = "/api/miniapp/lava-webhook"
CHUNK = b"x" * 65536


class Sender:
    """A body of so many bytes in chunks; knows how much of it was taken."""

    def __init__(self, size):
        self.size, self.taken = size, 0

    async def __aiter__(self):
        while self.taken < self.size:
            self.taken += len(CHUNK)
            yield CHUNK


def send(body, *, headers=None, limits=None, address=WEBHOOK):
    async def run():
        application = BodyLimits(BoundedHandler(), limits or {})
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.post(address, content=body, headers=headers)

    return asyncio.run(run())


def test_an_announced_large_body_is_refused_unread():
    body = Sender(400 * 1024 * 1024)

    answer = send(body, headers={"Content-Length": str(body.size)})

    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"
    assert body.taken == 0


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "many"}])
def test_an_unannounced_large_body_is_refused_where_the_limit_is(headers):
    body = Sender(400 * 1024 * 1024)

    answer = send(body, headers=headers)

    assert answer.status_code == 413
    assert body.taken <= BODY_BYTES_MAX + len(CHUNK)


def test_a_large_body_with_the_right_secret_is_too_large_too():
    headers = {"X-Api-Key": "test-lava-webhook-key"}

    assert send(b"x" * (BODY_BYTES_MAX + 1), headers=headers).status_code == 413
    assert send(b"x" * BODY_BYTES_MAX, headers=headers).status_code == 413


def test_an_ordinary_body_arrives():
    assert send(b"x" * 2000).status_code == 401
    assert send(b"{}", headers={"X-Api-Key": "test-lava-webhook-key"}).status_code == 200


def test_a_path_may_take_more():
    body = Sender(3 * BODY_BYTES_MAX)

    assert send(body, limits={WEBHOOK: 4 * BODY_BYTES_MAX}).status_code == 401
    assert body.taken == body.size
