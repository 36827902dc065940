"""Stand-in of the Lava.top public API with its checkout pages and webhooks."""

from aiohttp import web

from sandbox.config import Config
from sandbox.lava.api import LavaApi
from sandbox.lava.cashier import Cashier
from sandbox.lava.checkout import Checkout
from sandbox.lava.panel import Panel
from sandbox.recorder import RESETTERS

__all__ = ["add_routes"]


def add_routes(app: web.Application, config: Config) -> None:
    cashier = Cashier(config)
    app[RESETTERS].append(cashier.reset)
    app.cleanup_ctx.append(cashier.run)
    for part in (LavaApi(cashier, config), Checkout(cashier), Panel(cashier)):
        app.add_routes(part.routes())
