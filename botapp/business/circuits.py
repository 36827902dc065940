"""A circuit for each route: after failures it is left alone for a while, then tried by one order.

Circuits decide which route of a model comes first. A model whose every route is open is still
tried, the preferred route first: an order's own attempt says more than what others met before.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from botapp.models import RouteCircuit

FAILURES_IN_ROW_MAX = 3
OPEN_FIRST_S = 60.0
OPEN_MAX_S = 600.0
# An order that tries an open route keeps others from trying it meanwhile.
PROBE_S = 30.0


def find_open(routes: Iterable[str], *, now: datetime) -> set[str]:
    """Which of these routes are to be passed by. One whose time is over is let through, once."""
    wanted = list(routes)
    is_open = set(
        RouteCircuit.objects.open_at(now).filter(route__in=wanted).values_list("route", flat=True)
    )
    for route in RouteCircuit.objects.filter(
        route__in=wanted, open_until__lte=now, failures_in_row__gt=0
    ).values_list("route", flat=True):
        probing = RouteCircuit.objects.filter(route=route, open_until__lte=now)
        if not probing.update(open_until=now + timedelta(seconds=PROBE_S)):
            is_open.add(route)
    return is_open


def serves(route: str, *, now: datetime) -> None:
    """The route works: it is closed again."""
    RouteCircuit.objects.filter(route=route).exclude(failures_in_row=0, open_until=None).update(
        failures_in_row=0, open_until=None, last_served_at=now
    )


@transaction.atomic
def fails(
    route: str, *, failure: str, detail: str, now: datetime, at_once_s: float | None = None
) -> bool:
    """Count a failure; returns whether the circuit is open now.

    `at_once_s` opens it without counting, for that long: the provider said when it will do, or
    will not do before somebody mends it.
    """
    circuit, _ = RouteCircuit.objects.select_for_update().get_or_create(route=route)
    circuit.failures_in_row += 1
    over = circuit.failures_in_row - FAILURES_IN_ROW_MAX
    open_s = at_once_s
    if open_s is None and over >= 0:
        # Bounded before the power: an outage may last for thousands of orders.
        open_s = min(OPEN_FIRST_S * 2 ** min(over, 10), OPEN_MAX_S)
    RouteCircuit.objects.filter(pk=circuit.pk).update(
        failures_in_row=F("failures_in_row") + 1,
        last_failure=failure,
        last_detail=detail,
        last_failed_at=now,
        open_until=now + timedelta(seconds=open_s) if open_s else circuit.open_until,
    )
    return open_s is not None
