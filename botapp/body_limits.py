"""Refuses bodies that are too large while they arrive, before Django stores a byte of them.

Nobody is known yet at this point: Django would spool whatever a stranger sends to disk.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from botapp.business import users
from botapp.texts import miniapp as texts

BODY_BYTES_MAX = 1024 * 1024
Headers = list[tuple[bytes, bytes]]


@dataclass
class BodyLimits:
    """An ASGI application in front of another.

    `bytes_max_by_path` names paths that take more, from those whom `is_known` knows by the
    Authorization header.
    """

    application: Any
    bytes_max_by_path: Mapping[str, int] = field(default_factory=dict)
    is_known: Callable[[str], bool] = lambda _: True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        body = _Body(receive, self._bytes_max(scope))
        if _announced_bytes(scope["headers"]) > body.bytes_max:
            await _refuse(scope, body.bytes_max, send)
            return
        await self.application(scope, body.receive, send)
        if body.is_too_large:
            await _refuse(scope, body.bytes_max, send)

    def _bytes_max(self, scope: Any) -> int:
        more = self.bytes_max_by_path.get(scope["path"])
        if more is None or not self.is_known(_header(scope, b"authorization")):
            return BODY_BYTES_MAX
        return more


@dataclass
class _Body:
    """Counts what arrives; past the limit the client looks gone, and Django drops the request."""

    source: Any
    bytes_max: int
    bytes_read: int = 0

    @property
    def is_too_large(self) -> bool:
        return self.bytes_read > self.bytes_max

    async def receive(self) -> Any:
        message = await self.source()
        self.bytes_read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_too_large else message


def _announced_bytes(headers: Headers) -> int:
    announced = dict(headers).get(b"content-length", b"")
    return int(announced) if announced.isdigit() else 0


def _header(scope: Any, name: bytes) -> str:
    headers: Headers = scope["headers"]
    return dict(headers).get(name, b"").decode("latin-1")


async def _refuse(scope: Any, bytes_max: int, send: Any) -> None:
    language = users.language_for(_header(scope, b"accept-language")[:2])
    with translation.override(language):
        message = texts.file_too_large(bytes_max=bytes_max)
    # What takes more than the usual takes files.
    code = "file_too_large" if bytes_max > BODY_BYTES_MAX else "body_too_large"
    body = json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False)
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
