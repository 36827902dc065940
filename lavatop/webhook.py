"""Lava.top's door: who may enter, what is written down. Everything else happens in a worker."""

import base64
import binascii
import hmac
from functools import partial

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from botapp.miniapp_auth import MiniAppError
from botapp.remote_address import remote_ip
from lavatop import inbox, tasks
from lavatop.events import BODY_BYTES_MAX, parse_event


def is_genuine(request: HttpRequest) -> bool:
    """Whether the request shows one of our webhook secrets; with none configured nobody does."""
    key = request.headers.get("X-Api-Key", "")
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    basic = _decode_basic(credentials) if scheme.lower() == "basic" else b""
    return _is_one_of(_as_sent(key), settings.LAVA_WEBHOOK_API_KEYS) or _is_one_of(
        basic, settings.LAVA_WEBHOOK_BASIC
    )


def receive(request: HttpRequest) -> None:
    """Store the event and ring a worker. Raises MiniAppError 401, 413 or 400, storing nothing."""
    if not is_genuine(request):
        raise MiniAppError(401, "unauthorized", "Wrong or missing webhook secret.")
    if len(request.body) > BODY_BYTES_MAX:
        raise MiniAppError(413, "body_too_large", "The body is larger than 64 kB.")
    try:
        raw_body = request.body.decode()
        event = parse_event(raw_body)
    except ValueError as error:
        raise MiniAppError(400, "invalid_json", "The body is not a JSON object.") from error
    row = inbox.store(event, raw_body=raw_body, remote_ip=remote_ip(request))
    transaction.on_commit(partial(tasks.ring, tasks.process_webhook_event, row.pk))


def _is_one_of(shown: bytes, secrets: list[str]) -> bool:
    if not shown:
        return False
    # As bytes: compare_digest raises on text that is not ASCII.
    return any(hmac.compare_digest(shown, secret.encode()) for secret in secrets)


def _as_sent(header: str) -> bytes:
    """Django decodes headers as latin-1; undo that to get the bytes on the wire."""
    try:
        return header.encode("latin-1")
    except UnicodeEncodeError:
        return b""


def _decode_basic(credentials: str) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return b""
