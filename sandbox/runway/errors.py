"""Refusals of the Runway API (facts: provider notes, section 5)."""

from typing import Any

_DOCS = "https://docs.dev.runwayml.com/api"


class RunwayError(Exception):
    """Answered as `{"error": text}` with HTTP `status`; `more` is merged into the body."""

    def __init__(self, status: int, message: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.more = more or {}

    def as_json(self) -> dict[str, Any]:
        return {"error": str(self)} | self.more


def invalid(field: str, message: str, *, code: str = "custom") -> RunwayError:
    issue = {"code": code, "path": [field], "message": message}
    more = {"issues": [issue], "docUrl": _DOCS}
    return RunwayError(400, "Validation of body failed", more)


def no_version() -> RunwayError:
    return RunwayError(400, "An invalid API version was provided in the X-Runway-Version header.")


def bad_key() -> RunwayError:
    return RunwayError(401, "The API key is invalid or has been revoked.")


def no_credit() -> RunwayError:
    return RunwayError(400, "You do not have enough credits to run this task.")


def no_such_task() -> RunwayError:
    return RunwayError(404, "Task not found.")


def model_gone(model: str) -> RunwayError:
    return RunwayError(404, f"Model {model} is no longer available.")


def too_many_requests() -> RunwayError:
    return RunwayError(429, "You have exceeded the rate limit for your account tier.")


def internal() -> RunwayError:
    return RunwayError(500, "An unexpected error occurred.")


def overloaded() -> RunwayError:
    return RunwayError(503, "The service is overloaded. Try again later.")
