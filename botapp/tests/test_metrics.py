from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from botapp.business import balance, circuits, generation
from botapp.models import BotErrorEvent, GenRequest, Transaction
from botapp.tests.orders import Status, place
from lavatop.models import WebhookEvent

TOKEN = "test-metrics-token"


@pytest.fixture
def scrape(client, db):
    def scrape_page():
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        return response

    return scrape_page


def test_without_a_token_in_the_settings_the_page_does_not_exist(client, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ё"])
def test_a_wrong_token_is_refused(client, header):
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 401


def test_the_page_is_what_prometheus_reads(scrape):
    response = scrape()

    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in response.content.decode().splitlines():
        name, *rest = line.split(" ")
        assert name == "#" or (name.startswith("nanobanana_") and float(rest[-1]) >= 0)
    assert response.content.endswith(b"\n")


def test_orders_are_counted_by_status_and_by_model(scrape, alice):
    started = generation.start(
        generation.NewOrder(
            user_id=alice.pk, chat_id=1, model_slug="nano-banana", prompt="кот", key="k"
        )
    )
    GenRequest.objects.filter(pk=started.order.pk).update(
        created_at=timezone.now() - timedelta(seconds=90)
    )

    lines = numbers(scrape())

    assert lines['nanobanana_orders_open{status="queued"}'] == 1
    assert lines['nanobanana_orders_open{status="processing"}'] == 0
    assert 90 <= lines["nanobanana_orders_oldest_queued_seconds"] < 100
    assert lines['nanobanana_orders_ended_total{model="nano-banana",outcome="error"}'] == 0


def test_the_queue_of_each_kind_has_its_own_age(scrape, alice):
    film = place(alice, key="film", model_slug="kling-v2-5-turbo", quantity=1)
    place(alice, key="picture")
    GenRequest.objects.filter(pk=film.pk).update(created_at=timezone.now() - timedelta(seconds=300))

    lines = numbers(scrape())

    name = "nanobanana_orders_oldest_queued_by_kind_seconds"
    assert 300 <= lines[f'{name}{{kind="video"}}'] < 310
    assert 0 < lines[f'{name}{{kind="image"}}'] < 10
    assert 300 <= lines["nanobanana_orders_oldest_queued_seconds"] < 310


def test_jobs_at_providers_and_routes_left_alone_are_counted(scrape, alice, settings):
    settings.PROVIDERS = {name: settings.PROVIDERS[name] for name in ("gemini", "fal")}
    place(alice, status=Status.PROCESSING)
    now = timezone.now()
    for route, seconds in (("fal:a", 60.0), ("fal:b", 60.0), ("gemini:c", -1.0)):
        circuits.fails(route, failure="auth", detail="", now=now, at_once_s=seconds)

    lines = numbers(scrape())

    assert lines['nanobanana_provider_jobs{provider="gemini"}'] == 1
    assert lines['nanobanana_provider_jobs{provider="fal"}'] == 0
    assert lines["nanobanana_routes_open"] == 2


def test_people_deposits_errors_and_the_inbox_are_counted(scrape, alice, boris):
    balance.post(
        balance.Posting(boris.pk, Transaction.Type.DEPOSIT, Decimal("100.50"), "payment:x:credit")
    )
    BotErrorEvent.objects.create(severity="critical")
    BotErrorEvent.objects.create(
        severity="critical", occurred_at=timezone.now() - timedelta(hours=2)
    )
    WebhookEvent.objects.create(dedupe_key="x", payload={}, raw_body="{}")

    lines = numbers(scrape())

    assert lines['nanobanana_users{blocked="false"}'] == 2
    assert lines["nanobanana_deposits_total"] == 1
    assert lines["nanobanana_deposited_tokens_total"] == 100.5
    assert lines['nanobanana_errors_last_hour{severity="critical"}'] == 1
    assert 0 < lines["nanobanana_webhook_oldest_unprocessed_seconds"] < 10


def test_a_scrape_costs_a_handful_of_queries(scrape, alice, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        scrape()


def numbers(response):
    lines = response.content.decode().splitlines()
    return {
        name: float(number)
        for name, _, number in (line.rpartition(" ") for line in lines if line[0] != "#")
    }
