"""Refusals of the Kling API (facts: provider notes, section 4.4)."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jobs import Word


class KlingError(Exception):
    """Answered as `{"code", "message", "request_id"}` with HTTP `status`."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def as_json(self, request_id: str) -> dict[str, Any]:
        return {"code": self.code, "message": str(self), "request_id": request_id}


def no_proof() -> KlingError:
    return KlingError(401, 1001, "Authorization is empty")


def bad_proof() -> KlingError:
    return KlingError(401, 1002, "Authorization is invalid")


def proof_not_yet_valid() -> KlingError:
    return KlingError(401, 1003, "Authorization is not yet valid")


def proof_expired() -> KlingError:
    return KlingError(401, 1004, "Authorization is expired")


def bad_request(message: str) -> KlingError:
    return KlingError(400, 1200, message)


def bad_parameter(message: str) -> KlingError:
    return KlingError(400, 1201, message)


def no_such_method() -> KlingError:
    return KlingError(404, 1202, "The requested method does not exist")


def no_such_resource(name: str) -> KlingError:
    return KlingError(404, 1203, f"The requested resource does not exist: {name}")


def internal() -> KlingError:
    return KlingError(500, 5000, "Server internal error")


REFUSALS: Mapping[Word, Callable[[], KlingError]] = {
    Word.POLICY: lambda: KlingError(400, 1301, "The prompt contains sensitive content"),
    Word.BAD_PARAMETER: lambda: bad_parameter("settings.duration is invalid"),
    Word.BAD_KEY: lambda: KlingError(401, 1000, "Authentication failed"),
    Word.NO_CREDIT: lambda: KlingError(429, 1102, "Account balance not enough"),
    Word.RATE: lambda: KlingError(429, 1303, "parallel task over resource pack limit"),
    Word.RATE_ALWAYS: lambda: KlingError(429, 1303, "parallel task over resource pack limit"),
    Word.RATE_DAY: lambda: KlingError(429, 1302, "API request over limit"),
    Word.INTERNAL_ONCE: internal,
    Word.INTERNAL_ALWAYS: internal,
    Word.OVERLOADED: lambda: KlingError(503, 5001, "Server temporarily unavailable"),
    Word.GONE: lambda: no_such_resource("model"),
}
