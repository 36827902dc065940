"""How numbers are written."""

from decimal import Decimal


def plain(amount: Decimal) -> str:
    """`100`, `0.80`: two decimals only where they say something."""
    whole = amount.to_integral_value()
    return f"{whole:f}" if amount == whole else f"{amount:.2f}"


def tokens(amount: Decimal) -> str:
    """`⚡0.80`."""
    return f"⚡{plain(amount)}"


def duration(seconds: float) -> str:
    """`42 s` as `0:42`, longer as `3:05`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
