import time

import httpx
import pytest
import respx
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from botapp.models import BotErrorEvent, ChatMessage, GenResult
from botapp.tests.conftest import place, png
from config.storage import storages_config
from dashboard import safe_files, telegram_files

BOT = f"bot{settings.TELEGRAM_BOT_TOKEN}"
EVIL = b"<html><script>alert(document.cookie)</script></html>"
EVIL_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def telegram():
    with respx.mock(base_url=settings.TELEGRAM_API_BASE_URL, assert_all_called=False) as mock:
        yield mock


def give(telegram, content, *, size=None):
    answer = {"ok": True, "result": {"file_path": "photos/1.jpg", "file_size": size or 1}}
    telegram.get(f"/{BOT}/getFile").respond(json=answer)
    telegram.get(f"/file/{BOT}/photos/1.jpg").respond(content=content)


@pytest.fixture
def address(alice):
    message = ChatMessage.objects.create(
        thread=alice.chat_thread,
        user=alice,
        direction="incoming",
        message_type="document",
        media_file_id="AgAC",
        media_file_name='x"\r\nSet-Cookie: a=b.html',
        media_mime_type="text/html",
        message_date=timezone.now(),
    )
    return reverse("dashboard:media", args=[message.pk])


def assert_harmless(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script" not in response["Content-Security-Policy"]
    assert "Set-Cookie" not in response
    assert "\n" not in response["Content-Disposition"]


def test_a_photo_of_a_person_is_shown_by_what_its_bytes_are(client, operator, telegram, address):
    give(telegram, png())

    response = client.get(address)

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert_harmless(response)


@pytest.mark.parametrize("content", [EVIL, EVIL_SVG, b"%PDF-1.4", b""])
def test_a_page_sent_as_a_file_is_only_downloaded(client, operator, telegram, address, content):
    give(telegram, content)

    response = client.get(address)

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert_harmless(response)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"OggS\x00", "audio/ogg"),
        (b"GIF89a", "image/gif"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (EVIL, None),
    ],
)
def test_types_are_known_by_their_signatures(content, expected):
    assert safe_files.find_type(content) == expected


def test_a_file_larger_than_announced_is_cut_off(client, operator, telegram, address):
    give(telegram, b"\xff\xd8\xff" + bytes(telegram_files.BYTES_MAX))

    assert client.get(address).status_code == 413


def test_a_file_announced_too_large_is_not_even_asked_for(client, operator, telegram, address):
    give(telegram, png(), size=telegram_files.BYTES_MAX + 1)

    assert client.get(address).status_code == 413
    assert telegram.calls.call_count == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"ok": False}),
        httpx.Response(200, json={"ok": True}),
        httpx.Response(200, json=[1]),
        httpx.Response(200, text="<html>"),
    ],
)
def test_telegram_that_does_not_give_the_file_is_no_error_of_ours(
    client, operator, telegram, address, answer
):
    telegram.get(f"/{BOT}/getFile").mock(return_value=answer)

    response = client.get(address)

    assert response.status_code == 404
    assert "не отдаёт этот файл" in response.content.decode()
    assert settings.TELEGRAM_BOT_TOKEN not in response.content.decode()
    assert not BotErrorEvent.objects.exists()


def test_a_file_telegram_finds_too_big_is_named_so(client, operator, telegram, address):
    answer = {"ok": False, "error_code": 400, "description": "Bad Request: file is too big"}
    telegram.get(f"/{BOT}/getFile").respond(400, json=answer)

    response = client.get(address)

    assert response.status_code == 413
    assert "больше 20 МБ" in response.content.decode()


@pytest.mark.parametrize(
    "fault", [httpx.ConnectError("no route"), httpx.ReadTimeout(""), httpx.InvalidURL("odd")]
)
def test_a_broken_line_to_telegram_shows_no_token(client, operator, telegram, address, fault):
    telegram.get(f"/{BOT}/getFile").mock(side_effect=fault)

    response = client.get(address)

    assert response.status_code == 404
    assert "не отдаёт этот файл" in response.content.decode()
    assert settings.TELEGRAM_BOT_TOKEN not in response.content.decode()
    assert not BotErrorEvent.objects.exists()


def test_strangers_get_no_file(client, telegram, address):
    assert client.get(address).status_code == 302
    assert not telegram.calls


@pytest.fixture
def stored(alice):
    order = place(alice)
    key = default_storage.save("orders/1/0.png", ContentFile(png()))
    return GenResult.objects.create(
        request=order, index=0, storage_key=key, mime_type="text/html", size_bytes=1
    )


def test_a_stored_result_is_served_by_its_bytes(client, operator, stored):
    response = client.get(reverse("dashboard:result", args=[stored.pk]))

    assert response["Content-Type"] == "image/png"
    assert f"order-{stored.request_id}-0.png" in response["Content-Disposition"]
    assert_harmless(response)


@pytest.mark.parametrize(
    ("asked", "status", "place", "start", "stop"),
    [
        ("bytes=0-3", 206, "bytes 0-3/{size}", 0, 4),
        ("bytes=8-", 206, "bytes 8-{last}/{size}", 8, None),
        ("bytes=999999-", 416, "bytes */{size}", 0, 0),
        ("nonsense", 200, None, 0, None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    client, operator, stored, asked, status, place, start, stop
):
    address = reverse("dashboard:result", args=[stored.pk])
    whole = client.get(address).content

    response = client.get(address, headers={"Range": asked})

    size = len(whole)
    assert response.status_code == status
    assert response.get("Content-Range") == (place and place.format(size=size, last=size - 1))
    assert response.content == whole[start:stop]
    assert response["Content-Type"] == "image/png"
    assert_harmless(response)


def test_a_result_lost_from_storage_is_not_found(client, operator, stored):
    default_storage.delete(stored.storage_key)

    assert client.get(reverse("dashboard:result", args=[stored.pk])).status_code == 404


def test_a_storage_that_is_away_is_a_page_and_no_failure_of_ours(
    client, operator, stored, settings
):
    settings.STORAGES = storages_config("s3://key:secret@127.0.0.1:9/bot?scheme=http&region=x")
    started_s = time.monotonic()

    response = client.get(reverse("dashboard:result", args=[stored.pk]))

    assert response.status_code == 404
    assert "Хранилище сейчас не отдаёт" in response.content.decode()
    assert not BotErrorEvent.objects.exists()
    assert time.monotonic() - started_s < 10


def test_strangers_get_no_result(client, stored):
    assert client.get(reverse("dashboard:result", args=[stored.pk])).status_code == 302
