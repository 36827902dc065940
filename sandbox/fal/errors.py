"""Refusals of the queue, and failures of the models (facts: provider notes, section 7.1)."""

from typing import Any

from sandbox.schemas import Flaw

_DOCS = "https://docs.fal.ai/errors"


class FalError(Exception):
    """Answered as `{"detail": ...}` with HTTP `status`."""

    def __init__(self, status: int, detail: Any, *, error_type: str = "") -> None:
        super().__init__(str(detail))
        self.status = status
        self.detail = detail
        self.error_type = error_type

    def as_json(self) -> dict[str, Any]:
        body = {"detail": self.detail}
        return body | ({"error_type": self.error_type} if self.error_type else {})

    @property
    def headers(self) -> dict[str, str]:
        if self.error_type:
            return {"X-Fal-Error-Type": self.error_type}
        return {"X-Fal-Retryable": "true" if self.status >= 500 else "false"}


def bad_key() -> FalError:
    return FalError(401, "Authentication is required to access this application.")


def no_credit() -> FalError:
    return FalError(
        403, "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/billing."
    )


def no_such_application(path: str) -> FalError:
    return FalError(404, f"Application '{path}' not found")


def no_such_request() -> FalError:
    return FalError(404, "Request not found")


def still_in_progress() -> FalError:
    return FalError(400, "Request is still in progress")


def was_cancelled() -> FalError:
    """How a cancelled request answers is not documented; 499 is an assumption."""
    return FalError(499, "Request was cancelled", error_type="request_cancelled")


def too_many_requests() -> FalError:
    return FalError(429, "Too many requests, please slow down.")


def internal() -> FalError:
    return FalError(500, "Internal server error")


def no_runner() -> FalError:
    return FalError(503, "No runner is available", error_type="runner_scheduling_failure")


def not_json() -> FalError:
    return FalError(400, "Invalid JSON in the request body")


def of_model(status: int, kind: str, message: str, *, field: str = "prompt") -> FalError:
    """A failure in a model's own words."""
    return FalError(status, [_item(Flaw(field, kind, message))])


def of_fields(flaws: list[Flaw]) -> FalError:
    return FalError(422, [_item(flaw) for flaw in flaws])


def indecent_prompt() -> FalError:
    message = "The content could not be processed because it was flagged by a content checker."
    return of_model(422, "content_policy_violation", message)


def indecent_result() -> FalError:
    message = "The generated media was flagged by a content checker."
    return of_model(422, "content_policy_violation", message, field="output")


def no_media() -> FalError:
    return of_model(422, "no_media_generated", "No media was generated.")


def model_broke() -> FalError:
    return of_model(500, "internal_server_error", "Internal server error", field="")


def _item(flaw: Flaw) -> dict[str, Any]:
    return {
        "loc": ["body", flaw.name],
        "msg": flaw.message,
        "type": flaw.type,
        "url": f"{_DOCS}#{flaw.type}",
        "input": None,
    }
