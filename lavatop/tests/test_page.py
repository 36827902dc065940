"""The page itself: what it may load, who may frame it, and that it speaks both languages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from config.storage import storages_config


def test_the_page_may_be_framed_by_telegram_only(client: Client) -> None:
    response = client.get("/miniapp/")

    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert "X-Frame-Options" not in response
    assert "frame-ancestors https://web.telegram.org https://*.telegram.org;" in f"{policy};"
    assert "script-src 'self' https://telegram.org;" in policy
    assert "unsafe-inline" not in policy


def test_a_local_stand_in_of_telegram_may_frame_it_too(client: Client, settings: Any) -> None:
    settings.TELEGRAM_WEBAPP_JS_URL = "http://127.0.0.1:8100/js/telegram-web-app.js"

    policy = client.get("/miniapp/")["Content-Security-Policy"]

    assert "script-src 'self' http://127.0.0.1:8100;" in policy
    assert "http://127.0.0.1:8100 http://localhost:8100" in policy.split("frame-ancestors")[1]


def test_files_come_from_here_or_from_the_bucket(client: Client, settings: Any) -> None:
    policy = client.get("/miniapp/")["Content-Security-Policy"]
    assert "img-src 'self' data: blob:;" in policy
    assert "media-src 'self' blob:;" in policy

    settings.STORAGES = storages_config("s3://key:secret@s3.example.com/media?region=eu")

    policy = client.get("/miniapp/")["Content-Security-Policy"]
    sources = "https://s3.example.com https://media.s3.example.com"
    assert f"img-src 'self' data: blob: {sources};" in policy
    assert f"media-src 'self' blob: {sources};" in policy
    assert "secret" not in policy


def test_there_is_no_inline_code(client: Client) -> None:
    html = client.get("/miniapp/").content.decode()

    scripts = re.findall(r"<script([^>]*)>", html)
    assert len(scripts) == 3
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"\son\w+=|javascript:|<style|style=", html)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_has_every_sentence_it_says(client: Client, language: str) -> None:
    html = client.get("/miniapp/").content.decode()
    found = re.search(r'<script id="page-data" type="application/json">(.*?)</script>', html)
    assert found is not None
    texts = json.loads(found[1])["texts"][language]

    used = set()
    for module in (Path(django_settings.BASE_DIR) / "static" / "miniapp").glob("*.js"):
        used |= set(re.findall(r"\btexts\.(\w+)", module.read_text()))
    # Put together from parts in outcome.js.
    spelled = {"preparingTitle", "waitingTitle", "paidTitle", "failedTitle", "reviewTitle"}
    spelled |= {"statusPending", "statusPaid", "statusFailed", "statusReview"}

    assert used - {"js", "en"} | spelled == set(texts)
    assert all(texts.values())
