"""A contract and its moves; the words for its states differ between the routes (facts: A6)."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from urllib.parse import urlsplit

from sandbox.lava.catalog import Offer

ABANDONED = "Payment window is opened but not completed"
_FEE_SHARE = Decimal("0.08")
_CENT = Decimal("0.01")
_REDIRECT_SCHEMES = ("http", "https")


class Status(StrEnum):
    """As GET says it; the create answer and the webhook say it in lower-case kebab."""

    NEW = "NEW"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def kebab(self) -> str:
        return self.value.lower().replace("_", "-")


_OPEN = (Status.NEW, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class ReturnUrls:
    """Where the checkout sends the buyer; empty or not http(s) means nowhere."""

    success: str = ""
    failure: str = ""
    cancel: str = ""

    def find_safe(self, url: str) -> str | None:
        return url if urlsplit(url).scheme in _REDIRECT_SCHEMES else None


@dataclass(slots=True, kw_only=True)
class Contract:
    id: str
    api_key: str
    offer: Offer
    email: str
    currency: str
    amount: Decimal
    method: str
    created_at: datetime
    utm: dict[str, str | None] = field(default_factory=dict)
    return_urls: ReturnUrls = ReturnUrls()
    status: Status = Status.NEW
    executed_at: datetime | None = None
    error_message: str = ""
    lag_reads_left: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in _OPEN

    @property
    def visible_status(self) -> Status:
        """What GET tells: a fresh payment may lag behind."""
        return Status.IN_PROGRESS if self.lag_reads_left else self.status

    @property
    def fee(self) -> Decimal:
        return (self.amount * _FEE_SHARE).quantize(_CENT, ROUND_HALF_UP)

    @property
    def happened_at(self) -> datetime:
        return self.executed_at or self.created_at

    def count_read(self) -> None:
        self.lag_reads_left = max(0, self.lag_reads_left - 1)

    def visit(self) -> None:
        if self.status is Status.NEW:
            self.status = Status.IN_PROGRESS

    def complete(self, *, now: datetime, lag_reads: int) -> None:
        self.status = Status.COMPLETED
        self.executed_at = now
        self.error_message = ""
        self.lag_reads_left = lag_reads

    def fail(self, *, now: datetime, message: str) -> None:
        self.status = Status.FAILED
        self.executed_at = now
        self.error_message = message
