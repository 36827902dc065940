"""Static files as the web process serves them, through Django's ASGI handler."""

import asyncio

import httpx
import pytest

from botapp.request_slots import BoundedHandler
from devkit.lint import ROOT

ADDRESS = "/static/miniapp/main.js"
SCRIPT = (ROOT / "static/miniapp/main.js").read_bytes()


@pytest.fixture
def ask(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    settings.MIDDLEWARE = ["botapp.static_files.WholeFiles"]

    def ask(method="GET", **headers):
        async def run():
            transport = httpx.ASGITransport(app=BoundedHandler())
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as web:
                return await web.request(method, ADDRESS, headers=headers)

        return asyncio.run(run())

    return ask


# Every warning is an error in these tests; Django's of a synchronous iterator would be one.
def test_a_file_arrives_whole_and_typed(ask, db):
    answer = ask()

    assert answer.status_code == 200
    assert answer.content == SCRIPT
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert int(answer.headers["Content-Length"]) == len(SCRIPT)


def test_what_the_browser_has_is_not_sent_again(ask, db):
    answer = ask(**{"If-None-Match": ask().headers["ETag"]})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_part_and_no_body_at_all(ask, db):
    part, head = ask(Range="bytes=0-9"), ask("HEAD")

    assert (part.status_code, part.content) == (206, SCRIPT[:10])
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(SCRIPT)


def test_nothing_is_posted_there(ask, db):
    assert ask("POST").status_code == 405
