"""The public API under /lava (facts: A1-A5)."""

import functools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.lava import wire
from sandbox.lava.cashier import Cashier
from sandbox.lava.catalog import PRODUCTS, Product
from sandbox.lava.orders import Order, OrderRefusedError, read_v2_order, read_v3_order
from sandbox.lava.search import read_search
from sandbox.lava.settings import ProductsShape

Answer = Callable[[web.Request], Awaitable[web.Response]]


class LavaApi:
    def __init__(self, cashier: Cashier, config: Config) -> None:
        self._cashier = cashier
        self._public_url = config.public_url

    def routes(self) -> list[web.RouteDef]:
        find_v2 = functools.partial(self._get_invoice, kind="INVOICE")
        find_v1 = functools.partial(self._get_invoice, kind="ONE_TIME")
        list_v2 = functools.partial(self._list_invoices, kind="INVOICE")
        list_v1 = functools.partial(self._list_invoices, kind="ONE_TIME")
        return [
            web.post("/lava/api/v3/invoice", self._guarded(self._create_v3)),
            web.post("/lava/api/v2/invoice", self._guarded(self._create_v2)),
            web.get("/lava/api/v2/invoices", self._guarded(list_v2)),
            web.get("/lava/api/v1/invoices", self._guarded(list_v1)),
            web.get("/lava/api/v2/invoices/{id}", self._guarded(find_v2)),
            web.get("/lava/api/v1/invoices/{id}", self._guarded(find_v1)),
            web.get("/lava/api/v2/products", self._guarded(self._list_products)),
        ]

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Only X-Api-Key opens the door; a 401 has no body."""

        async def answer_or_refuse(request: web.Request) -> web.StreamResponse:
            if _key_of(request) not in self._cashier.settings.api_keys:
                return web.Response(status=401)
            try:
                return await answer(request)
            except OrderRefusedError as refusal:
                body = wire.error(str(refusal), refusal.details, now=datetime.now(UTC))
                return web.json_response(body, status=refusal.status)

        return answer_or_refuse

    async def _create_v3(self, request: web.Request) -> web.Response:
        rule = self._cashier.settings.amount_on_fixed_offer
        return self._open(request, read_v3_order(await _json(request), rule))

    async def _create_v2(self, request: web.Request) -> web.Response:
        return self._open(request, read_v2_order(await _json(request)))

    def _open(self, request: web.Request, order: Order) -> web.Response:
        contract = self._cashier.open(order, api_key=_key_of(request))
        base_url = self._public_url or str(request.url.origin())
        payment_url = f"{base_url}/lava/pay/{contract.id}"
        answer = wire.created(contract, self._cashier.settings, payment_url)
        return web.json_response(answer, status=201)

    async def _get_invoice(self, request: web.Request, *, kind: str) -> web.Response:
        invoice_id = request.match_info["id"]
        contract = self._cashier.contracts.get(invoice_id.lower())
        if contract is None or contract.api_key != _key_of(request):
            # Two spaces before the sign of equality, as the service prints it.
            text = f"Invoice with such id  = '{invoice_id}' not found"
            raise OrderRefusedError(text, status=404)
        shown = wire.invoice(contract, kind=kind)
        contract.count_read()
        return web.json_response(shown)

    async def _list_invoices(self, request: web.Request, *, kind: str) -> web.Response:
        search = read_search(request.query)
        key = _key_of(request)
        newest_first = reversed(self._cashier.contracts.values())
        found = [one for one in newest_first if one.api_key == key and search.finds(one, kind)]
        page = {
            "items": [wire.invoice(contract, kind=kind) for contract in search.page_of(found)],
            "page": search.page,
            "size": search.size,
            "total": len(found),
        }
        return web.json_response(page)

    async def _list_products(self, request: web.Request) -> web.Response:
        visibility = request.query.get("feedVisibility", "ONLY_VISIBLE")
        shown = [product for product in PRODUCTS if _is_in_feed(product, visibility)]
        items = [product.as_json() for product in shown]
        if self._cashier.settings.products_shape is ProductsShape.WRAPPED:
            items = [{"type": "PRODUCT", "data": item} for item in items]
        return web.json_response({"items": items, "nextPage": None})


def _key_of(request: web.Request) -> str:
    return request.headers.get("X-Api-Key", "")


async def _json(request: web.Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise OrderRefusedError("Input fields are invalid") from error


def _is_in_feed(product: Product, visibility: str) -> bool:
    match visibility:
        case "ALL":
            return True
        case "ONLY_HIDDEN":
            return product.is_hidden
        case "ONLY_VISIBLE":
            return not product.is_hidden
        case _:
            details = {"feedVisibility": "should be one of ALL, ONLY_VISIBLE, ONLY_HIDDEN"}
            raise OrderRefusedError("Input fields are invalid", details)
