"""Refusals in the words of the Bot API server (telegram-bot-api, `Client.cpp`)."""

from typing import Any


class ApiError(Exception):
    """Answered as `{"ok":false,…}` with the HTTP status equal to `code`."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {lower_first(reason)}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {lower_first(reason)}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after_s: int) -> ApiError:
    return ApiError(
        429,
        f"Too Many Requests: retry after {retry_after_s}",
        {"retry_after": retry_after_s},
    )


def lower_first(reason: str) -> str:
    """The server's rule: sentences lose their capital, codes such as BUTTON_DATA_INVALID stay."""
    second = reason[1:2]
    if second.isupper() or second == "_":
        return reason
    return reason[:1].lower() + reason[1:]
