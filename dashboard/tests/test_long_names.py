"""The longest name Telegram lets a person have, in a real Chromium."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from botapp.models import AIModel, ChatMessage, ChatThread, GenRequest, TgUser, UserBalance
from dashboard import orders
from dashboard.chats import History

pytestmark = pytest.mark.browser

ORIGIN = "http://dashboard.test"
LONG = "W" * 64
IS_INSIDE = "one => one.scrollWidth <= one.clientWidth"


@pytest.fixture
def thread():
    """Nothing of it is in the database, which a clicking test cannot ask."""
    person = TgUser(pk=1, chat_id=1001, first_name=LONG, username=LONG[:32])
    UserBalance(pk=1, user=person, balance=Decimal(100))
    return ChatThread(pk=1, user=person)


def chat(thread):
    said = ChatMessage(pk=1, text=LONG, direction="incoming", message_date=datetime.now(UTC))
    history = History([said], older_than=None)
    return {"chat": thread, "history": history, "orders": [], "order_of": {}}


def order(thread):
    model = AIModel(slug="nano-banana", display_name="Nano Banana")
    made = GenRequest(pk=1, user=thread.user, ai_model=model, prompt=LONG, status="done")
    money = orders.Money(*[Decimal(0)] * 4, is_estimate=False)
    rest = {"params": {}, "steps": [], "inputs": [], "results": [], "postings": [], "children": []}
    return {"page": orders.Page(order=made, money=money, **rest)}


def serve_static(route):
    name = route.request.url.removeprefix(f"{ORIGIN}/static/")
    route.fulfill(path=Path(finders.find(name)))


@pytest.mark.parametrize("width", [1300, 390])
@pytest.mark.parametrize("shown", [chat, order])
def test_a_long_name_stays_in_its_place(browser, rf, thread, shown, width):
    request = rf.get("/")
    request.user = User(username="olga")
    html = render_to_string(f"dashboard/{shown.__name__}.html", shown(thread), request)
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.route(f"{ORIGIN}/static/**", serve_static)
    page.route(f"{ORIGIN}/", lambda route: route.fulfill(body=html, content_type="text/html"))

    page.goto(f"{ORIGIN}/")

    assert page.get_by_text(LONG).first.evaluate(IS_INSIDE)
    assert page.locator("html").evaluate(IS_INSIDE)
    page.close()
