"""Lava.top's words, as its OpenAPI 1.22 prints them; unknown fields are let through unread."""

import json
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field


class InvoiceStatus(StrEnum):
    """States of a contract in `GET /api/v2/invoices`; a refund is invisible there."""

    NEW = "NEW"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Money(Wire):
    amount: Decimal
    currency: str


class Invoice(Wire):
    """Answer to `POST /api/v3/invoice`; `payment_url` is null for free products."""

    id: str = Field(min_length=1, max_length=64)
    amount_total: Money = Field(alias="amountTotal")
    payment_url: str | None = Field(default=None, alias="paymentUrl")


class ClientUtm(Wire):
    utm_content: str | None = None


class Contract(Wire):
    """One row of `GET /api/v2/invoices`; absent parts may be null or missing."""

    id: str = Field(min_length=1, max_length=64)
    status: InvoiceStatus
    receipt: Money | None = None
    client_utm: ClientUtm | None = Field(default=None, alias="clientUtm")

    @property
    def our_reference(self) -> str:
        """What we put into `utm_content`: the id of our payment."""
        return (self.client_utm and self.client_utm.utm_content) or ""


class ContractPage(Wire):
    items: list[Contract]
    total: int = 0


class Price(Wire):
    amount: Decimal | None = None
    currency: str
    periodicity: str | None = None


class Offer(Wire):
    id: str
    name: str | None = None
    prices: list[Price] = []


class Product(Wire):
    """The live service answers flat, its documentation wraps every product into `data`."""

    id: str
    title: str | None = None
    offers: list[Offer] | None = None
    is_dynamic_price: bool | None = Field(default=None, alias="isDynamicPrice")


class ProductPage(Wire):
    items: list[dict[str, Any]]
    next_page: str | None = Field(default=None, alias="nextPage")

    def products(self) -> Iterator[Product]:
        for item in self.items:
            if item.get("type") not in {"POST", "LESSON"}:
                yield Product.model_validate(item.get("data") or item)


class Refusal(Wire):
    """The body of every 4xx."""

    error: str = ""
    details: dict[str, Any] = {}

    @property
    def text(self) -> str:
        details = "; ".join(f"{field}: {problem}" for field, problem in self.details.items())
        return f"{self.error} {details}".strip()


def parse_json(text: str) -> Any:
    """JSON with exact decimals: an amount never passes through a float.

    Raises ValueError, also for what Postgres cannot store: NaN, NUL and lone surrogates.
    """
    try:
        parsed = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if "\x00" in text or "\\u0000" in text:
        raise ValueError("contains NUL")
    json.dumps(parsed, ensure_ascii=False, default=str).encode()
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
