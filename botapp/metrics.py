"""GET /metrics: the numbers to watch and to be woken by, in Prometheus' text format.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/ (version 0.0.4).
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Min, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from botapp.models import (
    AIModel,
    BotErrorEvent,
    GenRequest,
    RouteCircuit,
    TgUser,
    Transaction,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    name: str
    kind: str
    help: str
    samples: tuple[tuple[Labels, float], ...]


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics, for whoever has METRICS_TOKEN; without one the page does not exist."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    # Bytes: comparing text fails on anything beyond ASCII.
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(render(collect(timezone.now())), content_type=CONTENT_TYPE)


def collect(now: datetime) -> Iterator[Metric]:
    """Each is one query that an index or a small table answers."""
    yield from _orders(now)
    yield from _providers(now)
    yield from _people_and_money()
    yield _errors(now)
    yield _webhooks(now)


def render(collected: Iterable[Metric]) -> str:
    lines = []
    for metric in collected:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [
            f"{metric.name}{_labels(labels)} {value:.10g}" for labels, value in metric.samples
        ]
    return "\n".join(lines) + "\n"


def _orders(now: datetime) -> Iterator[Metric]:
    is_open = GenRequest.objects.in_progress().order_by().values("status")
    counted = dict(is_open.annotate(number=Count("pk")).values_list("status", "number"))
    yield Metric(
        "nanobanana_orders_open",
        "gauge",
        "Orders that are not finished, by status.",
        tuple(({"status": status}, counted.get(status, 0)) for status in GenRequest.WORKING),
    )
    queued = GenRequest.objects.filter(status=GenRequest.Status.QUEUED).order_by()
    by_kind = queued.values_list("ai_model__type").annotate(at=Min("created_at"))
    ages_s = dict.fromkeys(AIModel.Type.values, 0.0) | {k: _age_s(at, now) for k, at in by_kind}
    yield Metric(
        "nanobanana_orders_oldest_queued_seconds",
        "gauge",
        "Age of the oldest order in the queue; 0 when it is empty.",
        (({}, max(ages_s.values())),),
    )
    yield Metric(
        "nanobanana_orders_oldest_queued_by_kind_seconds",
        "gauge",
        "The same for pictures and for films: each kind has its own workers.",
        tuple(({"kind": kind}, age_s) for kind, age_s in ages_s.items()),
    )
    ended = AIModel.objects.values_list("slug", "total_generations", "total_errors")
    yield Metric(
        "nanobanana_orders_ended_total",
        "counter",
        "Orders that ended, by model and outcome.",
        tuple(
            ({"model": slug, "outcome": outcome}, number)
            for slug, done, failed in ended
            for outcome, number in (("done", done), ("error", failed))
        ),
    )


def _providers(now: datetime) -> Iterator[Metric]:
    at_work = dict(
        GenRequest.objects.filter(status__in=GenRequest.AT_PROVIDER)
        .order_by()
        .values_list("provider")
        .annotate(number=Count("pk"))
    )
    numbers = dict.fromkeys(settings.PROVIDERS, 0) | at_work
    yield Metric(
        "nanobanana_provider_jobs",
        "gauge",
        "Orders that a provider works on, or that are on their way to it.",
        tuple(({"provider": provider}, number) for provider, number in numbers.items()),
    )
    yield Metric(
        "nanobanana_routes_open",
        "gauge",
        "Routes to models that are left alone after failures.",
        (({}, RouteCircuit.objects.open_at(now).count()),),
    )


def _people_and_money() -> Iterator[Metric]:
    people = dict(TgUser.objects.order_by().values_list("is_blocked").annotate(number=Count("pk")))
    yield Metric(
        "nanobanana_users",
        "gauge",
        "People who wrote to the bot, by whether they blocked it since.",
        (
            ({"blocked": "false"}, people.get(False, 0)),
            ({"blocked": "true"}, people.get(True, 0)),
        ),
    )
    deposits = Transaction.objects.filter(type=Transaction.Type.DEPOSIT).aggregate(
        number=Count("pk"), tokens=Sum("amount")
    )
    yield Metric("nanobanana_deposits_total", "counter", "Deposits.", (({}, deposits["number"]),))
    yield Metric(
        "nanobanana_deposited_tokens_total",
        "counter",
        "Tokens deposited.",
        (({}, float(deposits["tokens"] or 0)),),
    )


def _errors(now: datetime) -> Metric:
    recent = BotErrorEvent.objects.filter(occurred_at__gt=now - timedelta(hours=1)).order_by()
    counted = dict(recent.values_list("severity").annotate(number=Count("pk")))
    return Metric(
        "nanobanana_errors_last_hour",
        "gauge",
        "Recorded failures of the last hour, by severity.",
        tuple(
            ({"severity": severity}, counted.get(severity, 0))
            for severity in BotErrorEvent.Severity.values
        ),
    )


def _webhooks(now: datetime) -> Metric:
    # By name: payments know the bot, the bot does not know payments.
    inbox = apps.get_model("lavatop", "WebhookEvent").objects.filter(outcome="received")
    oldest = inbox.aggregate(at=Min("received_at"))["at"]
    return Metric(
        "nanobanana_webhook_oldest_unprocessed_seconds",
        "gauge",
        "Age of the oldest payment event that is not processed; 0 when there is none.",
        (({}, _age_s(oldest, now)),),
    )


def _age_s(at: datetime | None, now: datetime) -> float:
    return max((now - at).total_seconds(), 0.0) if at else 0.0


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
