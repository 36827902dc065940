"""The real page with its real headers in a Chromium; only Telegram and the API are stood in for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Route, ViewportSize

from lavatop.tests.miniapp.answers import PICTURE, Api
from lavatop.tests.miniapp.opened import ORIGIN, MiniApp

TELEGRAM = Path(__file__).with_name("telegram.js")
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def mini(browser: Browser, client: Client, settings: Any) -> Iterator[MiniApp]:
    """At its end no script may have failed and the page's policy have refused nothing."""
    settings.TELEGRAM_WEBAPP_JS_URL = f"{ORIGIN}/telegram.js"
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.set_default_timeout(5000)
    page, api = context.new_page(), Api()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: _note(problems, said))
    html = client.get("/miniapp/")
    page.route(f"{ORIGIN}/**", lambda route: _serve(route, html, api))
    yield MiniApp(page, api)
    context.close()
    assert [problem for problem in problems if not problem.startswith("Failed to load")] == []


def _note(problems: list[str], said: ConsoleMessage) -> None:
    if said.type == "error":
        problems.append(said.text)


def _serve(route: Route, html: Any, api: Api) -> None:
    path = urlsplit(route.request.url).path
    if path == "/miniapp/":
        headers = {"Content-Security-Policy": html["Content-Security-Policy"]}
        route.fulfill(content_type="text/html", headers=headers, body=html.content.decode())
    elif path.startswith("/api/miniapp/"):
        api.answer(route, path.removeprefix("/api/miniapp/"))
    elif path.startswith("/api/files/"):
        route.fulfill(content_type="image/svg+xml", body=PICTURE)
    elif path == "/telegram.js":
        route.fulfill(path=TELEGRAM, content_type="text/javascript")
    else:
        route.fulfill(path=Path(django_settings.BASE_DIR) / path.lstrip("/"))
