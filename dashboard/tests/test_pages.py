from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from botapp.business import generation
from botapp.models import BotErrorEvent, ChatMessage, ChatThread, GenRequest
from conftest import make_user

PAGES = ["overview", "chats"]


def say(user, text, *, direction="incoming", minutes_ago=0, **fields):
    now = timezone.now() - timedelta(minutes=minutes_ago)
    message = ChatMessage.objects.create(
        thread=user.chat_thread,
        user=user,
        direction=direction,
        message_type=fields.pop("message_type", "text"),
        text=text,
        message_date=now,
        **fields,
    )
    ChatThread.objects.filter(user=user).update(last_message_at=now, last_message_text=text)
    return message


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_operators_only(client, db, name):
    address = reverse(f"dashboard:{name}")
    client.force_login(User.objects.create_user("guest", password="x"))

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("name", PAGES)
def test_pages_load_nothing_foreign_and_run_no_script(client, operator, catalog, name):
    response = client.get(reverse(f"dashboard:{name}"))

    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    page = response.content.decode()
    assert "<script" not in page
    assert "style=" not in page
    assert 'src="http' not in page
    assert "no-store" in response["Cache-Control"]


def live_a_day(user, number):
    """An order, a failure, and words."""
    placed = generation.start(
        generation.NewOrder(
            user_id=user.pk,
            chat_id=1,
            model_slug=("nano-banana", "nano-banana-pro")[number % 20 == 0],
            prompt="кот",
            key=str(number),
        )
    ).order
    # A person has few open orders at once.
    GenRequest.objects.filter(pk=placed.pk).update(status=("queued", "done")[number > 1])
    BotErrorEvent.objects.create(severity="error", message="беда")
    say(user, "кот")


def test_the_overview_costs_a_bounded_number_of_queries(
    client, operator, alice, django_assert_max_num_queries
):
    for number in range(2):
        live_a_day(alice, number)
    with CaptureQueriesContext(connection) as quiet:
        client.get(reverse("dashboard:overview"))
    for number in range(2, 60):
        live_a_day(alice, number)

    with django_assert_max_num_queries(21) as busy:
        response = client.get(reverse("dashboard:overview"))

    assert response.status_code == 200
    assert len(busy) == len(quiet)


def test_the_overview_of_an_empty_product_opens(client, operator, catalog):
    page = client.get(reverse("dashboard:overview")).content.decode()

    assert "ещё не сверялся" in page
    assert "Воркер молчит" in page
    assert "Сбоев нет" in page


def test_the_last_audit_of_the_ledger_is_shown(client, operator, catalog):
    cache.set("audit:ledger", {"at": timezone.now().isoformat(), "faults": 0})
    assert "Журнал токенов сходится" in client.get(reverse("dashboard:overview")).content.decode()

    cache.set("audit:ledger", {"at": timezone.now().isoformat(), "faults": 3})
    assert "расхождений 3" in client.get(reverse("dashboard:overview")).content.decode()


def test_the_overview_opens_while_redis_is_down(client, operator, catalog, settings):
    nobody = {"LOCATION": "redis://127.0.0.1:9/0", "OPTIONS": {"retry": Retry(NoBackoff(), 0)}}
    settings.CACHES = {"default": settings.CACHES["default"] | nobody}

    page = client.get(reverse("dashboard:overview")).content.decode()

    assert "Redis не отвечает" in page
    assert "Воркер на связи" not in page
    assert "не сверялся" not in page


def test_hundredths_of_tokens_are_shown(client, operator, alice):
    generation.start(
        generation.NewOrder(
            user_id=alice.pk,
            chat_id=1,
            model_slug="nano-banana",
            prompt="кот",
            quantity=4,
            key="four",
        )
    )

    page = client.get(reverse("dashboard:overview")).content.decode()

    assert '<p class="number">3.20 <small>' in page


def test_a_provider_without_a_key_is_shown_as_off(client, operator, catalog, settings):
    settings.PROVIDERS = {}

    page = client.get(reverse("dashboard:overview")).content.decode()

    assert "выключен: нет GEMINI_API_KEY" in page
    assert "Моделей некому делать" in page
    assert "Провайдеров включено" not in page


def test_times_are_shown_by_the_clock_of_moscow(client, operator, alice):
    message = say(alice, "Привет")

    page = client.get(reverse("dashboard:chat", args=[alice.chat_thread.pk])).content.decode()

    moscow = (message.message_date + timedelta(hours=3)).strftime("%H:%M")
    assert f">{moscow}</time>" in page


def test_dates_are_russian_whatever_the_browser_asks_for(client, operator, catalog):
    with time_machine.travel(datetime(2026, 5, 2, 9, 0, tzinfo=UTC), tick=False):
        page = client.get(reverse("dashboard:overview"), headers={"accept-language": "en-US"})

    assert "Сегодня, 2 мая" in page.content.decode()


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", {"Алиса", "Борис"}),
        ("али", {"Алиса"}),
        ("1002", {"Борис"}),
        ("9" * 30, set()),
        ("алиса 1001", {"Алиса"}),
        ("алиса 1002", set()),
        ("100%", set()),
        ("никто", set()),
    ],
)
def test_chats_are_found_by_name_and_id(client, operator, alice, boris, search, expected):
    say(alice, "Привет")
    say(boris, "Здравствуйте")

    page = client.get(reverse("dashboard:chats"), {"q": search}).context["page"]

    assert {chat.user.first_name for chat in page} == expected


def test_the_latest_chat_comes_first_and_the_unread_are_marked(client, operator, catalog):
    quiet, talker, late = (make_user(4000 + n, f"Имя{n}", tokens=0) for n in range(3))
    say(talker, "давно", minutes_ago=9)
    say(late, "только что")
    ChatThread.objects.filter(user=talker).update(unread_count=4)

    response = client.get(reverse("dashboard:chats"))

    found = response.context["page"].object_list
    assert [chat.user for chat in found] == [late, talker]
    assert quiet.first_name not in response.content.decode()
    assert '<span class="count">4</span>' in response.content.decode()
    assert response.content.decode().count('class="unread"') == 1


def test_chats_beyond_a_page_are_on_the_next(client, operator, catalog):
    for number in range(27):
        say(make_user(3000 + number, f"Имя {number}", tokens=0), "Привет", minutes_ago=number)

    first, second = (
        client.get(reverse("dashboard:chats"), {"q": "имя", "page": number}) for number in (1, 2)
    )

    assert len(first.context["page"]) == 25
    assert len(second.context["page"]) == 2
    assert "?q=%D0%B8%D0%BC%D1%8F&amp;page=2" in first.content.decode()


def test_a_longer_list_of_chats_costs_no_more_queries(
    client, operator, catalog, django_assert_max_num_queries
):
    for number in range(24):
        say(make_user(3000 + number, f"Имя {number}", tokens=0), "Привет")

    with django_assert_max_num_queries(5):
        client.get(reverse("dashboard:chats"))


def test_looking_at_a_chat_changes_nothing(client, operator, alice):
    say(alice, "Привет")
    ChatThread.objects.filter(user=alice).update(unread_count=1)
    before = ChatThread.objects.values().get(user=alice)

    for _ in range(2):
        client.get(reverse("dashboard:chat", args=[alice.chat_thread.pk]))

    assert ChatThread.objects.values().get(user=alice) == before


def test_a_chat_is_marked_read_up_to_what_was_seen(client, operator, alice):
    seen = say(alice, "Видел", minutes_ago=1)
    say(alice, "Пришло потом")
    ChatThread.objects.filter(user=alice).update(unread_count=2)
    address = reverse("dashboard:mark_read", args=[alice.chat_thread.pk])

    assert client.get(address).status_code == 405
    assert client.post(address, {"up_to": "x"}).status_code == 400
    assert client.post(address, {"up_to": seen.pk}).status_code == 302

    assert ChatThread.objects.get(user=alice).unread_count == 1


def test_what_a_person_wrote_is_text_and_never_markup(client, operator, alice):
    say(alice, "<script>alert(1)</script>")

    page = client.get(reverse("dashboard:chat", args=[alice.chat_thread.pk])).content.decode()

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_long_chat_is_read_in_stretches_without_gaps(client, operator, alice):
    moment = timezone.now()
    ChatMessage.objects.bulk_create(
        ChatMessage(
            thread=alice.chat_thread,
            user=alice,
            direction="incoming",
            message_type="text",
            text=str(number),
            # Many in one second, as in a real chat.
            message_date=moment + timedelta(seconds=number // 7),
        )
        for number in range(450)
    )
    address = reverse("dashboard:chat", args=[alice.chat_thread.pk])

    read = []
    before = ""
    while True:
        history = client.get(address, {"before": before}).context["history"]
        read = [message.text for message in history.messages] + read
        if history.older_than is None:
            break
        before = history.older_than

    assert read == [str(number) for number in range(450)]


def test_buttons_and_keyboards_are_shown(client, operator, alice):
    keyboard = {"keyboard": [[{"text": "🔁 Ещё раз", "data": "again"}]]}
    say(alice, "Готово", direction="outgoing", payload=keyboard)
    say(alice, "🔁 Ещё раз", message_type="button", payload={"pressed": "again"})

    page = client.get(reverse("dashboard:chat", args=[alice.chat_thread.pk])).content.decode()

    assert page.count("🔁 Ещё раз") == 2
    assert "👆" in page
