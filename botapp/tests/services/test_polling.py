"""Slow jobs: asked in batches, found again when the answer was lost, rescued when late."""

import json
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
import respx
from aiogram.exceptions import TelegramForbiddenError, TelegramServerError
from django.utils import timezone

from botapp import tasks
from botapp.business import audit, balance, generation
from botapp.models import BotErrorEvent, GenRequest
from botapp.providers import transport
from botapp.providers.base import Failure, HttpAnswer, ProviderError
from botapp.services import cancelling, polling, submission
from botapp.tests.conftest import place, png

# Results are stored by threads of their own, which see what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

PREDICTIONS = "http://replicate.test/v1/models/black-forest-labs/flux-1.1-pro-ultra/predictions"
RESULT = "http://files.test/picture.png"


class Replicate:
    """The provider at the end of the wire: `says` is what it knows of the one job."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says = {"id": "job-1", "status": "processing"}
        self.status = 200
        self.listed: list[dict[str, str]] = []

    def send_all(self, calls):
        return [self.answer(call) for call in calls]

    def answer(self, call):
        self.asked.append(call.url)
        if isinstance(self.status, ProviderError):
            return self.status
        body = {"results": self.listed} if call.url.endswith("/predictions") else self.says
        return HttpAnswer(self.status, {}, json.dumps(body).encode())


@pytest.fixture
def replicate(settings, monkeypatch):
    settings.PROVIDERS = {"replicate": settings.PROVIDERS["replicate"]}
    provider = Replicate()
    # A batch of polls goes out by another client than the one that tests intercept.
    monkeypatch.setattr(transport, "send_all", provider.send_all)
    with respx.mock(assert_all_called=False) as mock:
        provider.mock = mock
        provider.submit = mock.post(PREDICTIONS)
        provider.submit.respond(201, json={"id": "job-1", "status": "starting"})
        provider.cancel = mock.post("http://replicate.test/v1/predictions/job-1/cancel")
        provider.cancel.respond(json={"id": "job-1", "status": "canceled"})
        provider.result = mock.get(RESULT)
        provider.result.respond(content=png(), headers={"content-type": "image/png"})
        yield provider


@pytest.fixture
def order(alice, replicate):
    placed = place(alice, model_slug="flux-pro")
    generation.attach_status_message(generation_id=placed.pk, message_id=42, now=timezone.now())
    submission.submit_next(kind="image")
    placed.refresh_from_db()
    return placed


def poll(order):
    GenRequest.objects.filter(pk=order.pk).update(next_attempt_at=timezone.now())
    ready = polling.poll_due()
    order.refresh_from_db()
    return ready


def age(order, **ago):
    GenRequest.objects.filter(pk=order.pk).update(started_at=timezone.now() - timedelta(**ago))


def done(replicate):
    replicate.says = {"id": "job-1", "status": "succeeded", "output": RESULT}


def books_are_clean():
    return list(audit.find_discrepancies()) == []


def test_a_job_is_asked_until_it_is_done(order, replicate):
    assert (order.status, order.provider_job_id) == ("processing", "job-1")
    assert poll(order) == []
    assert order.status == "processing"

    done(replicate)

    assert poll(order) == [order.pk]
    assert order.status == "delivering"
    assert order.results.get().width == 64
    assert order.provider_cost_usd == Decimal("0.0600")


def test_a_status_of_next_year_means_that_it_works_on(order, replicate):
    replicate.says = {"id": "job-1", "status": "levitating"}

    poll(order)

    assert order.status == "processing"


@pytest.mark.parametrize("status", [500, 429, 502, 401, ProviderError(Failure.TRANSIENT, "down")])
def test_a_poll_that_fails_is_asked_again_and_costs_nothing(order, replicate, status):
    replicate.status = status

    poll(order)

    assert (order.status, order.refunded) == ("processing", 0)
    assert order.next_attempt_at > timezone.now()


def test_a_job_that_failed_is_refunded_once(order, replicate, alice):
    replicate.says = {"id": "job-1", "status": "failed", "error": "NSFW content detected"}

    poll(order)
    poll(order)

    assert (order.status, order.error_code) == ("error", "policy")
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")
    assert books_are_clean()


def test_many_jobs_are_asked_in_one_batch(alice, replicate, django_assert_max_num_queries):
    for number in range(5):
        replicate.submit.respond(201, json={"id": f"job-{number}", "status": "starting"})
        place(alice, model_slug="flux-pro", key=str(number))
        submission.submit_next(kind="image")
    GenRequest.objects.update(next_attempt_at=timezone.now())

    with django_assert_max_num_queries(9):
        polling.poll_due()

    assert len(replicate.asked) == 5


def test_a_job_that_does_not_end_gives_all_back_and_brings_its_result_late_for_free(
    order, replicate, alice, sent
):
    age(order, minutes=11)
    poll(order)
    assert (order.status, order.refunded) == ("error", order.cost)
    tasks.deliver_generation(generation_id=order.pk)
    order.refresh_from_db()
    assert order.next_attempt_at > timezone.now() + timedelta(minutes=50)

    done(replicate)
    assert poll(order) == [order.pk]
    tasks.deliver_generation(generation_id=order.pk)

    order.refresh_from_db()
    assert order.status == "done"
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")
    assert order.events.filter(kind="late").count() == 1
    assert books_are_clean()


def test_a_late_job_that_failed_is_forgotten(order, replicate, sent):
    age(order, minutes=11)
    poll(order)
    tasks.deliver_generation(generation_id=order.pk)
    replicate.says = {"id": "job-1", "status": "failed", "error": "out of memory"}

    poll(order)

    assert order.late_until is None
    assert order.refunded == order.cost


def test_a_lost_submit_is_found_in_the_providers_list(alice, replicate):
    replicate.submit.side_effect = httpx.ReadTimeout("late")
    order = place(alice, model_slug="flux-pro")
    submission.submit_next(kind="image")
    order.refresh_from_db()
    assert (order.status, order.provider_job_id) == ("processing", "")
    assert poll(order) == []

    [sent_body] = [json.loads(call.request.content) for call in replicate.submit.calls]
    replicate.listed = [{"id": "job-1", "status": "starting", "webhook": sent_body["webhook"]}]
    poll(order)

    assert (order.status, order.provider_job_id) == ("processing", "job-1")
    done(replicate)
    assert poll(order) == [order.pk]
    assert replicate.submit.call_count == 1
    assert order.refunded == 0


def test_a_lost_submit_that_is_not_found_is_refunded(alice, replicate):
    replicate.submit.side_effect = httpx.ReadTimeout("late")
    order = place(alice, model_slug="flux-pro")
    submission.submit_next(kind="image")
    age(order, minutes=3)

    poll(order)

    assert (order.status, order.error_code, order.refunded) == (
        "error",
        "unknown_submit",
        order.cost,
    )


def test_a_running_job_is_cancelled_where_the_provider_stops_it(order, replicate, alice, sent):
    asked = generation.ask_to_cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())
    cancelling.cancel(generation_id=order.pk)

    order.refresh_from_db()
    assert asked
    assert (order.status, order.refunded) == ("cancelled", order.cost)
    assert "возвращено ⚡2.40" in sent.calls[-1].text
    assert books_are_clean()


def test_a_provider_may_stop_only_after_a_while(order, replicate, alice, sent):
    replicate.cancel.respond(202, json={"id": "job-1", "status": "processing"})
    generation.ask_to_cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())
    cancelling.cancel(generation_id=order.pk)
    replicate.says = {"id": "job-1", "status": "canceled"}

    poll(order)

    assert (order.status, order.refunded) == ("cancelled", order.cost)
    assert "возвращено ⚡2.40" in sent.calls[-1].text
    assert books_are_clean()


def test_a_result_that_cannot_be_fetched_yet_is_fetched_later(order, replicate):
    done(replicate)
    replicate.result.respond(503)
    poll(order)
    assert (order.status, order.refunded) == ("processing", 0)

    replicate.result.respond(content=png())
    poll(order)

    assert order.status == "delivering"


def test_a_result_that_is_gone_is_paid_back(order, replicate):
    done(replicate)
    replicate.result.respond(404)

    poll(order)

    assert (order.status, order.error_code, order.refunded) == (
        "error",
        "empty_result",
        order.cost,
    )


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.ReadTimeout("late")])
def test_a_job_that_cannot_be_stopped_is_finished(order, replicate, alice, sent, answer):
    replicate.cancel.side_effect = [answer] if isinstance(answer, httpx.Response) else answer
    generation.ask_to_cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())

    cancelling.cancel(generation_id=order.pk)

    order.refresh_from_db()
    assert (order.status, order.refunded) == ("processing", 0)
    assert "Если модель доделает работу" in sent.calls[-1].text


def test_a_job_that_ends_while_it_is_being_stopped_tells_its_own_end(order, replicate, alice, sent):
    def end_meanwhile(request):
        generation.fail(generation_id=order.pk, code="policy", detail="", now=timezone.now())
        return httpx.Response(500)

    replicate.cancel.side_effect = end_meanwhile
    generation.ask_to_cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())

    cancelling.cancel(generation_id=order.pk)

    assert sent.calls == []


def test_telegram_that_is_away_does_not_undo_a_cancellation(order, replicate, alice, sent):
    sent.refuse("EditMessageText", TelegramServerError)
    generation.ask_to_cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())
    replicate.says = {"id": "job-1", "status": "canceled"}

    assert poll(order) == []

    assert (order.status, order.refunded) == ("cancelled", order.cost)
    assert not BotErrorEvent.objects.exists()


def test_who_blocked_the_bot_is_not_told_that_nothing_stopped(order, replicate, alice, sent):
    replicate.cancel.respond(500)
    sent.refuse("SendMessage", TelegramForbiddenError)
    sent.refuse("EditMessageText", TelegramForbiddenError)
    generation.ask_to_cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())

    tasks.cancel_generation(generation_id=order.pk)

    order.refresh_from_db()
    assert (order.status, order.refunded) == ("processing", 0)


def test_somebody_else_cancels_nothing(order, boris):
    with pytest.raises(generation.OrderNotFoundError):
        generation.ask_to_cancel(user_id=boris.pk, generation_id=order.pk, now=timezone.now())
