"""What the overview shows: aggregates counted by the database, a few queries for the whole page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    F,
    FloatField,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from botapp.business import pricing
from botapp.models import BotErrorEvent, ChatMessage, ChatThread, GenRequest, TgUser, Transaction
from lavatop.models import Payment, WebhookEvent

# The operators' day: nearly all people of the bot live by Moscow time.
ZONE = ZoneInfo("Europe/Moscow")
CHART_DAYS = 14
LIST_LENGTH = 8
# A payment may be made this long after it was started; bounds the range read by index.
PAYMENT_AGE_MAX = timedelta(days=30)
INBOX_PERIOD = timedelta(days=7)
STUCK_AFTER = timedelta(minutes=2)

Status = GenRequest.Status
ZERO = Decimal(0)
IS_DONE = Q(status=Status.DONE)
IS_FAILED = Q(status=Status.ERROR)
# What the provider really took, where that is known; else what the price was made of.
TOOK_USD = Coalesce("provider_cost_usd", "cost_usd")


class Percentile(Aggregate):
    """Postgres' percentile_cont; SQLite, the developer's light profile, answers nothing."""

    output_field: "ClassVar[FloatField[Any, Any]]" = FloatField()
    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        nothing = self.copy()
        nothing.template = "MAX(NULL)"
        return nothing.as_sql(compiler, connection, **context)


@dataclass(frozen=True)
class Span:
    """Today until now, and yesterday until the same hour: only like is compared with like."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def today_start(self) -> datetime:
        return datetime.combine(self.today, datetime.min.time(), ZONE)

    @property
    def yesterday_start(self) -> datetime:
        return self.today_start - timedelta(days=1)

    @property
    def yesterday_end(self) -> datetime:
        return self.now - timedelta(days=1)

    def of(self, field: str) -> Q:
        early = Q(**{f"{field}__gte": self.yesterday_start, f"{field}__lt": self.yesterday_end})
        late = Q(**{f"{field}__gte": self.today_start, f"{field}__lte": self.now})
        # The outer bounds are what an index can use.
        within = Q(**{f"{field}__gte": self.yesterday_start, f"{field}__lte": self.now})
        return within & (early | late)


@dataclass(frozen=True)
class Figure:
    """A number of today and of yesterday by this hour; None where there is nothing to say."""

    today: Any
    yesterday: Any

    @property
    def change(self) -> float | None:
        """0.25 is a quarter more than yesterday."""
        if not self.yesterday or self.today is None:
            return None
        return float(self.today) / float(self.yesterday) - 1


def today_figures(span: Span) -> dict[str, Figure]:
    """Every number of the day with yesterday's beside it."""
    days: dict[str, dict[str, Any]] = {"today": {}, "yesterday": {}}
    for counted in (_people(span), _activity(span), _orders(span), _tokens(span), _payments(span)):
        for day, numbers in counted.items():
            days[day] |= numbers
    rate = pricing.get_settings().usd_to_token_rate
    for numbers in days.values():
        numbers.update(_derived(numbers, rate))
    names = days["today"]
    return {name: Figure(days["today"][name], days["yesterday"][name]) for name in names}


def top_models(span: Span) -> list[dict[str, Any]]:
    """Today's models by number of orders, with what they earned and cost."""
    rate = pricing.get_settings().usd_to_token_rate
    rows = (
        GenRequest.objects.filter(created_at__gte=span.today_start, created_at__lte=span.now)
        .order_by()
        .values("ai_model", name=F("ai_model__display_name"))
        .annotate(
            orders=Count("pk"),
            done=Count("pk", filter=IS_DONE),
            failed=Count("pk", filter=IS_FAILED),
            median_s=Percentile("processing_time", fraction=0.5, filter=IS_DONE),
            earned_tokens=_sum(F("cost") - F("refunded"), IS_DONE),
            cost_usd=_sum(TOOK_USD, IS_DONE),
        )
        .order_by("-orders", "name")[:LIST_LENGTH]
    )
    return [row | {"margin_usd": row["earned_tokens"] / rate - row["cost_usd"]} for row in rows]


def queue(now: datetime) -> dict[str, Any]:
    """Open orders: how many in each state, how old, and how many nobody seems to work on."""
    late = now - STUCK_AFTER
    is_stuck = Q(status=Status.SUBMITTING, lease_until__lt=late) | (
        ~Q(status=Status.SUBMITTING) & Q(next_attempt_at__lt=late)
    )
    rows = list(
        GenRequest.objects.in_progress()
        .order_by()
        .values("status", kind=F("ai_model__type"))
        .annotate(number=Count("pk"), oldest=Min("created_at"), stuck=Count("pk", filter=is_stuck))
    )
    queued = [row for row in rows if row["status"] == Status.QUEUED]
    return {
        "open": sum(row["number"] for row in rows),
        "queued": sum(row["number"] for row in queued),
        "queued_by_kind": {row["kind"]: row["number"] for row in queued},
        "stuck": sum(row["stuck"] for row in rows),
        "oldest_at": min((row["oldest"] for row in rows), default=None),
    }


def open_errors() -> QuerySet[BotErrorEvent]:
    """The latest failures nobody has resolved."""
    unresolved = BotErrorEvent.objects.exclude(status=BotErrorEvent.Status.RESOLVED)
    return unresolved.defer("stacktrace")[:LIST_LENGTH]


def inbox(now: datetime) -> list[dict[str, Any]]:
    """Events of Lava.top in the last days, by what came of them."""
    counted = dict(
        WebhookEvent.objects.filter(received_at__gte=now - INBOX_PERIOD)
        .order_by()
        .values_list("outcome")
        .annotate(number=Count("pk"))
    )
    return [
        {"outcome": outcome.value, "label": outcome.label, "number": counted[outcome]}
        for outcome in WebhookEvent.Outcome
        if outcome in counted
    ]


def payments_to_settle() -> int:
    """Payments that wait for an operator."""
    return Payment.objects.filter(status=Payment.Status.QUARANTINED).count()


def unread_chats() -> int:
    return ChatThread.objects.filter(unread_count__gt=0).count()


def orders_by_day(span: Span) -> list[dict[str, Any]]:
    """Done, failed and all orders of each of the last days, oldest first, gaps as zeros."""
    first = span.today - timedelta(days=CHART_DAYS - 1)
    start = datetime.combine(first, datetime.min.time(), ZONE)
    rows = (
        GenRequest.objects.filter(created_at__gte=start)
        .order_by()
        .values(day=TruncDate("created_at", tzinfo=ZONE))
        .annotate(
            orders=Count("pk"),
            done=Count("pk", filter=IS_DONE),
            failed=Count("pk", filter=IS_FAILED),
        )
    )
    by_day: dict[date, dict[str, Any]] = {row["day"]: dict(row) for row in rows}
    days = [first + timedelta(days=number) for number in range(CHART_DAYS)]
    nothing = {"orders": 0, "done": 0, "failed": 0}
    return [by_day.get(day, {"day": day, **nothing}) for day in days]


def _people(span: Span) -> dict[str, dict[str, Any]]:
    return _by_day(TgUser.objects.all(), "created_at", span, new_people=Count("pk"))


def _activity(span: Span) -> dict[str, dict[str, Any]]:
    said = ChatMessage.objects.filter(direction=ChatMessage.Direction.INCOMING)
    return _by_day(said, "message_date", span, active_people=Count("user", distinct=True))


def _orders(span: Span) -> dict[str, dict[str, Any]]:
    return _by_day(
        GenRequest.objects.all(),
        "created_at",
        span,
        orders=Count("pk"),
        done=Count("pk", filter=IS_DONE),
        failed=Count("pk", filter=IS_FAILED),
        working=Count("pk", filter=Q(status__in=GenRequest.WORKING)),
        median_s=Percentile("processing_time", fraction=0.5, filter=IS_DONE),
        p95_s=Percentile("processing_time", fraction=0.95, filter=IS_DONE),
        earned_tokens=_sum(F("cost") - F("refunded"), IS_DONE),
        cost_usd=_sum(TOOK_USD, IS_DONE),
    )


def _tokens(span: Span) -> dict[str, dict[str, Any]]:
    kind = Transaction.Type
    return _by_day(
        Transaction.objects.all(),
        "created_at",
        span,
        sold_tokens=_sum("amount", Q(type=kind.DEPOSIT)),
        spent_tokens=-_sum("amount", Q(type=kind.GENERATION)),
        refunded_tokens=_sum("amount", Q(type=kind.REFUND)),
        given_tokens=_sum("amount", Q(type__in=(kind.BONUS, kind.REFERRAL))),
    )


def _payments(span: Span) -> dict[str, dict[str, Any]]:
    paid = Payment.objects.filter(
        status=Payment.Status.PAID, created_at__gte=span.yesterday_start - PAYMENT_AGE_MAX
    )
    return _by_day(
        paid, "paid_at", span, payments=Count("pk"), paid_usd=_sum("amount", Q(currency="USD"))
    )


def _by_day(
    rows: QuerySet[Any], field: str, span: Span, **aggregates: Any
) -> dict[str, dict[str, Any]]:
    """The aggregates of today and of yesterday in one query; of a day without rows too."""
    is_today = When(**{f"{field}__gte": span.today_start}, then=Value("today"))
    counted = (
        rows.filter(span.of(field))
        .order_by()
        .annotate(day=Case(is_today, default=Value("yesterday"), output_field=CharField()))
        .values("day")
        .annotate(**aggregates)
    )
    found = {row.pop("day"): row for row in counted}
    nothing = dict.fromkeys(aggregates, 0) | dict.fromkeys({"median_s", "p95_s"} & {*aggregates})
    return {day: found.get(day, nothing) for day in ("today", "yesterday")}


def _derived(numbers: Mapping[str, Any], rate: Decimal) -> dict[str, Any]:
    ended = numbers["done"] + numbers["failed"]
    revenue_usd = numbers["earned_tokens"] / rate
    return {
        "success": numbers["done"] / ended if ended else None,
        "revenue_usd": revenue_usd,
        "margin_usd": revenue_usd - numbers["cost_usd"],
    }


def _sum(what: Any, condition: Q) -> Any:
    return Coalesce(Sum(what, filter=condition), Value(ZERO))
