"""A failing provider is passed by, before anything was made; the price stays as shown."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
import respx
from django.utils import timezone

from botapp.business import balance, circuits
from botapp.models import AIModel, BotErrorEvent, GenEvent, RouteCircuit
from botapp.services import routing, submission
from botapp.tests.conftest import picture_answer, place

GEMINI, FAL = "gemini:gemini-nano-banana-2.1", "fal:google/nano-banana-2.1"
QUEUED = {
    "request_id": "job-1",
    "response_url": "http://fal.test/google/nano-banana-2.1/requests/job-1",
}
BROKE = {"error": {"status": "FAILED_PRECONDITION", "message": "billing is off"}}
GONE = {"error": {"status": "NOT_FOUND", "message": "no such model"}}
INTERNAL = {"error": {"status": "INTERNAL", "message": "oops"}}
HURRIED = {"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "300s"}]}}
BUSY = {"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "5s"}]}}


@pytest.fixture
def providers(settings):
    """Gemini, and fal as the other route; tests script both."""
    every = settings.PROVIDERS
    settings.PROVIDERS = {name: every[name] for name in ("gemini", "fal")}
    with respx.mock(assert_all_called=False) as mock:
        mock.gemini = mock.post(url__startswith="http://gemini.test")
        mock.fal = mock.post(url__startswith="http://fal.test")
        mock.gemini.respond(json=picture_answer())
        mock.fal.respond(json=QUEUED)
        yield mock


@pytest.fixture
def order(alice):
    return place(alice)


def submit(order):
    submission.submit_next(kind="image")
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, BROKE), (401, INTERNAL), (404, GONE), (500, INTERNAL), (503, INTERNAL), (429, HURRIED)],
)
def test_the_next_route_serves_at_the_same_price(order, providers, alice, status, body):
    providers.gemini.respond(status, json=body)

    submit(order)

    assert (order.status, order.provider, order.provider_job_id) == ("processing", "fal", "job-1")
    assert balance.get_balance(user_id=alice.pk) == Decimal("99.20")
    assert (providers.gemini.call_count, providers.fal.call_count) == (1, 1)


def test_a_refused_connection_goes_to_the_next_route(order, providers):
    providers.gemini.side_effect = httpx.ConnectError("down")

    assert submit(order).provider == "fal"


def test_a_short_rate_limit_is_waited_for(order, providers):
    providers.gemini.respond(429, json=BUSY)

    submit(order)

    assert order.status == "queued"
    assert not providers.fal.called


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("late"), httpx.ReadError("reset")])
def test_after_a_lost_answer_nobody_else_is_asked(order, providers, lost):
    providers.gemini.side_effect = lost

    submit(order)

    assert not providers.fal.called
    assert order.refunded == order.cost


def test_a_refused_prompt_is_not_carried_to_another_provider(order, providers):
    providers.gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})

    submit(order)

    assert (order.error_code, providers.fal.called) == ("policy", False)


def test_a_model_stays_on_sale_while_one_route_has_it(order, providers):
    providers.gemini.respond(404, json=GONE)

    submit(order)

    assert AIModel.objects.get(slug="nano-banana").is_active
    assert BotErrorEvent.objects.count() == 1


def test_a_model_that_no_route_has_goes_off_sale(order, providers):
    providers.gemini.respond(404, json=GONE)
    providers.fal.respond(404, json={"detail": "Application not found"})

    submit(order)

    assert not AIModel.objects.get(slug="nano-banana").is_active
    assert (order.status, order.refunded) == ("error", order.cost)


def test_when_every_route_is_down_the_order_waits_for_its_next_try(order, providers):
    providers.gemini.respond(500, json=INTERNAL)
    providers.fal.respond(
        503, json={"detail": "unavailable", "error_type": "runner_scheduling_failure"}
    )

    submit(order)

    assert (order.status, order.submit_attempts) == ("queued", 1)


def test_an_open_route_is_passed_by_and_closes_when_it_works_again(alice, providers):
    providers.gemini.respond(401, json=INTERNAL)
    submit(place(alice, key="1"))
    asked = providers.gemini.call_count

    assert submit(place(alice, key="2")).provider == "fal"
    assert providers.gemini.call_count == asked

    providers.gemini.respond(json=picture_answer())
    RouteCircuit.objects.filter(route=GEMINI).update(open_until=timezone.now())
    assert submit(place(alice, key="3")).provider == "gemini"
    assert RouteCircuit.objects.get(route=GEMINI).open_until is None


def test_only_one_order_tries_a_route_whose_time_is_over(db):
    now = timezone.now()
    circuits.fails(GEMINI, failure="auth", detail="", now=now, at_once_s=60)
    later = now + timedelta(seconds=61)

    assert circuits.find_open([GEMINI], now=now) == {GEMINI}
    assert circuits.find_open([GEMINI], now=later) == set()
    assert circuits.find_open([GEMINI], now=later) == {GEMINI}


def test_a_route_may_fail_for_as_long_as_it_likes(db):
    now = timezone.now()
    RouteCircuit.objects.create(route="a:b", failures_in_row=5000)

    assert circuits.fails("a:b", failure="transient", detail="", now=now)

    until = RouteCircuit.objects.get().open_until
    assert until == now + timedelta(seconds=circuits.OPEN_MAX_S)


def test_a_few_passing_failures_do_not_open_a_route(db):
    now = timezone.now()

    opened = [circuits.fails(FAL, failure="transient", detail="", now=now) for _ in range(4)]

    assert opened == [False, False, True, True]
    circuits.serves(FAL, now=now)
    assert circuits.find_open([FAL], now=now) == set()


def test_a_route_that_cannot_serve_the_parameters_is_not_asked(alice, settings):
    order = place(alice, model_slug="kling-v3", params={"resolution": "4k"})

    routes = routing.routes_for(order, now=timezone.now())

    assert [route.provider for route in routes] == ["kling"]


def test_the_trail_tells_the_whole_story(order, providers):
    providers.gemini.respond(500, json=INTERNAL)

    submit(order)

    story = list(order.events.values_list("kind", "route"))
    assert story == [
        ("placed", GEMINI),
        ("submitted", GEMINI),
        ("refused", GEMINI),
        ("submitted", FAL),
        ("accepted", FAL),
    ]


def test_the_trail_is_only_added_to(order):
    with pytest.raises(Exception, match="append-only"):
        GenEvent.objects.update(detail="rewritten")
