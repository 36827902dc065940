"""A signed address opens one stored file, whole or in parts, and nothing else."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.core import signing
from django.test import AsyncClient
from django.utils import timezone

from botapp import files_api
from botapp.services import files
from config.logging import mask_secrets
from config.storage import storages_config

BUCKET = "s3://key:secret@bucket.test/results?region=eu-1"
DATA = bytes(range(256)) * 4
KEY = "results/run/0.mp4"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> None:
    """Files are stored in a folder, as in production without a bucket."""
    settings.STORAGES = settings.STORAGES | storages_config(f"file://{tmp_path}")
    files.store(KEY, DATA)


def path_of(storage_key: str = KEY, **fields: Any) -> str:
    return urlsplit(files.url_for(storage_key, **fields)).path


@async_to_sync
async def get(path: str, method: str = "get", **headers: str) -> Any:
    """What a person's browser or a provider gets; `body` holds all of it."""
    answer = await getattr(AsyncClient(), method)(path, headers=headers)
    answer.body = (
        b"".join([piece async for piece in answer]) if answer.streaming else answer.content
    )
    return answer


@async_to_sync
async def ask(path: str) -> list[dict[str, Any]]:
    """What the server gets from the application, message by message."""
    said: list[dict[str, Any]] = []
    inbox = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if not inbox:
            # The client stays until all is sent.
            await asyncio.sleep(60)
        return inbox.pop()

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }
    # Here, as it turns garbage collection on again, which is off while tests are collected.
    from config.asgi import application

    await application(scope, receive, send)
    return said


def test_a_file_is_given_as_what_it_is():
    answer = get(path_of())

    assert (answer.status_code, answer.body) == (200, DATA)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(DATA))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="0.mp4"'
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_of_no_known_kind_is_only_downloaded():
    files.store("results/run/page.html", b"<script>")

    answer = get(path_of("results/run/page.html"))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-99", (0, 99)),
        ("bytes=1000-", (1000, 1023)),
        ("bytes=-24", (1000, 1023)),
        ("bytes=0-", (0, 1023)),
        ("bytes=1000-9999", (1000, 1023)),
        ("bytes=-9999", (0, 1023)),
    ],
)
def test_a_range_is_given(asked, span):
    answer = get(path_of(), range=asked)

    first, last = span
    assert answer.status_code == 206
    assert answer.body == DATA[first : last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/1024"
    assert answer["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(asked):
    answer = get(path_of(), range=asked)

    assert (answer.status_code, answer.body) == (416, b"")
    assert answer["Content-Range"] == "bytes */1024"


def test_an_address_that_opens_a_file_is_in_no_log():
    """A refused range is noted with its address, and the address goes on living."""
    path = path_of()

    assert mask_secrets(f"<ASGIRequest: GET '{path}'>") == "<ASGIRequest: GET '/api/files/***'>"


@pytest.mark.parametrize(
    "asked", ["bytes=9-1", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=" + "9" * 5000 + "-"]
)
def test_a_range_that_means_nothing_is_the_whole(asked):
    answer = get(path_of(), range=asked)

    assert (answer.status_code, answer.body) == (200, DATA)


def test_a_range_that_depends_on_an_older_copy_is_the_whole():
    answer = get(path_of(), **{"range": "bytes=0-9", "if-range": '"older"'})

    assert (answer.status_code, answer.body) == (200, DATA)


def test_the_head_tells_the_size():
    answer = get(path_of(), method="head")

    assert (answer.status_code, answer.body) == (200, b"")
    assert answer["Content-Length"] == str(len(DATA))


def test_only_reading_is_possible():
    assert get(path_of(), method="post").status_code == 405


@pytest.mark.parametrize(
    "token",
    ["results/run/0.mp4", "x", "W10:x:y", signing.dumps([KEY, None], salt="another purpose")],
    # A signature holds the time: workers that collect in different seconds must agree on names.
    ids=["no token", "a letter", "garbage", "signed for another purpose"],
)
def test_a_forged_address_opens_nothing(token):
    assert get(f"/api/files/{token}").status_code == 404


def test_an_address_lives_as_long_as_it_says():
    path = path_of(lifetime=timedelta(days=7))
    token = path.rsplit("/", 1)[1]
    now = timezone.now()

    assert get(path).status_code == 200
    assert files.find_key(token, now=now + timedelta(days=6)) == KEY
    assert files.find_key(token, now=now + timedelta(days=8)) is None
    assert get(path_of(lifetime=timedelta(seconds=-1))).status_code == 404


def test_a_file_that_is_gone_is_not_found():
    assert get(path_of("results/run/9.mp4")).status_code == 404


def test_nothing_is_listed():
    assert get("/api/files/").status_code == 404


def test_a_large_file_goes_out_piece_by_piece(db):
    large = DATA * 1024
    files.store("results/run/1.mp4", large)

    start, *bodies = ask(path_of("results/run/1.mp4"))

    pieces = [message.get("body", b"") for message in bodies]
    assert start["status"] == 200
    assert b"".join(pieces) == large
    assert max(map(len, pieces)) <= files_api.PIECE_BYTES


def test_a_bucket_gives_its_files_itself(settings):
    settings.STORAGES = settings.STORAGES | storages_config(BUCKET)

    answer = get(path_of())

    target = urlsplit(answer["Location"])
    assert answer.status_code == 302
    assert target.netloc == "bucket.test"
    assert target.path == f"/results/{KEY}"
    told = parse_qs(target.query)
    assert told["response-content-type"] == ["video/mp4"]
    assert "X-Amz-Signature" in told or "Signature" in told


def test_a_forged_address_opens_no_bucket(settings):
    settings.STORAGES = settings.STORAGES | storages_config(BUCKET)

    assert get("/api/files/forged").status_code == 404
