"""Lava.top as the tests script it, at the network: `respx` routes over an in-memory account."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import respx

BASE_URL = "http://lava.test"
Fault = Callable[[httpx.Request], httpx.Response]


@dataclass
class Lava:
    """Contracts of our key. `faults` replace the next answers; what happened is kept."""

    contracts: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: list[dict[str, Any]] = field(default_factory=list)
    created: list[dict[str, Any]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    create_faults: list[Fault] = field(default_factory=list)
    read_faults: list[Fault] = field(default_factory=list)
    quoted_amount: float | None = None

    def install(self, router: respx.MockRouter) -> None:
        router.post(f"{BASE_URL}/api/v3/invoice").mock(side_effect=self._create)
        router.get(f"{BASE_URL}/api/v2/products").mock(side_effect=self._list_products)
        router.get(url__regex=rf"{BASE_URL}/api/v2/invoices/[^/?]+$").mock(side_effect=self._get)
        router.get(f"{BASE_URL}/api/v2/invoices").mock(side_effect=self._list)

    def pay(self, contract_id: str, *, amount: float = 5.0, currency: str = "USD") -> None:
        self.contracts[contract_id] |= {
            "status": "COMPLETED",
            "receipt": {"amount": amount, "currency": currency, "fee": 0.4},
        }

    def pay_without_receipt(self, contract_id: str) -> None:
        self.contracts[contract_id] |= {"status": "COMPLETED", "receipt": None}

    def fail(self, contract_id: str) -> None:
        self.contracts[contract_id]["status"] = "FAILED"

    def add_contract(self, *, reference: str = "", amount: float = 5.0) -> str:
        contract_id = str(uuid.uuid4())
        self.contracts[contract_id] = {
            "id": contract_id,
            "type": "INVOICE",
            "status": "NEW",
            "receipt": {"amount": amount, "currency": "USD"},
            "clientUtm": {"utm_content": reference} if reference else None,
        }
        return contract_id

    def _create(self, request: httpx.Request) -> httpx.Response:
        if self.create_faults:
            return self.create_faults.pop(0)(request)
        return self.make_invoice(request)

    def make_invoice(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.created.append(body)
        contract_id = self.add_contract(reference=body["clientUtm"]["utm_content"])
        answer = {
            "id": contract_id,
            "status": "new",
            "amountTotal": {"currency": "USD", "amount": self.quoted_amount or 5},
            "paymentUrl": f"https://app.lava.test/pay/{contract_id}",
        }
        return httpx.Response(201, json=answer)

    def make_and_lose(self, request: httpx.Request) -> httpx.Response:
        """The contract exists, the answer never comes."""
        self.make_invoice(request)
        raise httpx.ReadTimeout("scripted", request=request)

    def _get(self, request: httpx.Request) -> httpx.Response:
        contract_id = request.url.path.rsplit("/", maxsplit=1)[-1]
        self.reads.append(contract_id)
        if self.read_faults:
            return self.read_faults.pop(0)(request)
        if contract_id not in self.contracts:
            error = f"Invoice with such id  = '{contract_id}' not found"
            return httpx.Response(404, json={"error": error, "details": {}})
        return httpx.Response(200, json=self.contracts[contract_id])

    def _list(self, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params.get_list("invoiceStatuses") or ["COMPLETED"]
        items = [one for one in self.contracts.values() if one["status"] in wanted]
        size, page = int(request.url.params["size"]), int(request.url.params["page"])
        shown = items[(page - 1) * size : page * size]
        answer = {"items": shown, "page": page, "size": size, "total": len(items)}
        return httpx.Response(200, json=answer)

    def _list_products(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": self.products, "nextPage": None})


def refuse(status: int, error: str) -> Fault:
    return lambda request: httpx.Response(status, json={"error": error, "details": {}})


def lose_connection(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("scripted", request=request)


def product(offer_id: str, price: float, *, is_wrapped: bool = False) -> dict[str, Any]:
    """One product with one offer, in either of the two shapes seen."""
    inside = {
        "id": str(uuid.uuid4()),
        "title": "Tokens",
        "type": "DIGITAL_PRODUCT",
        "offers": [
            {
                "id": offer_id,
                "name": "tokens",
                "prices": [
                    {"amount": price, "currency": "USD", "periodicity": "ONE_TIME"},
                    {"amount": price * 80, "currency": "RUB", "periodicity": "ONE_TIME"},
                    {"amount": price, "currency": "USD", "periodicity": "MONTHLY"},
                ],
            }
        ],
    }
    return {"type": "PRODUCT", "data": inside} if is_wrapped else inside
