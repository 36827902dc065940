"""What the routes of the chat API share: reading JSON, finding the bot, telling refusals."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.telegram.errors import ApiError
from sandbox.telegram.person import ImpossibleError, UnknownUserError
from sandbox.telegram.state import Bot, World

Json = dict[str, Any]
RouteHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WrongRequestError(Exception):
    """The caller's JSON can't be understood."""


def telling(handler: RouteHandler) -> RouteHandler:
    """Turn refusals into `{"error": …}` with a fitting status."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except WrongRequestError as error:
            return _refuse(400, error)
        except UnknownUserError as error:
            return _refuse(404, error)
        except ImpossibleError as error:
            return _refuse(409, error)
        except ApiError as error:
            return _refuse(error.code, error)

    return handle


async def read_json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise WrongRequestError("a JSON object is expected") from error
    if not isinstance(body, dict):
        raise WrongRequestError("a JSON object is expected")
    return body


def required(body: Json, name: str, kind: type) -> Any:
    """Raises WrongRequestError when the field is missing or of another type."""
    if type(body.get(name)) is not kind:
        raise WrongRequestError(f"{name} must be a {kind.__name__}")
    return body[name]


def find_bot(world: World, request: web.Request) -> Bot:
    """The bot of `?bot=<id>`, without it the bot of the settings."""
    wanted = request.query.get("bot", "")
    bot = world.find_bot(int(wanted) if wanted.isdigit() else None)
    if bot is None:
        raise UnknownUserError(f"no bot {wanted} has been used yet")
    return bot


def number(request: web.Request, name: str) -> int:
    value = request.query.get(name, "0")
    return int(value) if value.isdigit() else 0


def _refuse(status: int, error: Exception) -> web.Response:
    return web.json_response({"error": str(error)}, status=status)
