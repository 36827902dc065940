"""Who may look, and what a page of the operators' may do in their browser."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botapp.business import circuits
from botapp.models import BotErrorEvent, ChatMessage, ChatThread, GenEvent, GenResult
from botapp.tests.conftest import place, png

EVIL = "<img src=x onerror=alert(1)><script>alert('1')</script>\"'{{ 7|add:7 }}"
TO_LOOK_AT = (
    *("overview", "chats", "chat", "media", "order"),
    *("result", "thumbnail", "order_input"),
)
PAGES = ("overview", "chats", "chat", "media", "order")


@pytest.fixture
def addresses(alice, settings):
    """Every address of the dashboard, each with something behind it."""
    # Nobody listens there: the file's page is the one that says so.
    settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
    message = say_evil(alice)
    key = default_storage.save("orders/1/0.png", ContentFile(png()))
    order = place(alice, prompt=EVIL, sources=({"storage_key": key},))
    GenEvent.objects.create(request=order, kind="refused", route=EVIL, detail=EVIL)
    circuits.fails(
        "gemini:gemini-nano-banana-2.1", failure=EVIL[:32], detail=EVIL, now=timezone.now()
    )
    result = GenResult.objects.create(
        request=order,
        index=0,
        storage_key=key,
        mime_type="image/png",
        size_bytes=1,
        thumbnail_key=key,
    )
    numbers = {
        "chat": [message.thread_id],
        "mark_read": [message.thread_id],
        "media": [message.pk],
        "result": [result.pk],
        "thumbnail": [result.pk],
        "order": [order.pk],
        "order_input": [order.pk, 0],
    }
    names = (*TO_LOOK_AT, "mark_read")
    return {name: reverse(f"dashboard:{name}", args=numbers.get(name)) for name in names}


def say_evil(user):
    """Markup in everything a person or a failure may put on a page."""
    for name in ("first_name", "last_name", "username"):
        setattr(user, name, EVIL)
    user.save()
    BotErrorEvent.objects.create(severity="error", error_class=EVIL, message=EVIL)
    keyboard = {"keyboard": [[{"text": EVIL, "url": EVIL}]]}
    common = {"thread": user.chat_thread, "user": user, "message_date": timezone.now()}
    for direction, type_ in (("outgoing", "text"), ("incoming", "button")):
        ChatMessage.objects.create(
            direction=direction, message_type=type_, text=EVIL, payload=keyboard, **common
        )
    ChatThread.objects.filter(user=user).update(
        last_message_at=timezone.now(), last_message_text=EVIL, unread_count=1
    )
    return ChatMessage.objects.create(
        direction="incoming",
        message_type="document",
        text=EVIL,
        media_file_id="AgAC",
        media_file_name=EVIL,
        **common,
    )


class Markup(HTMLParser):
    """What the browser would build: tags, and attributes that run or style something."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.active = set(), []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.active += [
            (tag, name, value)
            for name, value in attributes
            if name.startswith("on") or name == "style" or "javascript:" in (value or "")
        ]


@pytest.mark.parametrize("name", [*TO_LOOK_AT, "mark_read"])
@pytest.mark.parametrize("who", ["nobody", "guest"])
def test_every_address_is_for_operators_only(client, addresses, name, who):
    if who == "guest":
        client.force_login(User.objects.create_user("guest", password="x"))
    ask = client.post if name == "mark_read" else client.get

    response = ask(addresses[name], {"up_to": "9"})

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))
    assert ChatThread.objects.get().unread_count == 1


@pytest.mark.parametrize("name", TO_LOOK_AT)
def test_nothing_that_is_looked_at_takes_a_post(client, operator, addresses, name):
    assert client.post(addresses[name]).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_anything_its_policy_would_block(client, operator, addresses, name):
    response = client.get(addresses[name])

    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    markup = Markup(response.content.decode())
    assert "main" in markup.tags
    assert not markup.tags & {"script", "style", "iframe", "object", "base"}
    assert markup.active == []


@pytest.mark.parametrize("name", ["overview", "chats", "chat", "order"])
def test_what_people_write_is_text_on_every_page(client, operator, addresses, name):
    page = client.get(addresses[name], {"q": EVIL} if name == "chats" else {}).content.decode()

    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "{{ 7|add:7 }}" in page


def test_marking_read_takes_the_token_of_the_page(operator, addresses):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator)
    page = strict.get(addresses["chat"])
    sent = {"up_to": page.context["history"].last_id}

    assert strict.post(addresses["mark_read"], sent).status_code == 403
    assert ChatThread.objects.get().unread_count == 1

    token = page.context["csrf_token"]
    assert (
        strict.post(addresses["mark_read"], sent | {"csrfmiddlewaretoken": token}).status_code
        == 302
    )
    assert ChatThread.objects.get().unread_count == 0


@pytest.mark.parametrize("number", ["0", "-1", "9" * 19, "9" * 5000, "x", "²", "\0"])
def test_numbers_no_row_can_have_are_no_error_of_ours(client, operator, addresses, number):
    assert client.get(addresses["chat"], {"before": number}).status_code == 200
    assert client.get(addresses["chats"], {"page": number, "q": number}).status_code == 200
    assert client.post(addresses["mark_read"], {"up_to": number}).status_code in {302, 400}


@pytest.mark.parametrize("name", ["chat", "media", "result", "thumbnail", "order"])
def test_what_does_not_exist_is_not_found(client, operator, db, name):
    for number in (10**6, 10**30):
        assert client.get(reverse(f"dashboard:{name}", args=[number])).status_code == 404


def test_logging_in_at_the_logins_own_address_leads_to_the_tables(client, db):
    User.objects.create_superuser("olga", password="x")
    login = reverse("admin:login")

    response = client.post(login, {"username": "olga", "password": "x"}, follow=True)

    assert response.redirect_chain == [(reverse("admin:index"), 302)]
    assert response.status_code == 200
