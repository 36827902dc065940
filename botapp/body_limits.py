"""Refuses bodies that are too large while they arrive, before Django stores a byte of them.

Nobody is known yet at this point: Django would spool whatever a stranger sends to disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BODY_BYTES_MAX = 1024 * 1024


@dataclass
class BodyLimits:
    """An ASGI application in front of another; `bytes_max_by_path` names paths that take more."""

    application: Any
    bytes_max_by_path: Mapping[str, int] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        body = _Body(receive, self.bytes_max_by_path.get(scope["path"], BODY_BYTES_MAX))
        if _announced_bytes(scope["headers"]) > body.bytes_max:
            await _refuse(send)
            return
        await self.application(scope, body.receive, send)
        if body.is_too_large:
            await _refuse(send)


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


def _announced_bytes(headers: list[tuple[bytes, bytes]]) -> int:
    announced = dict(headers).get(b"content-length", b"")
    return int(announced) if announced.isdigit() else 0


async def _refuse(send: Any) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    body = b'{"error": {"code": "body_too_large", "message": "The body is too large."}}'
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
