"""Operators see which ways to the providers are open, and why the others are not."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from botapp.business import circuits, selling
from botapp.models import AIModel, GenRequest
from botapp.tests.orders import Status, place
from dashboard import routes

NOON = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)
GEMINI, FAL = "gemini:gemini-nano-banana-2.1", "fal:google/nano-banana-2.1"


@pytest.fixture
def two_providers(settings):
    settings.PROVIDERS = {name: settings.PROVIDERS[name] for name in ("gemini", "fal")}


def ways_of(slug, now=NOON):
    [found] = [row for row in routes.overview(now).models if row.model.slug == slug]
    return found


def fail(route, *, failure="transient", times=1, at_once_s=None, now=NOON):
    for _ in range(times):
        circuits.fails(route, failure=failure, detail="HTTP 500", now=now, at_once_s=at_once_s)


def load_of(provider, now=NOON):
    [found] = [load for load in routes.loads(now) if load.provider == provider]
    return found


def test_every_route_of_every_active_model_is_there_the_preferred_first(catalog):
    shown = {
        row.model.slug: [way.provider for way in row.ways] for row in routes.overview(NOON).models
    }

    assert set(shown) == set(AIModel.objects.on_sale().values_list("slug", flat=True))
    assert shown["nano-banana"] == ["gemini", "fal"]
    assert shown["kling-v3"] == ["kling", "fal", "kie"]


def test_a_route_without_its_key_names_the_variable(catalog, two_providers):
    pro = ways_of("nano-banana-pro")

    assert [(way.state, way.variable) for way in pro.ways] == [
        ("on", "GEMINI_API_KEY"),
        ("off", "KIE_API_KEY"),
    ]
    assert pro.can_be_made


def test_models_nobody_can_make_are_those_that_are_not_sold(catalog, two_providers):
    unmakeable = {row.model.slug for row in routes.overview(NOON).unmakeable}

    assert {"runway_gen45", "veo3-fast"} <= unmakeable
    assert "kling-v3" not in unmakeable
    sold = {model.slug for model in selling.all_models()}
    assert unmakeable == set(AIModel.objects.on_sale().values_list("slug", flat=True)) - sold


def test_a_failing_route_is_passed_by_until_its_time_is_over(catalog):
    fail(GEMINI, times=2)
    assert ways_of("nano-banana").ways[0].state == "on"

    fail(GEMINI)

    first, second = ways_of("nano-banana").ways
    assert (first.state, second.state) == ("passed_by", "on")
    assert first.circuit.failures_in_row == 3
    assert first.failure == "сбой провайдера"
    assert routes.overview(NOON).passed_by == 1
    assert ways_of("nano-banana", NOON + timedelta(minutes=2)).ways[0].state == "on"


def test_a_route_tells_what_it_served_in_the_last_day(alice):
    made = place(alice, status=Status.DONE)
    place(alice, key="failed", status=Status.ERROR)
    old = place(alice, key="old", status=Status.DONE)
    now = timezone.now()
    GenRequest.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=2))
    other = place(alice, key="edit", status=Status.DONE)
    # The edit of a picture has a name of its own there.
    GenRequest.objects.filter(pk=other.pk).update(
        provider="fal", model="google/nano-banana-2.1/edit"
    )

    gemini, fal = ways_of("nano-banana", now).ways

    made.refresh_from_db()
    assert (gemini.served, gemini.served_at) == (1, made.updated_at)
    assert fal.served == 1
    assert ways_of("nano-banana-pro", now).ways[0].served_at is None


def test_jobs_are_counted_against_the_limit_of_their_provider(alice, settings):
    settings.PROVIDER_CONCURRENCY = {"gemini": 1}
    settings.PROVIDER_CONCURRENCY_USUAL = 7
    place(alice, status=Status.PROCESSING)
    late = place(alice, key="late", status=Status.ERROR)
    GenRequest.objects.filter(pk=late.pk).update(late_until=NOON + timedelta(hours=1))

    gemini = load_of("gemini")

    assert (gemini.at_work, gemini.limit, gemini.late) == (1, 1, 1)
    assert gemini.is_full
    assert routes.loads(NOON)[0] == gemini
    assert load_of("gemini", NOON + timedelta(hours=2)).late == 0
    assert (load_of("fal").at_work, load_of("fal").limit) == (0, 7)
    assert not load_of("fal").is_full


def test_the_page_says_it_in_words(client, operator, alice, two_providers):
    with time_machine.travel(NOON, tick=False):
        fail(GEMINI, failure="no_provider_money", at_once_s=600.0)
        place(alice)

        page = client.get(reverse("dashboard:overview")).content.decode()

    # By the clock of Moscow.
    assert "обходим до 12:10" in page
    assert "отказов подряд 1: кончились деньги у провайдера" in page
    assert "HTTP 500" in page
    assert "Обходим маршрутов: 1" in page
    assert "выключен: нет RUNWAY_API_KEY" in page
    assert '<span class="bad">некому делать</span>' in page
    assert "картинок 1, видео 0" in page


def test_more_failures_and_more_jobs_cost_no_more_queries(client, operator, alice):
    address = reverse("dashboard:overview")
    with CaptureQueriesContext(connection) as quiet:
        client.get(address)
    for number, route in enumerate((GEMINI, FAL, "kie:mj", "runway:gen4.5")):
        fail(route, times=4)
        place(alice, key=str(number), status=Status.PROCESSING)

    with CaptureQueriesContext(connection) as busy:
        client.get(address)

    assert len(busy) == len(quiet)
