"""How numbers are written."""

from decimal import Decimal

from django.utils.translation import gettext as _


def plain(amount: Decimal) -> str:
    """`100`, `0.80`: two decimals only where they say something."""
    whole = amount.to_integral_value()
    return f"{whole:f}" if amount == whole else f"{amount:.2f}"


def with_cents(amount: Decimal) -> str:
    """`100.00`, for programs."""
    return f"{amount:.2f}"


def tokens(amount: Decimal) -> str:
    """`⚡0.80`."""
    return f"⚡{plain(amount)}"


def duration(seconds: float) -> str:
    """`42 s` as `0:42`, longer as `3:05`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def about(seconds: float) -> str:
    """`12 s`, `3 min`: nobody waits by the second for minutes."""
    if seconds < 90:  # a minute and a half
        return _("{count} s").format(count=max(round(seconds), 1))
    return _("{count} min").format(count=round(seconds / 60))
