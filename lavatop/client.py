"""Lava.top's public API, OpenAPI 1.22. Creating an invoice is never repeated; reading may be."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings
from pydantic import ValidationError

from lavatop.wire import (
    Contract,
    ContractPage,
    Invoice,
    InvoiceStatus,
    Product,
    ProductPage,
    Refusal,
    Wire,
    parse_json,
)

W = TypeVar("W", bound=Wire)

CREATE_TIMEOUT_S = 20.0
READ_TIMEOUT_S = 8.0
CONNECT_TIMEOUT_S = 5.0
# All connections wait for a silent Lava.top: who comes then is told so, not kept as well.
POOL_TIMEOUT_S = 1.0
CONNECTIONS_MAX = 8
PAGE_SIZE = 50
PAGES_MAX = 40
# The request had no chance to leave us.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class LavaError(Exception):
    """The text is for operators and holds no key."""


class InvoiceNotCreatedError(LavaError):
    """Lava.top surely made no contract. `refused` tells a refusal from a failure to reach it."""

    def __init__(self, reason: str, *, refused: bool) -> None:
        super().__init__(reason)
        self.refused = refused


class InvoiceUnknownError(LavaError):
    """The answer was lost: a contract may exist, so the request must not be repeated."""


class LavaUnavailableError(LavaError):
    """Reading failed for a reason that passes."""


class ContractNotFoundError(LavaError):
    """Lava.top knows no such contract under our key."""


@dataclass(frozen=True)
class InvoiceRequest:
    """What one invoice asks for; `reference` returns to us as `clientUtm.utm_content`."""

    email: str
    offer_id: str
    currency: str
    language: str
    reference: str
    return_url: str

    def body(self) -> dict[str, Any]:
        return {
            "email": self.email,
            "offerId": self.offer_id,
            "currency": self.currency,
            "buyerLanguage": self.language,
            "clientUtm": {
                "utm_source": "telegram",
                "utm_medium": "bot",
                "utm_content": self.reference,
            },
            "successful_return_url": f"{self.return_url}?returned=success",
            "failure_return_url": f"{self.return_url}?returned=failure",
            "cancel_return_url": f"{self.return_url}?returned=cancel",
        }


class LavaClient:
    """One small pool of connections; safe to share between threads."""

    def __init__(self, *, base_url: str, api_key: str) -> None:
        self._host = urlsplit(base_url).netloc
        self._http = httpx.Client(
            base_url=base_url,
            headers={"X-Api-Key": api_key, "Accept": "application/json"},
            timeout=_timeout(READ_TIMEOUT_S),
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=2),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def create_invoice(self, request: InvoiceRequest) -> Invoice:
        """`POST /api/v3/invoice`, once.

        Raises InvoiceNotCreatedError when there is surely no contract, InvoiceUnknownError
        when there may be one.
        """
        try:
            response = self._http.post(
                "/api/v3/invoice",
                json=request.body(),
                timeout=_timeout(CREATE_TIMEOUT_S),
            )
        except NOT_SENT as error:
            raise InvoiceNotCreatedError(type(error).__name__, refused=False) from error
        except httpx.HTTPError as error:
            raise InvoiceUnknownError(type(error).__name__) from error
        return _read_invoice(response)

    def get_contract(self, contract_id: str) -> Contract:
        """`GET /api/v2/invoices/{id}`. Raises ContractNotFoundError, LavaUnavailableError."""
        response = self._get(f"/api/v2/invoices/{quote(contract_id, safe='')}")
        return _parsed(Contract, response)

    def find_contracts(
        self, *, begin: datetime, end: datetime, email: str = "", statuses: list[InvoiceStatus]
    ) -> list[Contract]:
        """Every contract of our key in the window; without `statuses` Lava shows COMPLETED only."""
        params: dict[str, Any] = {
            "beginDate": begin.isoformat(),
            "endDate": end.isoformat(),
            "invoiceStatuses": [status.value for status in statuses],
            "size": PAGE_SIZE,
        }
        if email:
            params["buyerEmail"] = email
        found: list[Contract] = []
        for page_number in range(1, PAGES_MAX + 1):
            response = self._get("/api/v2/invoices", params | {"page": page_number})
            page = _parsed(ContractPage, response)
            found.extend(page.items)
            if not page.items or len(found) >= page.total:
                break
        return found

    def list_products(self) -> list[Product]:
        """All products, hidden ones too: `GET /api/v2/products`, page by page."""
        products: list[Product] = []
        url = "/api/v2/products"
        params: dict[str, Any] | None = {"feedVisibility": "ALL"}
        for _ in range(PAGES_MAX):
            page = _parsed(ProductPage, self._get(url, params))
            products.extend(_parse_products(page))
            # The address comes from outside, and our key goes with the request.
            if not page.next_page or urlsplit(page.next_page).netloc != self._host:
                break
            url, params = page.next_page, None
        return products

    def _get(self, url: str, params: dict[str, Any] | None = None) -> httpx.Response:
        try:
            response = self._http.get(url, params=params)
        except httpx.HTTPError as error:
            raise LavaUnavailableError(type(error).__name__) from error
        if response.status_code == httpx.codes.NOT_FOUND:
            raise ContractNotFoundError(_refusal_text(response))
        if not response.is_success:
            raise LavaUnavailableError(f"HTTP {response.status_code}: {_refusal_text(response)}")
        return response


@lru_cache(maxsize=1)
def _shared(base_url: str, api_key: str) -> LavaClient:
    return LavaClient(base_url=base_url, api_key=api_key)


def get_client() -> LavaClient:
    """The process's client, made from the settings on first use."""
    return _shared(settings.LAVA_API_BASE_URL, settings.LAVA_API_KEY)


def _timeout(read_s: float) -> httpx.Timeout:
    return httpx.Timeout(read_s, connect=CONNECT_TIMEOUT_S, pool=POOL_TIMEOUT_S)


def _read_invoice(response: httpx.Response) -> Invoice:
    if response.is_client_error:
        reason = f"HTTP {response.status_code}: {_refusal_text(response)}"
        raise InvoiceNotCreatedError(reason, refused=True)
    if not response.is_success:
        raise InvoiceUnknownError(f"HTTP {response.status_code}")
    try:
        return Invoice.model_validate(parse_json(response.text))
    except (ValidationError, ValueError) as error:
        raise InvoiceUnknownError("the answer could not be read") from error


def _parsed(kind: type[W], response: httpx.Response) -> W:
    try:
        return kind.model_validate(parse_json(response.text))
    except (ValidationError, ValueError) as error:
        raise LavaUnavailableError("the answer could not be read") from error


def _parse_products(page: ProductPage) -> list[Product]:
    try:
        return list(page.products())
    except ValidationError as error:
        raise LavaUnavailableError("a product could not be read") from error


def _refusal_text(response: httpx.Response) -> str:
    try:
        return Refusal.model_validate(parse_json(response.text)).text[:300]
    except (ValidationError, ValueError):
        return ""
