"""Which ways to the providers are open, and how many of our jobs each provider has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q

from botapp import catalog
from botapp.business import generation
from botapp.models import AIModel, GenRequest, RouteCircuit
from botapp.providers.base import Failure
from config.providers import variable_of

Status = GenRequest.Status
SERVED_PERIOD = timedelta(days=1)

FAILURES = {
    Failure.AUTH.value: "ключ не принят",
    Failure.NO_PROVIDER_MONEY.value: "кончились деньги у провайдера",
    Failure.MODEL_GONE.value: "модели больше нет",
    Failure.RATE.value: "слишком много запросов",
    Failure.TRANSIENT.value: "сбой провайдера",
}


# Model, provider, the provider's name of the model.
ServedKey = tuple[int, str, str]
Served = tuple[int, datetime]


class State(StrEnum):
    ON = "on"
    PASSED_BY = "passed_by"
    OFF = "off"


@dataclass(frozen=True)
class Way:
    """One route of a model. `variable` is what to set when it is off; `served` are the orders
    of the last day that it made, for this model, the last of them at `served_at`."""

    provider: str
    model: str
    state: State
    variable: str
    circuit: RouteCircuit | None
    served: int
    served_at: datetime | None

    @property
    def failure(self) -> str:
        """Why it was left alone the last time, in words; empty when it never failed."""
        word = self.circuit.last_failure if self.circuit else ""
        return FAILURES.get(word, word)


@dataclass(frozen=True)
class Ways:
    """A model on sale with its routes, the preferred first."""

    model: AIModel
    ways: tuple[Way, ...]

    @property
    def can_be_made(self) -> bool:
        return any(way.state is not State.OFF for way in self.ways)


@dataclass(frozen=True)
class Overview:
    models: tuple[Ways, ...]

    @property
    def unmakeable(self) -> list[Ways]:
        """Active models that nobody can make here: people do not see them."""
        return [ways for ways in self.models if not ways.can_be_made]

    @property
    def passed_by(self) -> int:
        """How many routes are left alone at this moment; one serves several models."""
        keys = {
            (way.provider, way.model)
            for ways in self.models
            for way in ways.ways
            if way.state is State.PASSED_BY
        }
        return len(keys)


@dataclass(frozen=True)
class Load:
    """Jobs of ours at one provider now, the most it takes, and those still waited for too late."""

    provider: str
    at_work: int
    limit: int
    late: int

    @property
    def is_full(self) -> bool:
        return self.at_work >= self.limit


def overview(now: datetime) -> Overview:
    """Every route of every active model, in the order of the menu; three queries."""
    circuits = {circuit.route: circuit for circuit in RouteCircuit.objects.all()}
    served = _served(now)
    return Overview(
        tuple(
            Ways(model, tuple(_way(model, route, circuits, served, now) for route in card.routes))
            for model in AIModel.objects.on_sale()
            if (card := catalog.find(model.slug)) is not None
        )
    )


def loads(now: datetime) -> list[Load]:
    """Providers that are on, and those that still have something of ours; the busiest first."""
    is_late = Q(status=Status.ERROR, late_until__gt=now)
    rows = (
        GenRequest.objects.at_provider_or_late(submitting=True)
        .order_by()
        .values("provider")
        .annotate(
            at_work=Count("pk", filter=Q(status__in=GenRequest.AT_PROVIDER)),
            late=Count("pk", filter=is_late),
        )
    )
    busy: dict[str, dict[str, Any]] = {row["provider"]: dict(row) for row in rows}
    nothing = {"at_work": 0, "late": 0}
    places = generation.Places(settings.PROVIDER_CONCURRENCY_USUAL, settings.PROVIDER_CONCURRENCY)
    found = [
        Load(**({"provider": name} | busy.get(name, nothing)), limit=places.of(name))
        for name in {*settings.PROVIDERS, *busy}
    ]
    return sorted(found, key=lambda load: (-load.at_work, -load.late, load.provider))


def _way(
    model: AIModel,
    route: catalog.Route,
    circuits: Mapping[str, RouteCircuit],
    served: Mapping[ServedKey, Served],
    now: datetime,
) -> Way:
    circuit = circuits.get(route.key)
    is_on = route.provider in settings.PROVIDERS
    # A route may have a name for each mode.
    names = {route.model, *route.models.values()}
    made = [served[key] for name in names if (key := (model.pk, route.provider, name)) in served]
    return Way(
        provider=route.provider,
        model=route.model,
        state=_state(circuit, now) if is_on else State.OFF,
        variable=variable_of(route.provider),
        circuit=circuit,
        served=sum(number for number, _ in made),
        served_at=max((last_at for _, last_at in made), default=None),
    )


def _served(now: datetime) -> dict[ServedKey, Served]:
    """Orders of the last day that brought something, by model and route."""
    rows = (
        GenRequest.objects.filter(
            created_at__gte=now - SERVED_PERIOD, status__in=(Status.DELIVERING, Status.DONE)
        )
        .order_by()
        .values("ai_model", "provider", "model")
        .annotate(number=Count("pk"), last_at=Max("updated_at"))
    )
    return {
        (row["ai_model"], row["provider"], row["model"]): (row["number"], row["last_at"])
        for row in rows
    }


def _state(circuit: RouteCircuit | None, now: datetime) -> State:
    is_open = circuit is not None and circuit.open_until is not None and circuit.open_until > now
    return State.PASSED_BY if is_open else State.ON
