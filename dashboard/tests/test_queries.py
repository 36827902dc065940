from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from botapp.business import balance, generation
from botapp.models import BotErrorEvent, ChatMessage, GenRequest, TgUser, Transaction
from conftest import make_user
from dashboard import queries
from lavatop.models import Payment, WebhookEvent

# 2026-05-02 00:30 in Moscow: still the first of May in UTC.
NIGHT = datetime(2026, 5, 1, 21, 30, tzinfo=UTC)
NOON = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)


def order(user, *, status="done", at=NOON, took_s=None, model="nano-banana"):
    number = GenRequest.objects.count()
    placed = generation.start(
        generation.NewOrder(
            user_id=user.pk, chat_id=1, model_slug=model, prompt="кот", key=str(number)
        )
    ).order
    GenRequest.objects.filter(pk=placed.pk).update(
        status=status, created_at=at, processing_time=took_s
    )
    return placed


def posted(user, type_, amount):
    number = Transaction.objects.count()
    balance.post(balance.Posting(user.pk, type_, Decimal(amount), f"test:{number}"))


def test_the_day_begins_at_midnight_in_moscow():
    span = queries.Span(NIGHT)

    assert span.today_start == datetime(2026, 5, 1, 21, 0, tzinfo=UTC)
    assert span.today.isoformat() == "2026-05-02"


@pytest.mark.parametrize(
    ("clock", "today", "yesterday"),
    [
        # Half past eleven in the evening in Moscow: the whole day counts.
        (datetime(2026, 5, 1, 20, 30, tzinfo=UTC), "1.60", 0),
        # An hour later it is the next day; yesterday had one by that hour.
        (NIGHT, "0.80", "0.80"),
        # By the same hour of the evening, yesterday has all of it.
        (datetime(2026, 5, 2, 20, 30, tzinfo=UTC), "0.80", "1.60"),
        (datetime(2026, 5, 3, 20, 30, tzinfo=UTC), 0, "0.80"),
    ],
)
def test_an_order_counts_on_its_day_in_moscow(alice, clock, today, yesterday):
    for at in (
        datetime(2026, 4, 30, 21, 0, tzinfo=UTC),  # 00:00 of the first of May
        datetime(2026, 5, 1, 20, 29, tzinfo=UTC),  # 23:29
        datetime(2026, 5, 1, 21, 0, tzinfo=UTC),  # 00:00 of the second
    ):
        with time_machine.travel(at, tick=False):
            order(alice, at=at)

    with time_machine.travel(clock, tick=False):
        figures = queries.today_figures(queries.Span(timezone.now()))

    spent = figures["spent_tokens"]
    assert (spent.today, spent.yesterday) == (Decimal(today), Decimal(yesterday))
    assert figures["orders"].today == Decimal(today) / Decimal("0.80")


def test_yesterday_is_compared_up_to_the_same_hour(alice):
    times = (NOON, NOON - timedelta(hours=25), NOON - timedelta(hours=23), NOON - timedelta(days=2))
    for at in times:
        order(alice, at=at)

    orders = queries.today_figures(queries.Span(NOON))["orders"]

    assert (orders.today, orders.yesterday) == (1, 1)
    assert orders.change == 0


def test_orders_are_told_apart_by_outcome(alice):
    for status in ("done", "done", "done", "error", "queued", "processing", "cancelled"):
        order(alice, status=status)

    figures = queries.today_figures(queries.Span(NOON))

    assert figures["orders"].today == 7
    assert figures["done"].today == 3
    assert figures["failed"].today == 1
    assert figures["working"].today == 2
    assert figures["success"].today == 0.75
    assert figures["success"].yesterday is None


def test_the_usual_and_the_slowest_times_are_of_done_orders(alice):
    for took_s in (2.0, 4.0, 6.0, 8.0, 100.0):
        order(alice, took_s=took_s)
    order(alice, status="error", took_s=900.0)

    figures = queries.today_figures(queries.Span(NOON))

    assert figures["median_s"].today == 6.0
    assert figures["p95_s"].today == pytest.approx(81.6)
    assert figures["median_s"].yesterday is None


def test_the_margin_is_the_tokens_price_less_what_providers_took(alice):
    order(alice)  # 0.80 tokens at 20 a dollar, 0.02 dollars to the provider
    half = order(alice, model="nano-banana-pro")  # 6 tokens, 0.15 dollars
    GenRequest.objects.filter(pk=half.pk).update(refunded=Decimal(3))

    figures = queries.today_figures(queries.Span(NOON))

    assert figures["revenue_usd"].today == Decimal("0.19")
    assert figures["cost_usd"].today == Decimal("0.17")
    assert figures["margin_usd"].today == Decimal("0.02")


def test_what_the_provider_really_took_counts_before_the_estimate(alice):
    order(alice)
    dear = order(alice)
    GenRequest.objects.filter(pk=dear.pk).update(provider_cost_usd=Decimal("0.0500"))

    figures = queries.today_figures(queries.Span(NOON))

    assert figures["cost_usd"].today == Decimal("0.07")
    assert queries.top_models(queries.Span(NOON))[0]["margin_usd"] == Decimal("0.01")


def test_tokens_are_summed_by_what_moved_them(alice, boris):
    posted(boris, Transaction.Type.DEPOSIT, "100")
    posted(boris, Transaction.Type.BONUS, "50")
    posted(boris, Transaction.Type.GENERATION, "-30")
    posted(boris, Transaction.Type.REFUND, "10")
    now = Transaction.objects.first().created_at

    figures = queries.today_figures(queries.Span(now))

    assert figures["sold_tokens"].today == 100
    assert figures["given_tokens"].today == 50
    assert figures["spent_tokens"].today == 30
    assert figures["refunded_tokens"].today == 10


def test_only_paid_payments_count_on_the_day_they_were_paid(boris):
    for number, (status, paid_at) in enumerate(
        (("paid", NOON), ("paid", NOON - timedelta(hours=26)), ("pending", None))
    ):
        pay(boris, number, status=status, paid_at=paid_at)

    figures = queries.today_figures(queries.Span(NOON))

    assert (figures["payments"].today, figures["paid_usd"].today) == (1, Decimal("9.90"))
    assert figures["paid_usd"].yesterday == Decimal("9.90")


def pay(user, number, *, status, paid_at):
    posted(user, Transaction.Type.DEPOSIT, "100")
    payment = Payment.objects.create(
        user=user,
        client_request_id=str(number),
        package_code="p",
        offer_id="o",
        title="100",
        credits=100,
        amount=Decimal("9.90"),
        email="a@b.ru",
        language="ru",
        status=status,
        contract_id=str(number),
        paid_at=paid_at,
        transaction=Transaction.objects.first() if status == "paid" else None,
    )
    # Started three days before it was paid.
    Payment.objects.filter(pk=payment.pk).update(created_at=NOON - timedelta(days=3))


def test_people_who_came_and_people_who_wrote(alice, boris):
    TgUser.objects.filter(pk=alice.pk).update(created_at=NOON)
    TgUser.objects.filter(pk=boris.pk).update(created_at=NOON - timedelta(hours=30))
    for user, direction in ((alice, "incoming"), (alice, "incoming"), (boris, "outgoing")):
        ChatMessage.objects.create(
            thread=user.chat_thread,
            user=user,
            direction=direction,
            message_type="text",
            message_date=NOON,
        )

    figures = queries.today_figures(queries.Span(NOON))

    assert (figures["new_people"].today, figures["new_people"].yesterday) == (1, 1)
    assert figures["active_people"].today == 1


def test_a_day_without_anything_is_zeros_and_not_an_error(catalog):
    figures = queries.today_figures(queries.Span(NOON))

    assert figures["orders"].today == 0
    assert figures["success"].today is None
    assert figures["margin_usd"].today == 0
    assert figures["orders"].change is None


def test_the_queue_tells_the_stuck_from_the_waiting(alice):
    order(alice, status="queued", at=NOON - timedelta(minutes=10))
    order(alice, status="queued")
    order(alice, status="submitting")
    stale, waiting, abandoned = GenRequest.objects.order_by("pk")
    late = NOON - timedelta(minutes=5)
    GenRequest.objects.filter(pk=stale.pk).update(next_attempt_at=late)
    GenRequest.objects.filter(pk=waiting.pk).update(next_attempt_at=NOON + timedelta(minutes=5))
    GenRequest.objects.filter(pk=abandoned.pk).update(lease_until=late)

    assert queries.queue(NOON) == {
        "open": 3,
        "queued": 2,
        "queued_by_kind": {"image": 2},
        "stuck": 2,
        "oldest_at": NOON - timedelta(minutes=10),
    }


def test_top_models_are_ordered_by_use_and_know_their_margin(alice):
    order(alice, took_s=3.0)
    order(alice, status="error")
    order(alice, model="nano-banana-pro")

    first, second = queries.top_models(queries.Span(NOON))

    assert (first["orders"], first["done"], first["failed"]) == (2, 1, 1)
    assert first["median_s"] == 3.0
    assert first["margin_usd"] == Decimal("0.02")
    assert second["orders"] == 1


def test_the_chart_has_every_day_also_the_empty_ones(alice):
    order(alice)
    order(alice, status="error", at=NOON - timedelta(days=13))
    order(alice, at=NOON - timedelta(days=14))

    days = queries.orders_by_day(queries.Span(NOON))

    assert len(days) == 14
    assert [row["orders"] for row in days] == [1, *[0] * 12, 1]
    assert days[0]["failed"] == 1


def test_resolved_failures_are_not_shown(db):
    BotErrorEvent.objects.create(severity="error", status="resolved")
    shown = BotErrorEvent.objects.create(severity="error", status="in_progress")

    assert list(queries.open_errors()) == [shown]


def test_the_inbox_is_counted_by_outcome(db):
    for number, outcome in enumerate(("processed", "processed", "unmatched")):
        WebhookEvent.objects.create(
            dedupe_key=str(number), payload={}, raw_body="{}", outcome=outcome
        )
    now = WebhookEvent.objects.first().received_at

    counted = {row["outcome"]: row["number"] for row in queries.inbox(now + timedelta(seconds=1))}

    assert counted == {"processed": 2, "unmatched": 1}


def test_unread_chats_are_counted(alice):
    make_user(2000, "Вера", tokens=0)
    alice.chat_thread.unread_count = 3
    alice.chat_thread.save()

    assert queries.unread_chats() == 1
