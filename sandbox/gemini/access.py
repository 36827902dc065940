"""The door of the Gemini API: the key first, then the answer or a refusal in Google's shape."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini import errors
from sandbox.gemini.errors import GoogleError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
VERSION = "{version:v1|v1beta}"


def keyed(config: Config, handle: Handler) -> Handler:
    """Check the key first, as the API does."""

    async def check_and_handle(request: web.Request) -> web.StreamResponse:
        key = request.headers.get("x-goog-api-key") or request.query.get("key", "")
        if not hmac.compare_digest(key.encode(), config.gemini_api_key.encode()):
            raise errors.bad_key()
        return await handle(request)

    return refusing(check_and_handle)


def refusing(handle: Handler) -> Handler:
    async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except GoogleError as refusal:
            return web.json_response(refusal.as_json(), status=refusal.code)

    return handle_or_refuse
