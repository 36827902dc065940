"""The payment API's words; amounts are strings with two decimals."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from ninja import Schema
from pydantic import Field


class PackageOut(Schema):
    code: str
    title: str
    tokens: str
    tokens_text: str
    price_usd: str
    currency: str
    examples: list[str]


class PackagesOut(Schema):
    packages: list[PackageOut]
    balance: str
    email: str
    language: str


class PaymentIn(Schema):
    """Whoever pays is known from the signed launch data, never from here; `price_usd` and `tokens`
    are what they were shown, and refuse another package under the same code."""

    package_code: str = Field(min_length=1, max_length=100)
    email: str = Field(min_length=3, max_length=254)
    client_request_id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    price_usd: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)
    tokens: Decimal | None = Field(default=None, ge=0, max_digits=12, decimal_places=2)


class PaymentOut(Schema):
    id: UUID
    status: str
    message: str
    payment_url: str | None
    package_code: str
    title: str
    tokens: str
    tokens_text: str
    amount: str
    currency: str
    failure_code: str
    balance: str
    created_at: datetime
    paid_at: datetime | None


class PaymentsOut(Schema):
    payments: list[PaymentOut]


class AcceptedOut(Schema):
    status: str = "ok"
