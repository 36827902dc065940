"""The Bot API server of the sandbox and the API of its chat page."""

from collections.abc import AsyncIterator

from aiohttp import web

from sandbox.config import Config
from sandbox.recorder import RESETTERS
from sandbox.telegram.chat_api import ChatApi
from sandbox.telegram.server import Server
from sandbox.telegram.state import World
from sandbox.telegram.webhook_client import WebhookClient


def add_routes(app: web.Application, config: Config) -> None:
    """Serve `/bot<token>/…`, `/file/bot<token>/…`, `/chat/api/…` and `/chat/file/…`."""

    async def run_reply(token: str, method: str, args: dict[str, object]) -> None:
        await server.run_reply(token, method, args)

    client = WebhookClient(run_reply)
    world = World(
        bot_token=config.bot_token,
        call_webhook=client.call,
        time_scale=config.webhook_time_scale,
    )
    server = Server(world)
    server.add_routes(app)
    ChatApi(world).add_routes(app)

    async def run(_: web.Application) -> AsyncIterator[None]:
        await client.open()
        yield
        await world.stop()
        await client.close()

    async def end_streams(_: web.Application) -> None:
        world.events.close()

    app[RESETTERS].append(world.reset)
    app.cleanup_ctx.append(run)
    app.on_shutdown.append(end_streams)
