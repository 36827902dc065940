"""Control of the stand-in under /__lava: the buyer's and the bank's hands, for tests and demos."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.lava import wire
from sandbox.lava.cashier import Cashier
from sandbox.lava.contracts import Contract
from sandbox.lava.settings import BadSettingError
from sandbox.lava.webhooks import Delivery

_TIMES_MAX = 1000


class Panel:
    def __init__(self, cashier: Cashier) -> None:
        self._cashier = cashier

    def routes(self) -> list[web.RouteDef]:
        contract = "/__lava/contracts/{id}"
        return [
            web.get("/__lava/contracts", self._list_contracts),
            web.post(f"{contract}/{{move:pay|decline|abandon|expire}}", self._move),
            web.post(f"{contract}/webhook", self._send_webhook),
            web.get("/__lava/webhooks", self._list_webhooks),
            web.get("/__lava/settings", self._show_settings),
            web.patch("/__lava/settings", self._change_settings),
        ]

    async def _list_contracts(self, _request: web.Request) -> web.Response:
        contracts = self._cashier.contracts.values()
        return web.json_response({"contracts": [_contract_as_json(one) for one in contracts]})

    async def _move(self, request: web.Request) -> web.Response:
        """`{"force": true}` pays even a contract that has already failed."""
        contract = self._contract(request)
        force = bool((await _read_object(request)).get("force"))
        moves: dict[str, Callable[[], bool]] = {
            "pay": lambda: self._cashier.pay(contract, even_if_closed=force),
            "decline": lambda: self._cashier.decline(contract),
            "expire": lambda: self._cashier.expire(contract),
            # Leaving the page changes nothing until the contract's time is over.
            "abandon": lambda: False,
        }
        changed = moves[request.match_info["move"]]()
        return web.json_response({"changed": changed, "contract": _contract_as_json(contract)})

    async def _send_webhook(self, request: web.Request) -> web.Response:
        """Send any webhook, true or not; answers after the first attempt of each delivery.

        `event`, `times`, `parallel`, `api_key` and `raw_body` are instructions; every other field
        replaces or adds a field of the body.
        """
        contract = self._contract(request)
        asked = await _read_object(request)
        times = min(int(asked.pop("times", 1)), _TIMES_MAX)
        parallel, api_key = asked.pop("parallel", False), asked.pop("api_key", None)
        body = self._webhook_body(contract, asked)
        sent: list[Delivery] = []
        for _ in range(times):
            delivery = self._cashier.sender.send(
                body, contract_id=contract.id, settings=self._cashier.settings, api_key=api_key
            )
            sent.append(delivery)
            if not parallel:
                await delivery.tried.wait()
        await asyncio.gather(*(delivery.tried.wait() for delivery in sent))
        return web.json_response({"deliveries": [delivery.as_json() for delivery in sent]})

    async def _list_webhooks(self, _request: web.Request) -> web.Response:
        deliveries = self._cashier.sender.deliveries
        return web.json_response({"webhooks": [delivery.as_json() for delivery in deliveries]})

    async def _show_settings(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cashier.settings.as_json())

    async def _change_settings(self, request: web.Request) -> web.Response:
        try:
            self._cashier.settings = self._cashier.settings.patched(await _read_object(request))
        except BadSettingError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self._cashier.settings.as_json())

    def _webhook_body(self, contract: Contract, asked: dict[str, Any]) -> str:
        if "raw_body" in asked:
            return str(asked["raw_body"])
        event = str(asked.pop("event", "payment.success"))
        now = datetime.now(UTC)
        body = wire.webhook(event, contract, self._cashier.settings, now=now)
        return json.dumps(body | asked)

    def _contract(self, request: web.Request) -> Contract:
        contract = self._cashier.contracts.get(request.match_info["id"])
        if contract is None:
            raise web.HTTPNotFound(text="no such contract")
        return contract


async def _read_object(request: web.Request) -> dict[str, Any]:
    if not await request.read():
        return {}
    body = await request.json()
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="a JSON object was expected")
    return body


def _contract_as_json(contract: Contract) -> dict[str, Any]:
    return {
        "id": contract.id,
        "status": contract.status.value,
        "email": contract.email,
        "offer": contract.offer.name,
        "amount": float(contract.amount),
        "currency": contract.currency,
        "method": contract.method,
        "utm": contract.utm,
        "payment_path": f"/lava/pay/{contract.id}",
        "created_at": wire.milliseconds(contract.created_at),
        "error_message": contract.error_message,
    }
