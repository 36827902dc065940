"""Refusals of Replicate (facts: provider notes, section 7.2)."""

from typing import Any

from sandbox.schemas import Flaw


class ReplicateError(Exception):
    """Answered as a problem document `{"title", "detail", "status"}` with HTTP `status`."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail

    def as_json(self) -> dict[str, Any]:
        return {"title": self.title, "detail": self.detail, "status": self.status}


def bad_key() -> ReplicateError:
    detail = "You did not pass a valid authentication token"
    return ReplicateError(401, "Unauthenticated", detail)


def no_credit() -> ReplicateError:
    detail = "You have insufficient credit to run this model. Go to your account to buy credit."
    return ReplicateError(402, "Insufficient credit", detail)


def not_found() -> ReplicateError:
    return ReplicateError(404, "Not found", "The requested resource could not be found.")


def bad_input(flaws: list[Flaw]) -> ReplicateError:
    return ReplicateError(422, "Input validation failed", "".join(map(_line, flaws)))


def bad_file(detail: str) -> ReplicateError:
    return ReplicateError(422, "Input validation failed", f"- input.{detail}\n")


def bad_body(detail: str) -> ReplicateError:
    return ReplicateError(422, "Invalid request body", detail)


def throttled() -> ReplicateError:
    detail = "Request was throttled. Expected available in 1 second."
    return ReplicateError(429, "Too many requests", detail)


def internal() -> ReplicateError:
    return ReplicateError(500, "Internal server error", "Something went wrong.")


def overloaded() -> ReplicateError:
    return ReplicateError(503, "Service unavailable", "Try again later.")


def _line(flaw: Flaw) -> str:
    if flaw.type == "missing":
        return f"- input.{flaw.name} is required\n"
    return f"- input.{flaw.name}: {flaw.message}\n"
