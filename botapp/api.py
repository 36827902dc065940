"""Calls from outside: Telegram's webhook and the callbacks of providers.

The webhook: proof, parse, handle, answer. Telegram is the durable queue in front.

200 once the update is handled (or can never be), 503 when it failed for a passing reason so that
it comes again, 401 without the secret.
"""

import hmac
import logging
import re
from typing import Any

from aiogram.types import Update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from botapp import tasks, turns, unreadable
from botapp.dispatcher import get_bot, get_dispatcher
from botapp.middlewares.updates import PASSING
from botapp.models import BotErrorEvent
from botapp.providers.base import BadSignatureError, Failure, ProviderError
from botapp.services import callbacks

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
BODY_BYTES_MAX = 1024 * 1024
# Every escape of a JSON text, so that an escaped backslash before "u0000" is not mistaken for one.
ESCAPES = re.compile(rb"\\u0000|\\.", re.DOTALL)


async def receive_update(*, secret: bytes, body: bytes) -> int:
    """Handle one delivery of Telegram; returns the HTTP status it is answered with."""
    expected = settings.TG_WEBHOOK_SECRET.encode()
    if not expected or not hmac.compare_digest(secret, expected):
        return 401
    try:
        update = Update.model_validate_json(_without_nul(body), context={"bot": get_bot()})
    except ValidationError:
        # A 200 stops Telegram from sending the same unreadable update for a day.
        logger.exception("Unreadable update", extra={"origin": BotErrorEvent.Origin.WEBHOOK.value})
        await unreadable.tell(get_bot(), body)
        return 200
    turns.update_number.set(update.update_id)
    try:
        await get_dispatcher().feed_update(get_bot(), update)
    except PASSING:
        logger.warning("Update postponed", exc_info=True, extra={"update_id": update.update_id})
        return 503
    return 200


@csrf_exempt
@require_POST
async def webhook(request: HttpRequest) -> HttpResponse:
    """The same behind Django's handler, for servers without the short path."""
    secret = request.headers.get(SECRET_HEADER, "").encode("latin-1", "replace")
    return HttpResponse(status=await receive_update(secret=secret, body=request.body))


@csrf_exempt
@require_POST
def provider_callback(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider says that a job moved: believed only as a hint to ask it at once.

    200 once heard, also of an attempt that is over; 401 for what neither we nor the provider
    signed; 400 for what cannot be read; 503 when its keys, the database or Redis cannot be had
    right now.
    """
    try:
        headers = {name.lower(): value for name, value in request.headers.items()}
        is_heard = callbacks.receive(
            provider_slug=provider,
            token=request.GET.get("job", ""),
            headers=headers,
            body=request.body,
        )
    except (callbacks.NotOurJobError, BadSignatureError):
        logger.warning("A callback was refused", extra={"provider": provider})
        return HttpResponse(status=401)
    except ProviderError as error:
        status = 503 if error.failure is Failure.TRANSIENT else 400
        logger.warning("A callback was not read", extra={"provider": provider, "status": status})
        return HttpResponse(status=status)
    except PASSING:
        logger.warning("A callback was postponed", extra={"provider": provider})
        return HttpResponse(status=503)
    if is_heard:
        tasks.ring_poll()
    return HttpResponse(status=200)


async def telegram_webhook(scope: Any, receive: Any, send: Any) -> None:
    """The short ASGI path in front of Django (see config/asgi.py)."""
    if scope["method"] != "POST":
        status = 405
    else:
        headers = dict(scope["headers"])
        body = await _read(receive)
        secret = headers.get(SECRET_HEADER.lower().encode(), b"")
        status = 413 if body is None else await receive_update(secret=secret, body=body)
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _without_nul(body: bytes) -> bytes:
    """The JSON without the one character that Postgres cannot keep; a forged button may hold it."""
    if rb"\u0000" not in body:
        return body
    return ESCAPES.sub(lambda escape: escape[0].replace(rb"\u0000", b""), body)


async def _read(receive: Any) -> bytes | None:
    """The whole body; None when it is larger than any update."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            return None
        if not message.get("more_body", False):
            return bytes(body)
