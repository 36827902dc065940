"""Jobs whose provider, card, storage or connection is lost while they run hold up nobody else."""

from datetime import timedelta
from threading import BoundedSemaphore

import httpx
import pytest
from django.utils import timezone

from botapp import catalog, tasks
from botapp.models import BotErrorEvent, GenRequest
from botapp.providers import transport
from botapp.services import polling, results, submission
from botapp.tests.conftest import place, png
from botapp.tests.orders import store
from botapp.tests.services.test_polling import (
    RESULT,
    Replicate,
    age,
    books_are_clean,
    done,
    poll,
    replicate,
)

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["replicate"]

SECOND = "http://files.test/second.png"


def accepted(alice, **changes):
    """An order that the provider works on."""
    order = place(alice, model_slug="flux-pro")
    GenRequest.objects.filter(pk=order.pk).update(**changes)
    submission.submit_next(kind="image")
    order.refresh_from_db()
    assert order.status == "processing"
    return order


@pytest.fixture
def order(alice, replicate):  # pytest's way of asking for a fixture
    return accepted(alice)


@pytest.fixture
def wire(replicate):
    return replicate


def test_a_provider_switched_off_ends_its_jobs_in_time_and_no_others(order, wire, alice, settings):
    other = accepted(alice)
    done(wire)
    GenRequest.objects.filter(pk=order.pk).update(provider="runway")

    GenRequest.objects.filter(pk=other.pk).update(next_attempt_at=timezone.now())
    assert poll(order) == [other.pk]
    assert (order.status, order.refunded) == ("processing", 0)

    age(order, minutes=11)
    poll(order)
    assert (order.status, order.refunded) == ("error", order.cost)


def test_a_job_whose_card_is_gone_is_delivered(order, wire, monkeypatch):
    monkeypatch.delitem(catalog.BY_SLUG, "flux-pro")
    done(wire)

    assert poll(order) == [order.pk]
    assert order.status == "delivering"


def test_an_order_whose_card_is_gone_is_paid_back_at_once(alice, wire, monkeypatch):
    order = place(alice, model_slug="flux-pro")
    monkeypatch.delitem(catalog.BY_SLUG, "flux-pro")

    submission.submit_next(kind="image")

    order.refresh_from_db()
    assert (order.status, order.error_code, order.refunded) == ("error", "auth", order.cost)


def test_a_storage_that_is_away_delays_an_order_but_not_for_ever(order, wire, alice, monkeypatch):
    other = accepted(alice)
    done(wire)
    keep = results.store

    def break_one(asked, finished, **how):
        if asked.pk == order.pk:
            raise OSError("no space left")
        keep(asked, finished, **how)

    monkeypatch.setattr(results, "store", break_one)

    GenRequest.objects.filter(pk=other.pk).update(next_attempt_at=timezone.now())
    assert poll(order) == [other.pk]
    assert order.next_attempt_at < timezone.now() + timedelta(seconds=30)
    assert BotErrorEvent.objects.get().gen_request_id == order.pk

    age(order, minutes=11)
    poll(order)
    assert (order.status, order.refunded) == ("error", order.cost)
    assert order.late_until is not None
    assert books_are_clean()


def test_a_late_result_that_cannot_be_fetched_now_is_fetched_later(order, wire, sent):
    age(order, minutes=11)
    poll(order)
    tasks.deliver_generation(generation_id=order.pk)
    done(wire)
    wire.result.respond(503)
    assert poll(order) == []

    wire.result.respond(content=png())

    assert poll(order) == [order.pk]


@pytest.mark.parametrize("pause", ["86400", "9" * 400])
def test_a_provider_that_wants_to_be_left_alone_for_a_day_is_asked_sooner(
    order, wire, monkeypatch, pause
):
    answer = Replicate.answer
    told = {"retry-after": pause}

    def busy(self, call):
        said = answer(self, call)
        return type(said)(429, told, said.content, said.url)

    monkeypatch.setattr(Replicate, "answer", busy)

    poll(order)

    assert order.next_attempt_at < timezone.now() + timedelta(minutes=3)


def sizes(order):
    return [result.width for result in order.results.all()]


def test_results_that_came_before_the_connection_broke_are_not_stored_twice(alice, wire):
    order = accepted(alice, results_expected=2)
    wire.says = {"id": "job-1", "status": "succeeded", "output": [RESULT, SECOND]}
    second = wire.mock.get(SECOND)
    second.mock(side_effect=[httpx.ReadTimeout("late"), httpx.Response(200, content=png((7, 7)))])

    assert poll(order) == []
    assert poll(order) == [order.pk]

    assert sizes(order) == [64, 7]


def test_what_another_route_made_stands_before_what_the_job_makes(alice, wire):
    order = place(alice, model_slug="flux-pro")
    GenRequest.objects.filter(pk=order.pk).update(results_expected=2)
    store(order.pk, 0)
    submission.submit_next(kind="image")
    done(wire)

    assert poll(order) == [order.pk]

    assert sizes(order) == [None, 64]


def test_what_came_before_a_job_that_does_not_end_is_delivered(alice, wire):
    order = accepted(alice, results_expected=2)
    store(order.pk, 0)
    age(order, minutes=11)

    poll(order)

    assert (order.status, order.refunded) == ("delivering", order.cost / 2)
    assert books_are_clean()


def test_the_batch_is_polled_though_one_of_its_providers_brings_films_and_is_off(order, wire):
    GenRequest.objects.filter(pk=order.pk).update(provider="vertex", next_attempt_at=timezone.now())

    assert polling.poll_due() == []


def test_a_job_that_another_poller_took_over_is_stored_by_that_one_only(order, wire, monkeypatch):
    done(wire)
    ask = wire.send_all

    def take_long(calls):
        GenRequest.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=1))
        return ask(calls)

    monkeypatch.setattr(transport, "send_all", take_long)

    assert poll(order) == []
    assert not wire.result.called


def test_slow_downloads_take_no_more_threads_than_a_few(order, wire, monkeypatch):
    monkeypatch.setattr(polling, "_pollers", BoundedSemaphore(1))
    ask, nested = wire.send_all, []

    def tick_meanwhile(calls):
        GenRequest.objects.update(next_attempt_at=timezone.now())
        nested.append(polling.poll_due())
        return ask(calls)

    monkeypatch.setattr(transport, "send_all", tick_meanwhile)

    poll(order)

    assert nested == [[]]
    assert len(wire.asked) == 1
