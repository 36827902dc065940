"""Refusals of the OpenAI API (facts: provider notes, section 3.4)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sandbox.jobs import Word, Words, pick


class OpenAiError(Exception):
    """Answered as `{"error": {"message", "type", "param", "code"}}` with HTTP `status`."""

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers: Mapping[str, str] = {}
        self._fields: dict[str, Any] = {
            "message": message,
            "type": kind,
            "param": param,
            "code": code,
        }

    def with_headers(self, headers: Mapping[str, str]) -> "OpenAiError":
        self.headers = headers
        return self

    def with_field(self, name: str, content: Any) -> "OpenAiError":
        self._fields[name] = content
        return self

    def as_json(self) -> dict[str, Any]:
        return {"error": self._fields}


def invalid(param: str, message: str, *, code: str = "invalid_value") -> OpenAiError:
    return OpenAiError(400, code, message, param=param)


def unknown_parameter(param: str) -> OpenAiError:
    return invalid(param, f"Unknown parameter: '{param}'.", code="unknown_parameter")


def missing(param: str) -> OpenAiError:
    message = f"Missing required parameter: '{param}'."
    return invalid(param, message, code="missing_required_parameter")


def bad_image(param: str, message: str) -> OpenAiError:
    return invalid(param, message, code="invalid_image_file")


def blocked(stage: str) -> OpenAiError:
    """`stage` is input or output."""
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact"
        " us at help.openai.com. safety_violations=[sexual]."
    )
    refusal = OpenAiError(400, "moderation_blocked", message, kind="image_generation_user_error")
    return refusal.with_field(
        "moderation_details", {"moderation_stage": stage, "categories": ["sexual"]}
    )


def bad_key() -> OpenAiError:
    message = "Incorrect API key provided. You can find your API key at platform.openai.com."
    return OpenAiError(401, "invalid_api_key", message)


def no_such_model(model: str) -> OpenAiError:
    message = f"The model '{model}' does not exist or you do not have access to it."
    return OpenAiError(404, "model_not_found", message)


def not_found(message: str) -> OpenAiError:
    return OpenAiError(404, None, message)


def too_many_requests() -> OpenAiError:
    message = "Rate limit reached for images per minute: Limit 5, Used 5. Please try again in 2s."
    refusal = OpenAiError(429, "rate_limit_exceeded", message, kind="requests")
    return refusal.with_headers({"retry-after": "2", "retry-after-ms": "2000"})


def no_credit() -> OpenAiError:
    message = "You exceeded your current quota, please check your plan and billing details."
    return OpenAiError(429, "insufficient_quota", message, kind="insufficient_quota")


def internal() -> OpenAiError:
    message = "The server had an error while processing your request. Sorry about that!"
    return OpenAiError(500, "server_error", message, kind="server_error")


def overloaded() -> OpenAiError:
    message = "The engine is currently overloaded, please try again later."
    return OpenAiError(503, "server_error", message, kind="server_error")


def check_words(words: Words, model: str) -> None:
    """Raises the refusal that the words ask for at submit."""
    refusals: dict[Word, Callable[[], OpenAiError]] = {
        Word.BAD_KEY: bad_key,
        Word.NO_CREDIT: no_credit,
        Word.RATE: too_many_requests,
        Word.RATE_ALWAYS: too_many_requests,
        Word.RATE_DAY: no_credit,
        Word.INTERNAL_ONCE: internal,
        Word.INTERNAL_ALWAYS: internal,
        Word.OVERLOADED: overloaded,
        Word.GONE: partial(no_such_model, model),
        Word.BAD_PARAMETER: partial(invalid, "size", "Invalid value: '[[badparam]]'."),
        Word.POLICY: partial(blocked, "input"),
    }
    if refuse := pick(words, refusals):
        raise refuse()
