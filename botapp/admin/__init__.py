"""The operators' tables: what may be looked at, and the little that may be changed.

Editing is possible only where it does not lie: money, statuses and what was said are moved by the
code that guards them.
"""

from botapp.admin import (
    access,
    catalog,
    chats,
    correction,
    errors,
    ledger,
    making,
    offers,
    orders,
    people,
)

__all__ = [
    "access",
    "catalog",
    "chats",
    "correction",
    "errors",
    "ledger",
    "making",
    "offers",
    "orders",
    "people",
]
