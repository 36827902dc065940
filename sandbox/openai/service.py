"""The OpenAI API over HTTP: keys, headers and routes, under `/openai` and `/sora`."""

import hmac
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs import WORKSHOP, open_book
from sandbox.openai import errors
from sandbox.openai.errors import OpenAiError
from sandbox.openai.images import Images
from sandbox.openai.videos import Videos
from sandbox.recorder import RESETTERS, SERVICES

_LIMITS = {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    workshop = app[WORKSHOP]
    images = Images(config, workshop.studio)
    app[RESETTERS].append(images.magic.reset)
    router, refusing = app.router, _Gate(config.openai_api_key).refusing
    router.add_post("/openai/v1/images/generations", refusing(images.generate))
    router.add_post("/openai/v1/images/edits", refusing(images.edit))
    for prefix, key in (("openai", config.openai_api_key), ("sora", config.sora_api_key)):
        app[SERVICES][prefix] = prefix
        videos = Videos(workshop, open_book(app))
        _add_video_routes(app, f"/{prefix}/v1/videos", _Gate(key), videos)


def _add_video_routes(app: web.Application, path: str, gate: "_Gate", videos: Videos) -> None:
    router, refusing = app.router, gate.refusing
    router.add_post(path, refusing(videos.create))
    router.add_get(path, refusing(videos.list))
    router.add_get(f"{path}/{{id}}", refusing(videos.get))
    router.add_delete(f"{path}/{{id}}", refusing(videos.delete))
    router.add_get(f"{path}/{{id}}/content", refusing(videos.download))
    router.add_post(f"{path}/{{id}}/remix", refusing(videos.remix))


class _Gate:
    """Knows the key."""

    def __init__(self, api_key: str) -> None:
        self._expected = f"Bearer {api_key}".encode()

    def refusing(self, handle: Handler) -> Handler:
        """Check the key first, answer refusals in the API's shape, and give the call an id."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            try:
                self._check_key(request)
                response = await handle(request)
            except OpenAiError as refusal:
                response = web.json_response(
                    refusal.as_json(), status=refusal.status, headers=refusal.headers
                )
            response.headers["x-request-id"] = f"req_{secrets.token_hex(16)}"
            response.headers.update(_LIMITS)
            return response

        return handle_or_refuse

    def _check_key(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            raise errors.bad_key()
