"""Refusals of kie.ai: HTTP 200, the code stands in the body (facts: provider notes, 7.3)."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jobs import Failure, Word

# How a job that failed says why.
FAIL_WORDS = {
    Failure.POLICY: ("422", "The prompt violates the content policy: sensitive content"),
    Failure.PROVIDER: ("500", "Internal Error, please try again later"),
    Failure.INPUT: ("422", "The input file could not be used"),
}


class KieError(Exception):
    """Answered as `{"code", "msg", "data": null}` with HTTP 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "msg": str(self), "data": None}


def bad_key() -> KieError:
    return KieError(401, "You do not have access permissions")


def no_credit() -> KieError:
    return KieError(402, "Credits insufficient, please top up to continue")


def not_found(what: str) -> KieError:
    return KieError(404, f"{what} does not exist")


def invalid(message: str) -> KieError:
    return KieError(422, message)


def internal() -> KieError:
    return KieError(500, "Server exception, please try again later")


REFUSALS: Mapping[Word, Callable[[], KieError]] = {
    Word.POLICY: lambda: invalid("Your prompt was flagged: banned prompt, content policy"),
    Word.BAD_PARAMETER: lambda: invalid("aspect_ratio is not within the range of allowed options"),
    Word.BAD_KEY: bad_key,
    Word.NO_CREDIT: no_credit,
    Word.RATE: lambda: KieError(429, "Your call frequency is too high, please try again later"),
    Word.RATE_ALWAYS: lambda: KieError(429, "Your call frequency is too high"),
    Word.RATE_DAY: lambda: KieError(433, "The sub-key has reached its usage limit"),
    Word.INTERNAL_ONCE: internal,
    Word.INTERNAL_ALWAYS: internal,
    Word.OVERLOADED: lambda: KieError(455, "The service is under maintenance"),
    Word.GONE: lambda: KieError(505, "This feature is currently disabled"),
}
