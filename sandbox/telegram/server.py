"""`/bot<token>/<method>` and `/file/bot<token>/<path>` over HTTP.

Source: https://core.telegram.org/bots/api#making-requests
"""

import re
from typing import Any

from aiohttp import web

from sandbox.telegram import arguments
from sandbox.telegram.call import Call, Described
from sandbox.telegram.errors import ApiError
from sandbox.telegram.files import DOWNLOAD_BYTES_MAX, Upload
from sandbox.telegram.methods import HANDLERS
from sandbox.telegram.state import Bot, World

Json = dict[str, Any]

_TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]+")
_TOKEN_LENGTH_MAX = 80
# A webhook's answer can't ask for results that it would never see, nor turn itself off.
_NOT_AS_REPLY = ("get", "setwebhook", "deletewebhook", "close", "logout")


class Server:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        for prefix in ("/bot{token:[^/]+}", "/bot{token:[^/]+}/test"):
            app.router.add_route("GET", f"{prefix}/{{method:[^/]+}}", self._answer)
            app.router.add_route("POST", f"{prefix}/{{method:[^/]+}}", self._answer)
        app.router.add_route("*", "/bot{rest:.*}", self._not_found)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)

    async def run_reply(self, token: str, method: str, args: Json) -> None:
        """Execute a call found in the answer of a webhook; its result goes nowhere."""
        if method.lower().startswith(_NOT_AS_REPLY):
            return
        try:
            await self._execute(self._world.bot(token), method, args, {})
        except ApiError:
            return

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            bot = self._bot(request)
            args, uploads = await arguments.read(request)
            result = await self._execute(bot, request.match_info["method"], args, uploads)
        except ApiError as error:
            return _refuse(error)
        if isinstance(result, Described):
            return web.json_response(
                {"ok": True, "result": result.result, "description": result.description}
            )
        return web.json_response({"ok": True, "result": result})

    async def _execute(self, bot: Bot, method: str, args: Json, uploads: dict[str, Upload]) -> Any:
        name = method.lower()
        model = arguments.METHODS.get(name)
        if model is None:
            raise ApiError(404, "Not Found: method not found")
        if name not in HANDLERS:
            raise ApiError(404, "Not Found: method is not implemented in the sandbox")
        checked = arguments.check(model, args)
        call = Call(world=self._world, bot=bot, args=checked, uploads=uploads)
        return await HANDLERS[name](call)

    def _bot(self, request: web.Request) -> Bot:
        token = request.match_info["token"]
        if len(token) > _TOKEN_LENGTH_MAX or not _TOKEN.fullmatch(token):
            raise ApiError(401, "Unauthorized: invalid token specified")
        return self._world.bot(token)

    async def _not_found(self, _: web.Request) -> web.Response:
        return _refuse(ApiError(404, "Not Found"))

    async def _file(self, request: web.Request) -> web.Response:
        try:
            stored = self._bot(request).files.find_path(request.match_info["path"])
        except ApiError as error:
            return _refuse(error)
        if stored is None or stored.size > DOWNLOAD_BYTES_MAX:
            return _refuse(ApiError(404, "Not Found"))
        return web.Response(
            body=stored.upload.content,
            content_type=stored.upload.guessed_mime_type,
            headers={"X-Content-Type-Options": "nosniff"},
        )


def _refuse(error: ApiError) -> web.Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.parameters:
        body["parameters"] = error.parameters
        if "retry_after" in error.parameters:
            headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(body, status=error.code, headers=headers)
