"""What each ending of a provider call does to the order, the tokens and the operators."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from aiogram.exceptions import TelegramServerError
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone

from botapp import tasks
from botapp.business import audit, balance
from botapp.models import AIModel, BotErrorEvent, GenEvent, GenRequest, RouteCircuit
from botapp.services import files, submission
from botapp.tests.conftest import drop_connection, picture_answer, place, png
from botapp.tests.orders import accept, claim

RATE = {"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "7s"}]}}
DAY = {"error": {"status": "X", "details": [{"violations": [{"quotaId": "PerDay"}]}]}}
INTERNAL = {"error": {"status": "INTERNAL", "message": "oops"}}
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}}


@pytest.fixture
def order(alice) -> GenRequest:
    return place(alice)


def submit(order: GenRequest) -> GenRequest:
    submission.submit_next(kind="image")
    order.refresh_from_db()
    return order


def make_due(order: GenRequest) -> None:
    GenRequest.objects.filter(pk=order.pk).update(next_attempt_at=timezone.now())


def abandon(*, reference: str) -> None:
    """The worker dies; with a `reference` its request had left."""
    GenRequest.objects.update(
        status="submitting",
        lease_owner="dead",
        lease_until=timezone.now() - timedelta(seconds=1),
        reference=reference,
    )


def books_are_clean() -> bool:
    return list(audit.find_discrepancies()) == []


def test_a_picture_is_stored_and_waits_for_delivery(order, gemini):
    submit(order)

    result = order.results.get()
    assert order.status == "delivering"
    assert (result.width, result.height, result.mime_type) == (64, 48, "image/png")
    assert order.provider_job_id == ""


def test_two_rings_ask_the_provider_once(order, gemini):
    submit(order)
    submit(order)

    assert gemini.call_count == 1


@pytest.mark.django_db(transaction=True)
def test_a_picture_outlives_the_connection_to_postgres(alice, gemini):
    order = place(alice)

    def draw(_request):
        drop_connection()
        return httpx.Response(200, json=picture_answer())

    gemini.mock(side_effect=draw)

    submit(order)

    assert (order.status, order.results.count()) == ("delivering", 1)


@pytest.fixture
def full_storage(monkeypatch):
    """How often it refuses what it is given."""
    refusals, store = [], files.store

    def refuse(*args):
        if refusals:
            raise refusals.pop()
        return store(*args)

    monkeypatch.setattr(files, "store", refuse)
    monkeypatch.setattr("botapp.services.submission.time.sleep", lambda _: None)
    return refusals


def test_a_picture_is_held_while_the_storage_does_not_take_it(order, gemini, full_storage):
    full_storage += [NotADirectoryError("media"), EndpointConnectionError(endpoint_url="s3")]

    submit(order)

    assert (order.status, order.results.count(), gemini.call_count) == ("delivering", 1, 1)


def test_a_storage_that_takes_nothing_is_not_waited_for_for_ever(order, gemini, full_storage):
    full_storage += [OSError("no space left")] * 99

    with pytest.raises(OSError, match="no space"):
        submit(order)

    assert gemini.call_count == 1
    assert len(full_storage) > 90


def test_a_refused_prompt_costs_nothing_and_alarms_nobody(order, gemini, alice):
    gemini.respond(json=BLOCKED)

    submit(order)

    assert (order.status, order.error_code) == ("error", "policy")
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")
    assert not BotErrorEvent.objects.exists()
    assert books_are_clean()


def test_a_busy_provider_keeps_the_order_in_the_queue(order, gemini):
    gemini.respond(429, json=RATE)

    submit(order)

    assert order.status == "queued"
    assert 5 < (order.next_attempt_at - timezone.now()).total_seconds() <= 7
    assert order.submit_attempts == 0
    assert order.refunded == 0


def test_an_order_waits_its_turn(order, gemini):
    gemini.respond(429, json=RATE)
    submit(order)

    submit(order)

    assert gemini.call_count == 1


def test_what_an_order_stood_in_line_is_not_taken_from_its_patience(order, gemini):
    gemini.respond(429, json=RATE)
    GenRequest.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    submit(order)

    assert (order.status, order.refunded) == ("queued", 0)


def test_patience_with_a_busy_provider_ends_in_a_refund(order, gemini):
    gemini.respond(429, json=RATE)
    begun = timezone.now() - timedelta(minutes=11)
    GenEvent.objects.create(request=order, kind=GenEvent.Kind.SUBMITTED, at=begun)

    submit(order)

    assert (order.status, order.error_code, order.refunded) == ("error", "rate", order.cost)


def test_a_daily_quota_is_not_waited_for(order, gemini):
    gemini.respond(429, json=DAY)

    assert submit(order).status == "error"


def test_a_failing_provider_is_asked_three_times_at_most(order, gemini):
    gemini.respond(500, json=INTERNAL)

    for _ in range(5):
        make_due(order)
        submit(order)

    assert gemini.call_count == 3
    assert (order.status, order.error_code) == ("error", "transient")
    assert books_are_clean()


def test_a_failure_then_a_picture_is_charged_once(order, gemini, alice):
    gemini.side_effect = [
        httpx.Response(500, json=INTERNAL),
        httpx.Response(200, json=picture_answer()),
    ]
    submit(order)
    make_due(order)
    submit(order)

    assert order.status == "delivering"
    assert balance.get_balance(user_id=alice.pk) == Decimal("99.20")


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("late"), httpx.ReadError("reset")])
def test_a_lost_answer_is_never_asked_again(order, gemini, lost, alice):
    gemini.side_effect = lost

    submit(order)
    make_due(order)
    submit(order)

    assert gemini.call_count == 1
    assert (order.status, order.error_code) == ("error", "unknown_submit")
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")


def test_a_refused_connection_is_tried_again(order, gemini):
    gemini.side_effect = httpx.ConnectError("refused")

    assert submit(order).status == "queued"


def test_a_model_that_is_gone_goes_off_sale_and_operators_hear_of_it(order, gemini):
    gemini.respond(404, json={"error": {"status": "NOT_FOUND", "message": "no such model"}})

    submit(order)

    assert not AIModel.objects.get(slug="nano-banana").is_active
    event = BotErrorEvent.objects.get()
    assert (event.origin, event.gen_request_id) == ("generation", order.pk)
    assert order.refunded == order.cost


def test_a_provider_without_a_key_refunds(order, settings):
    settings.PROVIDERS = {}

    submit(order)

    assert (order.status, order.error_code) == ("error", "auth")


def test_bytes_that_are_no_picture_are_an_empty_result(order, gemini):
    answer = picture_answer()
    answer["candidates"][0]["content"]["parts"][1]["inlineData"]["data"] = "bm90IGEgcGljdHVyZQ=="
    gemini.respond(json=answer)

    submit(order)

    assert (order.status, order.error_code) == ("error", "empty_result")


def test_each_of_several_pictures_is_asked_for(alice, gemini):
    order = submit(place(alice, quantity=3))

    assert gemini.call_count == 3
    assert order.results.count() == 3
    assert balance.get_balance(user_id=alice.pk) == Decimal("97.60")


def test_a_missing_part_is_paid_back_and_the_rest_delivered(alice, gemini):
    gemini.side_effect = [
        httpx.Response(200, json=picture_answer()),
        httpx.Response(200, json=picture_answer()),
        httpx.Response(200, json=BLOCKED),
    ]

    order = submit(place(alice, quantity=3))

    assert (order.status, order.refunded) == ("delivering", Decimal("0.80"))
    assert books_are_clean()


def test_after_a_busy_moment_only_the_missing_pictures_are_asked_for(alice, gemini):
    gemini.side_effect = [
        httpx.Response(200, json=picture_answer()),
        httpx.Response(429, json=RATE),
        httpx.Response(200, json=picture_answer()),
    ]
    order = submit(place(alice, quantity=2))
    make_due(order)
    submit(order)

    assert gemini.call_count == 3
    assert (order.status, order.refunded) == ("delivering", 0)


def test_an_unreadable_photo_returns_the_tokens(alice, gemini, sent):
    sent.files["broken"] = b"not a picture"

    order = submit(place(alice, sources=({"file_id": "broken"},)))

    assert (order.status, order.error_code) == ("error", "unreadable_input")
    assert not gemini.called
    assert order.refunded == order.cost


def test_a_photo_telegram_cannot_give_now_is_asked_for_again(alice, gemini, sent):
    sent.refuse("GetFile", TelegramServerError)

    order = submit(place(alice, sources=({"file_id": "photo"},)))

    assert order.status == "queued"
    assert not BotErrorEvent.objects.exists()


def test_a_photo_is_stripped_of_its_metadata(alice, gemini, sent):
    sent.files["photo"] = png()

    submit(place(alice, sources=({"file_id": "photo"},)))

    assert b"Exif" not in gemini.calls.last.request.content


def test_a_dead_workers_order_is_refunded_and_never_asked_again(order, gemini):
    abandon(reference="asked-already")

    tasks.sweep_generations()
    submit(order)

    assert (order.status, order.error_code) == ("error", "unknown_submit")
    assert not gemini.called
    assert books_are_clean()


def test_a_dead_workers_order_that_nobody_was_asked_for_is_made_after_all(order, gemini):
    abandon(reference="")

    submission.settle_abandoned()
    make_due(order)
    submit(order)

    assert order.status == "delivering"
    assert gemini.call_count == 1


def test_a_dead_workers_finished_part_is_delivered(alice, gemini):
    gemini.side_effect = [
        httpx.Response(200, json=picture_answer()),
        httpx.Response(429, json=RATE),
    ]
    order = submit(place(alice, quantity=2))
    abandon(reference="asked-already")

    submission.settle_abandoned()

    order.refresh_from_db()
    assert (order.status, order.refunded) == ("delivering", Decimal("0.80"))


def test_what_a_worker_moves_while_others_are_settled_stays_as_it_is(alice, monkeypatch):
    orders = [place(alice, key=str(number)) for number in range(2)]
    abandon(reference="asked-already")
    handle = submission.failures.handle

    def answer_meanwhile(settled, error):
        for order in orders:
            if order.pk != settled.pk:
                accept(order.pk)
        handle(settled, error)

    monkeypatch.setattr(submission.failures, "handle", answer_meanwhile)

    submission.settle_abandoned()

    for order in orders:
        order.refresh_from_db()
    assert sorted((order.status, order.refunded) for order in orders) == [
        ("error", Decimal("0.80")),
        ("processing", 0),
    ]


def test_a_frozen_worker_asks_nobody_while_another_is_at_it(order, gemini):
    frozen = claim(order.pk)
    GenRequest.objects.update(started_at=timezone.now())

    submission._serve(frozen)

    assert not gemini.called


def test_a_living_worker_keeps_the_order_it_works_on(order, gemini):
    seen = []

    def look(request):
        GenRequest.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
        submission.renew_leases()
        seen.append(GenRequest.objects.get().lease_until - timezone.now())
        return httpx.Response(200, json=picture_answer())

    gemini.side_effect = look

    submit(order)

    assert seen[0] > timedelta(seconds=30)


def test_an_order_whose_release_failed_is_not_kept_for_ever(order):
    soon = timezone.now() + timedelta(seconds=1)
    GenRequest.objects.update(
        status="submitting", lease_owner=submission.WORKER_ID, lease_until=soon
    )

    submission.renew_leases()

    assert GenRequest.objects.get().lease_until == soon


def test_a_used_up_quota_alarms_the_operators(order, gemini):
    gemini.respond(429, json=DAY)

    submit(order)

    assert BotErrorEvent.objects.count() == 1


def test_a_bug_in_the_middle_does_not_hold_the_order(order, gemini, monkeypatch):
    monkeypatch.setattr(submission.registry, "get", lambda slug: 1 / 0)

    for _ in range(3):
        make_due(order)
        with pytest.raises(ZeroDivisionError):
            submit(order)
        submission.settle_abandoned()

    order.refresh_from_db()
    assert (order.status, order.refunded) == ("error", order.cost)


def test_the_key_stands_in_no_error_row(order, gemini):
    gemini.respond(400, json={"error": {"message": "bad key=secret-value-of-somebody"}})

    submit(order)

    event = BotErrorEvent.objects.get()
    assert "secret-value" not in event.stacktrace + event.message + str(event.extra)


def test_the_key_stands_on_no_order_trail_or_route(order, gemini):
    gemini.respond(403, json={"error": {"message": "bad key=secret-value-of-somebody"}})

    submit(order)

    kept = [order.error_message, RouteCircuit.objects.get().last_detail]
    kept += order.events.values_list("detail", flat=True)
    assert "bad key=***" in kept[0]
    assert not [text for text in kept if "secret-value" in text]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, {"error": {"status": "INVALID_ARGUMENT", "message": "bad words: кот без шляпы"}}),
        (200, {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "кот без шляпы"}}),
    ],
)
def test_what_a_provider_quotes_of_the_prompt_stands_where_it_can_be_erased(
    order, gemini, status, answer
):
    gemini.respond(status, json=answer)

    submit(order)

    order.refresh_from_db()
    trail = order.events.values_list("detail", flat=True)
    assert order.error_code in trail
    assert "шляпы" not in str(list(trail))
