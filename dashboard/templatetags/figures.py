"""Numbers as operators read them: short, with a unit, an em dash for nothing."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone

register = template.Library()

NOTHING = "—"
THIN_SPACE = "\u202f"
LEAST_CHANGE = 0.005
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


@register.filter
def whole(value: Decimal | float | None) -> str:
    """12 345"""
    return NOTHING if value is None else f"{value:,.0f}".replace(",", THIN_SPACE)


@register.filter
def tokens(value: Decimal | int | None) -> str:
    """150, 3.20: hundredths only where there are some"""
    if value is None:
        return NOTHING
    digits = 2 if value % 1 else 0
    return f"{value:,.{digits}f}".replace(",", THIN_SPACE)


@register.filter
def usd(value: Decimal | float | None) -> str:
    """$12.30, −$0.05"""
    if value is None:
        return NOTHING
    amount = f"{value:,.2f}".replace(",", THIN_SPACE)
    if amount == "-0.00":
        return "$0.00"
    return f"−${amount[1:]}" if value < 0 else f"${amount}"


@register.filter
def percent(share: float | None) -> str:
    """85 %, 99,9 %: rounded down, as 100 % says that nothing failed."""
    if share is None:
        return NOTHING
    digits = 1 if 0.9 < share < 1 else 0
    step = 10**digits
    rounded = math.floor(share * 100 * step) / step
    return f"{rounded:.{digits}f}{THIN_SPACE}%".replace(".", ",")


@register.filter
def change(share: float | None) -> str:
    """+25 %, −10 %; against yesterday. Nothing for no change."""
    if share is None or abs(share) < LEAST_CHANGE:
        return ""
    sign = "+" if share >= 0 else "−"
    return f"{sign}{abs(share) * 100:.0f}{THIN_SPACE}%"


@register.filter
def seconds(value: float | None) -> str:
    """4,2 с, 2 мин 5 с"""
    if value is None:
        return NOTHING
    if round(value, 1) < MINUTE_S:
        return f"{value:.1f}{THIN_SPACE}с".replace(".", ",")
    minutes, rest = divmod(round(value), MINUTE_S)
    return f"{minutes}{THIN_SPACE}мин {rest}{THIN_SPACE}с"


@register.filter
def later(after: timedelta) -> str:
    """+0,4 с, +2 мин 5 с, +3 ч 10 мин"""
    minutes = int(after.total_seconds()) // MINUTE_S
    if minutes < MINUTE_S:
        return f"+{seconds(after.total_seconds())}"
    hours, minutes = divmod(minutes, MINUTE_S)
    return f"+{hours}{THIN_SPACE}ч {minutes}{THIN_SPACE}мин"


@register.filter
def fine_usd(value: Decimal | None) -> str:
    """$0.0336: what one order costs needs all four digits"""
    return NOTHING if value is None else f"−${-value:.4f}" if value < 0 else f"${value:.4f}"


@register.filter
def of(found: Mapping[int, int], key: int | None) -> int | None:
    """What a mapping has under a key, if it has it."""
    return None if key is None else found.get(key)


@register.filter
def ago(at: datetime | None) -> str:
    """How long ago: 40 с, 12 мин, 5 ч, 3 дн."""
    if at is None:
        return NOTHING
    age_s = max(int((timezone.now() - at).total_seconds()), 0)
    for limit_s, unit_s, unit in (
        (MINUTE_S, 1, "с"),
        (HOUR_S, MINUTE_S, "мин"),
        (DAY_S, HOUR_S, "ч"),
    ):
        if age_s < limit_s:
            return f"{age_s // unit_s}{THIN_SPACE}{unit}"
    return f"{age_s // DAY_S}{THIN_SPACE}дн."


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate for SVG, with a point in every language."""
    return f"{value:g}"


@register.filter
def add_up(value: float, more: int) -> float:
    return value + more


@register.filter
def last_digit(number: int) -> int:
    """One of ten colours, always the same for the same person."""
    return number % 10
