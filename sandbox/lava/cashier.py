"""The life of contracts: opened, visited, paid, declined, or dead after their time."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import web

from sandbox.config import Config
from sandbox.lava import wire
from sandbox.lava.contracts import ABANDONED, Contract
from sandbox.lava.orders import Order
from sandbox.lava.settings import settings_of
from sandbox.lava.webhooks import WebhookSender

_DECLINED = "Payment declined by the issuing bank"


class Cashier:
    """Every move of a contract that the buyer's bank would report goes out as a webhook."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.settings = settings_of(config)
        self.sender = WebhookSender(config.webhook_timeout_s)
        self.contracts: dict[str, Contract] = {}
        self._deadlines: dict[str, asyncio.TimerHandle] = {}

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Leaves no timer and no delivery behind."""
        yield
        self._forget_deadlines()
        await self.sender.stop()

    def reset(self) -> None:
        self._forget_deadlines()
        self.sender.reset()
        self.contracts.clear()
        self.settings = settings_of(self._config)

    def open(self, order: Order, *, api_key: str) -> Contract:
        contract = Contract(
            id=str(uuid.uuid4()),
            api_key=api_key,
            offer=order.offer,
            email=order.email,
            currency=order.currency,
            amount=order.amount,
            method=order.method,
            utm=order.utm,
            return_urls=order.return_urls,
            created_at=datetime.now(UTC),
        )
        self.contracts[contract.id] = contract
        self._deadlines[contract.id] = asyncio.get_running_loop().call_later(
            self.settings.contract_ttl_s, self.expire, contract
        )
        return contract

    def pay(self, contract: Contract, *, even_if_closed: bool = False) -> bool:
        """Return whether anything changed: a second payment of a contract does nothing."""
        if not contract.is_open and not even_if_closed:
            return False
        contract.complete(now=datetime.now(UTC), lag_reads=self.settings.get_lags)
        self._report("payment.success", contract)
        return True

    def decline(self, contract: Contract) -> bool:
        return self._fail(contract, _DECLINED)

    def expire(self, contract: Contract) -> bool:
        """What happens to a window that was opened and never paid."""
        return self._fail(contract, ABANDONED)

    def _fail(self, contract: Contract, message: str) -> bool:
        if not contract.is_open:
            return False
        contract.fail(now=datetime.now(UTC), message=message)
        self._report("payment.failed", contract)
        return True

    def _report(self, event: str, contract: Contract) -> None:
        if deadline := self._deadlines.pop(contract.id, None):
            deadline.cancel()
        body = wire.webhook(event, contract, self.settings, now=datetime.now(UTC))
        self.sender.send(json.dumps(body), contract_id=contract.id, settings=self.settings)

    def _forget_deadlines(self) -> None:
        for deadline in self._deadlines.values():
            deadline.cancel()
        self._deadlines.clear()
