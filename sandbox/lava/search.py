"""Filters and paging of the contract list (facts: A5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from multidict import MultiMapping

from sandbox.lava.catalog import CURRENCIES
from sandbox.lava.contracts import Contract, Status
from sandbox.lava.orders import OrderRefusedError

_CARD_DIGITS = "4242"
_TYPES = {
    "INVOICE": ("INVOICE", "SUBSCRIPTION_FIRST_INVOICE", "SUBSCRIPTION_RENEWAL"),
    "ONE_TIME": ("ONE_TIME", "RECURRING"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Without a status filter only COMPLETED contracts are found."""

    begin: datetime | None
    end: datetime | None
    email: str
    product_name: str
    card_digits: str
    currencies: tuple[str, ...]
    types: tuple[str, ...]
    statuses: tuple[str, ...]
    page: int
    size: int

    def finds(self, contract: Contract, kind: str) -> bool:
        return (
            contract.visible_status.value in self.statuses
            and contract.currency in self.currencies
            and (not self.types or kind in self.types)
            and self._is_in_time(contract)
            and self.email in contract.email.lower()
            and self.product_name in contract.offer.product_title.lower()
            and self._has_card(contract)
        )

    def page_of(self, found: Sequence[Contract]) -> Sequence[Contract]:
        start = (self.page - 1) * self.size
        return found[start : start + self.size]

    def _is_in_time(self, contract: Contract) -> bool:
        moment = contract.created_at if contract.is_open else contract.happened_at
        after_begin = self.begin is None or moment >= self.begin
        return after_begin and (self.end is None or moment <= self.end)

    def _has_card(self, contract: Contract) -> bool:
        if not self.card_digits:
            return True
        return contract.status is Status.COMPLETED and self.card_digits in _CARD_DIGITS


def read_search(query: MultiMapping[str]) -> Search:
    """Raises OrderRefusedError for a value outside its enumeration."""
    known_types = tuple(word for words in _TYPES.values() for word in words)
    statuses = _words(query, "invoiceStatuses", tuple(Status))
    return Search(
        begin=_moment(query, "beginDate"),
        end=_moment(query, "endDate"),
        email=query.get("buyerEmail", "").lower(),
        product_name=query.get("productName", "").lower(),
        card_digits=query.get("last4CardDigits", ""),
        currencies=_words(query, "currencies", CURRENCIES) or CURRENCIES,
        types=_words(query, "invoiceTypes", known_types),
        statuses=statuses or (Status.COMPLETED.value,),
        page=_positive(query, "page", 1),
        size=_positive(query, "size", 20),
    )


def _words(query: MultiMapping[str], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    given = tuple(query.getall(name, []))
    if not set(given) <= set(known):
        raise _wrong(name, f"should be one of {', '.join(known)}")
    return given


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        moment = datetime.fromisoformat(query[name])
    except ValueError as error:
        raise _wrong(name, "should be a date-time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise _wrong(name, "should be a positive number")
    return int(text)


def _wrong(name: str, problem: str) -> OrderRefusedError:
    return OrderRefusedError("Input fields are invalid", {name: problem})
