"""One order's whole trail on one page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from botapp.business import generation
from botapp.models import ChatMessage, GenEvent, GenRequest, GenResult
from botapp.tests.conftest import png
from botapp.tests.orders import NOW, Status, place, store
from dashboard import orders

EVIL = "<script>alert('1')</script>"


def look(client, order):
    return client.get(reverse("dashboard:order", args=[order.pk]))


def stored(content=b"", name="inputs/x/0.png"):
    return default_storage.save(name, ContentFile(content or png()))


def test_the_trail_is_told_step_by_step(client, operator, alice):
    order = place(alice, status=Status.DONE)

    page = look(client, order).content.decode()

    steps = orders.read(order).steps
    kinds = [step.event.kind for step in steps]
    assert kinds == list(order.events.values_list("kind", flat=True))
    assert {"placed", "generated", "delivered"} <= set(kinds)
    positions = [page.index(step.event.get_kind_display()) for step in steps]
    assert positions == sorted(positions)
    assert "задание job" not in page
    assert order.prompt in page


def test_a_step_shows_its_job_its_route_and_its_wait(client, operator, alice):
    order = place(alice)
    first = order.events.get()
    common = {"request": order, "route": "fal:x", "provider_job_id": "job-77"}
    GenEvent.objects.create(
        kind="refused", at=first.at + timedelta(seconds=65), detail=f"auth: {EVIL}", **common
    )
    GenEvent.objects.create(kind="accepted", at=first.at + timedelta(seconds=66), **common)

    placed, refused, accepted = orders.read(order).steps

    assert (placed.after, refused.after) == (timedelta(0), timedelta(seconds=65))
    assert [step.is_new_route for step in (placed, refused, accepted)] == [True, True, False]
    assert [step.tone for step in (placed, refused, accepted)] == ["calm", "bad", "calm"]
    assert [step.is_new_job for step in (placed, refused, accepted)] == [False, True, False]
    page = look(client, order).content.decode()
    assert page.count("fal:x") == 1
    assert "задание job-77" in page
    assert "+1 мин 5 с".replace(" ", "\u202f").replace("мин\u202f5", "мин 5") in page
    assert EVIL not in page
    assert "auth: &lt;script&gt;" in page


def test_the_money_is_what_the_provider_really_took(alice):
    order = place(alice, status=Status.DONE)
    money = orders.read(order).money
    # 3.20 tokens at 20 a dollar; 0.08 dollars by the card.
    assert (money.took_usd, money.is_estimate) == (Decimal("0.0800"), True)
    assert money.margin_usd == Decimal("0.08")

    order.provider_cost_usd = Decimal("0.1344")
    order.refunded = Decimal("0.80")
    money = orders.read(order).money

    assert (money.took_usd, money.is_estimate) == (Decimal("0.1344"), False)
    assert (money.charged, money.returned, money.net) == (
        Decimal("3.20"),
        Decimal("0.80"),
        Decimal("2.40"),
    )
    assert money.margin_usd == Decimal("0.12") - Decimal("0.1344")


def test_a_failed_order_earned_nothing_and_its_cost_is_unknown(client, operator, alice):
    order = place(alice, status=Status.ERROR)

    money = orders.read(order).money

    assert (money.net, money.took_usd, money.margin_usd) == (0, None, 0)
    page = look(client, order).content.decode()
    assert "refused: why" in page
    assert "возврат" in page


def test_films_and_pictures_are_shown_through_the_safe_views(client, operator, alice):
    order = place(alice, status=Status.SUBMITTING)
    store(order.pk, 0)
    film = GenResult.objects.create(
        request=order,
        index=1,
        storage_key=stored(b"\x00\x00\x00\x18ftypisom", "results/x/1.mp4"),
        mime_type="video/mp4",
        size_bytes=12,
        width=1280,
        height=720,
        duration_s=8.0,
        thumbnail_key=stored(name="results/x/1.jpg"),
    )
    picture = order.results.get(index=0)

    page = look(client, order).content.decode()

    film_url, picture_url = (reverse("dashboard:result", args=[r.pk]) for r in (film, picture))
    small = reverse("dashboard:thumbnail", args=[film.pk])
    assert f'<video src="{film_url}" controls preload="none" poster="{small}">' in page
    assert f'<img src="{picture_url}"' in page
    assert client.get(film_url)["Content-Type"] == "video/mp4"
    assert client.get(small)["Content-Type"] == "image/png"
    assert client.get(reverse("dashboard:thumbnail", args=[picture.pk])).status_code == 404


def test_a_result_erased_with_its_persons_data_is_no_trouble_of_the_storage(
    client, operator, alice
):
    order = place(alice, status=Status.SUBMITTING)
    store(order.pk, 0)
    GenResult.objects.update(storage_key="", thumbnail_key="")

    page = look(client, order).content.decode()

    address = reverse("dashboard:result", args=[order.results.get().pk])
    assert "стёрт вместе с данными человека" in page
    assert address not in page
    assert client.get(address).status_code == 404


def test_what_the_person_gave_is_shown_from_storage(client, operator, alice):
    key = stored()
    order = place(alice, sources=({"storage_key": key, "role": "image"},))
    address = reverse("dashboard:order_input", args=[order.pk, 0])

    page = look(client, order).content.decode()
    assert address in page
    assert ">картинка<" in page
    given = client.get(address)
    assert given["Content-Type"] == "image/png"
    assert "sandbox" in given["Content-Security-Policy"]

    assert client.get(reverse("dashboard:order_input", args=[order.pk, 1])).status_code == 404
    default_storage.delete(key)
    assert client.get(address).status_code == 404


def test_a_photo_that_telegram_keeps_is_asked_of_telegram(client, operator, alice, settings):
    # Nobody listens there: the page says that the file cannot be had.
    settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
    order = place(alice, sources=({"file_id": "AgAC"},))

    response = client.get(reverse("dashboard:order_input", args=[order.pk, 0]))

    assert response.status_code == 404
    assert "Telegram сейчас не отдаёт" in response.content.decode()


def test_an_order_knows_what_it_continues_and_what_continues_it(client, operator, alice):
    first = place(alice, status=Status.DONE)
    again = generation.repeat(user_id=alice.pk, generation_id=first.pk, key="again").order

    assert f"заказ № {first.pk}</a>" in look(client, again).content.decode()
    assert f"№ {again.pk}</a>" in look(client, first).content.decode()


def test_a_long_trail_costs_no_more_queries(client, operator, alice, django_assert_max_num_queries):
    long = place(alice, status=Status.DONE)
    short = place(alice, key="short")
    for number in range(20):
        GenEvent.objects.create(request=long, kind="waiting", detail="3 s")
        again = generation.repeat(user_id=alice.pk, generation_id=long.pk, key=f"again {number}")
        # A person has few open orders at once.
        GenRequest.objects.filter(pk=again.order.pk).update(status="done")
    with CaptureQueriesContext(connection) as quick:
        look(client, short)

    with django_assert_max_num_queries(10) as slow:
        response = look(client, long)

    assert response.status_code == 200
    assert len(slow) == len(quick)


def test_the_chat_leads_to_the_orders(client, operator, alice):
    order = place(alice)
    generation.attach_status_message(generation_id=order.pk, message_id=555, now=NOW)
    for message_id in (555, 556):
        ChatMessage.objects.create(
            thread=alice.chat_thread,
            user=alice,
            direction="outgoing",
            message_type="photo",
            telegram_message_id=message_id,
            message_date=timezone.now(),
        )

    page = client.get(reverse("dashboard:chat", args=[alice.chat_thread.pk])).content.decode()

    address = reverse("dashboard:order", args=[order.pk])
    # Once among the latest orders, once at the message that shows it.
    assert page.count(f'href="{address}"') == 2
    assert page.count(f">заказ № {order.pk}</a>") == 1


def test_the_admin_list_leads_to_the_trail(client, operator, alice):
    order = place(alice)

    page = client.get(reverse("admin:botapp_genrequest_changelist")).content.decode()

    assert reverse("dashboard:order", args=[order.pk]) in page


@pytest.mark.parametrize("status", list(Status))
def test_the_page_opens_whatever_became_of_the_order(client, operator, alice, status):
    assert look(client, place(alice, status=status)).status_code == 200
