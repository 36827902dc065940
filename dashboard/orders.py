"""One order as operators read it: its steps, its money, what went in and what came out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from botapp.business import pricing
from botapp.catalog import Role
from botapp.management import catalog_words
from botapp.models import GenEvent, GenRequest, GenResult, Transaction

LATEST = 6
Kind = GenEvent.Kind
GOOD = frozenset({Kind.GENERATED, Kind.DELIVERED, Kind.RECOVERED})
BAD = frozenset({Kind.REFUSED, Kind.FAILED, Kind.RECOVERING, Kind.LATE})
FILM_ENDINGS = (".mp4", ".mov", ".webm")


@dataclass(frozen=True)
class Step:
    """One event, how long after the one before, and whether its route and its job are others."""

    event: GenEvent
    after: timedelta
    is_new_route: bool
    is_new_job: bool

    @property
    def tone(self) -> str:
        """A word of the style sheet."""
        return "good" if self.event.kind in GOOD else "bad" if self.event.kind in BAD else "calm"


@dataclass(frozen=True)
class Money:
    """Tokens of the person, dollars of ours. `took_usd` is None when nothing is known of it."""

    charged: Decimal
    returned: Decimal
    revenue_usd: Decimal
    took_usd: Decimal | None
    is_estimate: bool

    @property
    def net(self) -> Decimal:
        return self.charged - self.returned

    @property
    def margin_usd(self) -> Decimal:
        return self.revenue_usd - (self.took_usd or Decimal(0))


@dataclass(frozen=True)
class Input:
    """One file the person gave, and what for, in words."""

    index: int
    role: str
    is_film: bool


@dataclass(frozen=True)
class Page:
    order: GenRequest
    params: dict[str, str]
    steps: list[Step]
    money: Money
    inputs: list[Input]
    results: list[GenResult]
    postings: list[Transaction]
    children: list[GenRequest]


def find(order_id: int) -> GenRequest | None:
    related = ("user__chat_thread", "ai_model", "parent_request")
    return GenRequest.objects.select_related(*related).filter(pk=order_id).first()


def read(order: GenRequest) -> Page:
    """All of it in five queries, however long the order's life was."""
    return Page(
        order=order,
        params={name: catalog_words.value(v) for name, v in order.generation_params.items()},
        steps=list(_steps(order.events.all())),
        money=_money(order),
        inputs=[_input(number, source) for number, source in enumerate(order.source_media)],
        results=list(order.results.all()),
        postings=list(order.transactions.order_by("pk")),
        children=list(order.child_requests.select_related("ai_model").order_by("pk")),
    )


def latest_of(user_id: int) -> list[GenRequest]:
    own = GenRequest.objects.filter(user_id=user_id).select_related("ai_model")
    return list(own.order_by("-pk")[:LATEST])


def by_message(user_id: int, message_ids: Collection[int | None]) -> dict[int, int]:
    """Which of these messages of the bot shows which order."""
    shown = GenRequest.objects.filter(user_id=user_id, status_message_id__in=message_ids)
    return {
        message_id: order_id
        for message_id, order_id in shown.values_list("status_message_id", "pk")
        if message_id is not None
    }


def _steps(events: Iterable[GenEvent]) -> Iterable[Step]:
    last: datetime | None = None
    route = job_id = ""
    for event in events:
        yield Step(
            event,
            event.at - last if last else timedelta(0),
            is_new_route=event.route != route,
            is_new_job=event.provider_job_id not in ("", job_id),
        )
        last, route, job_id = event.at, event.route, event.provider_job_id or job_id


def _money(order: GenRequest) -> Money:
    brought = order.status in (GenRequest.Status.DELIVERING, GenRequest.Status.DONE)
    is_estimate = order.provider_cost_usd is None and brought
    rate = pricing.get_settings().usd_to_token_rate
    return Money(
        charged=order.cost,
        returned=order.refunded,
        revenue_usd=(order.cost - order.refunded) / rate,
        took_usd=order.cost_usd if is_estimate else order.provider_cost_usd,
        is_estimate=is_estimate,
    )


def _input(number: int, source: dict[str, Any]) -> Input:
    role = source.get("role", "")
    is_film = role == Role.VIDEO or str(source.get("storage_key", "")).endswith(FILM_ENDINGS)
    return Input(number, catalog_words.ROLES[Role(role)] if role else "", is_film)
