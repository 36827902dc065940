"""Refusals in the google.rpc shape (facts: provider notes, section 1.5)."""

from typing import Any

_TYPE = "type.googleapis.com/google.rpc."


class GoogleError(Exception):
    """Answered as `{"error": {"code", "message", "status", "details"}}` with HTTP `code`."""

    def __init__(
        self, code: int, status: str, message: str, details: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.details = details or []

    def as_json(self) -> dict[str, Any]:
        error = {"code": self.code, "message": str(self), "status": self.status}
        return {"error": error | ({"details": self.details} if self.details else {})}


def invalid_argument(message: str) -> GoogleError:
    return GoogleError(400, "INVALID_ARGUMENT", message)


def invalid_field(field: str, message: str) -> GoogleError:
    violation = {"field": field, "description": message}
    details = [{"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]}]
    return GoogleError(400, "INVALID_ARGUMENT", message, details)


def bad_key() -> GoogleError:
    reason = {
        "@type": f"{_TYPE}ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    message = "API key not valid. Please pass a valid API key."
    return GoogleError(400, "INVALID_ARGUMENT", message, [reason])


def no_such_model(model: str, version: str) -> GoogleError:
    return GoogleError(
        404,
        "NOT_FOUND",
        f"models/{model} is not found for API version {version}, or is not supported for"
        " generateContent. Call ListModels to see the list of available models and their"
        " supported methods.",
    )


def too_many_requests(model: str) -> GoogleError:
    return _quota_exceeded(model, "GenerateRequestsPerMinutePerProjectPerModel", "10", "2s")


def day_quota_used_up(model: str) -> GoogleError:
    return _quota_exceeded(model, "GenerateRequestsPerDayPerProjectPerModel", "20", "34.4s")


def no_credit() -> GoogleError:
    message = "The project has no billing enabled or has run out of credit. Enable billing."
    return GoogleError(400, "FAILED_PRECONDITION", message)


def internal() -> GoogleError:
    return GoogleError(500, "INTERNAL", "An internal error has occurred. Please retry.")


def overloaded() -> GoogleError:
    message = "The model is overloaded. Please try again later."
    return GoogleError(503, "UNAVAILABLE", message)


def _quota_exceeded(model: str, quota_id: str, quota_value: str, delay: str) -> GoogleError:
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_requests",
        "quotaId": quota_id,
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": quota_value,
    }
    link = {
        "description": "Learn more about Gemini API quotas",
        "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
    }
    details: list[dict[str, Any]] = [
        {"@type": f"{_TYPE}QuotaFailure", "violations": [violation]},
        {"@type": f"{_TYPE}Help", "links": [link]},
        {"@type": f"{_TYPE}RetryInfo", "retryDelay": delay},
    ]
    message = (
        "You exceeded your current quota, please check your plan and billing details."
        f" Please retry in {delay}."
    )
    return GoogleError(429, "RESOURCE_EXHAUSTED", message, details)
