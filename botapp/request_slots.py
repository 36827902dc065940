"""How many requests Django works on at once: each holds a thread and a Postgres connection.

Whoever finds no free slot waits a little and is then asked to come back. Health is outside the
bound: a busy process is a living one.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from botapp.texts import payments as texts

T = TypeVar("T")

UNBOUND = "/api/health/"
# What waits for Lava.top, for Telegram's files or for the storage, or unpacks films: however long
# that takes, two slots of three stay free for everybody else.
SLOW = (
    "/api/miniapp/payments",
    "/api/miniapp/uploads",
    "/dashboard/media/",
    "/dashboard/inputs/",
    "/dashboard/results/",
)
WAIT_S_MAX = 5.0
RETRY_AFTER_S = "3"

logger = logging.getLogger(__name__)


class BoundedHandler(ASGIHandler):
    """Django's handler with `WEB_REQUESTS_MAX` slots.

    A slot is taken once the body is here and given back before the answer is sent, so that a
    slow line holds none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._slots = asyncio.Semaphore(settings.WEB_REQUESTS_MAX)
        self._slow_slots = asyncio.Semaphore(max(1, settings.WEB_REQUESTS_MAX // 3))

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(UNBOUND):
            return await super().get_response_async(request)
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(WAIT_S_MAX):
                    if request.path.startswith(SLOW):
                        await held.enter_async_context(self._slow_slots)
                    await held.enter_async_context(self._slots)
            except TimeoutError:
                logger.warning("No slot became free", extra={"path": request.path})
                return _busy(request)
            return await _to_its_end(self._work(request))

    async def _work(self, request: HttpRequest) -> HttpResponseBase:
        response = await super().get_response_async(request)
        # Django would do it after the answer is sent, to however slow a reader.
        await sync_to_async(close_old_connections)()
        return response


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """The result. A thread cannot be stopped: who hangs up keeps the slot until it is done."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _busy(request: HttpRequest) -> HttpResponse:
    language = translation.get_language_from_request(request)
    with translation.override(language):
        message = texts.busy()
    headers = {
        "Retry-After": RETRY_AFTER_S,
        "Cache-Control": "no-store",
        "Content-Language": language,
    }
    if request.path.startswith("/api/"):
        body = {"error": {"code": "busy", "message": message}}
        return JsonResponse(body, status=503, headers=headers)
    return HttpResponse(message, status=503, headers=headers, content_type="text/plain")
