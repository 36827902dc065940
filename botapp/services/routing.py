"""Which providers an order may go to, in which order, and what becomes of a route that fails."""

import logging
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from botapp import catalog
from botapp.business import circuits
from botapp.error_tracker import mask
from botapp.models import BotErrorEvent, GenRequest
from botapp.providers import registry
from botapp.providers.base import Failure, ProviderError

logger = logging.getLogger(__name__)

# Nobody but an operator mends these: the route is left alone at once, and somebody is told.
OPENS_AT_ONCE_S = {
    Failure.AUTH: 600.0,
    Failure.NO_PROVIDER_MONEY: 600.0,
    Failure.MODEL_GONE: 6 * 3600.0,
}
# Nothing was made, and another route may make it.
ANOTHER_ROUTE_MAY = frozenset({Failure.TRANSIENT, Failure.RATE, *OPENS_AT_ONCE_S})
# A rate limit longer than this is not waited for while another route is open.
RATE_PATIENCE_S = 15.0
RATE_OPEN_MAX_S = 600.0


def routes_for(order: GenRequest, *, now: datetime) -> list[catalog.Route]:
    """The routes that can make this order, the best first; empty when every provider is off or
    the card is gone."""
    card = catalog.find(order.ai_model.slug)
    mode = catalog.Mode(order.generation_type)
    able = [
        route
        for route in (card.routes if card else ())
        if registry.is_enabled(route.provider)
        and route.serves(mode, order.generation_params, order.results_expected)
    ]
    if order.parent_result_index is not None and order.parent_request is not None:
        # Only who made the parent knows it.
        made_by = order.parent_request.provider
        able = [route for route in able if route.provider == made_by]
    passed_by = circuits.find_open([route.key for route in able], now=now)
    return sorted(able, key=lambda route: route.key in passed_by)


def note_success(route: catalog.Route) -> None:
    circuits.serves(route.key, now=timezone.now())


def note_failure(order: GenRequest, route: catalog.Route, error: ProviderError) -> bool:
    """Count the failure against the route; True when the order may go on to another route."""
    if error.failure not in ANOTHER_ROUTE_MAY:
        return False
    at_once_s = OPENS_AT_ONCE_S.get(error.failure)
    if error.failure is Failure.RATE:
        at_once_s = min(error.retry_after_s or 0.0, RATE_OPEN_MAX_S)
        if at_once_s <= RATE_PATIENCE_S:
            return False
    opened = circuits.fails(
        route.key,
        failure=error.failure.value,
        detail=mask(error.detail),
        now=timezone.now(),
        at_once_s=at_once_s,
    )
    if opened:
        logger.warning(
            "A route is left alone",
            extra={
                "origin": BotErrorEvent.Origin.GENERATION.value,
                "generation_id": order.pk,
                "route": route.key,
                "failure": error.failure.value,
            },
        )
    return True


def cost_usd(order: GenRequest, route: catalog.Route) -> Decimal:
    """What this route takes for the order, by its own price table."""
    card = catalog.BY_SLUG[order.ai_model.slug]
    seconds = order.duration or 1 if card.cost_unit is catalog.CostUnit.SECOND else 1
    chosen = order.generation_params | {"mode": order.generation_type}
    unit = catalog.cost_of(route.costs, chosen)
    return unit * order.quantity * seconds


def route_of(order: GenRequest) -> catalog.Route | None:
    """The route the order took; None when it is on no card any more."""
    mode = catalog.Mode(order.generation_type)
    card = catalog.find(order.ai_model.slug)
    return next(
        (
            route
            for route in (card.routes if card else ())
            if (route.provider, route.model_for(mode)) == (order.provider, order.model)
        ),
        None,
    )
