"""What Google's APIs have in common: refusals in google.rpc form and files inside JSON.

Facts: providers.md sections 1.2, 1.5, 1.8 and 2.1.
"""

import base64
import re
from typing import Any

from botapp.providers.base import Failure, HttpAnswer, InputFile, ProviderError

# A request with everything inside may have this many bytes (since 2026-01-08).
INLINE_BYTES_MAX = 100 * 1024 * 1024
# What a request needs besides its files.
_WORDS_BYTES_MAX = 1024 * 1024

_FAILURE_BY_STATUS = {
    400: Failure.BAD_INPUT,
    401: Failure.AUTH,
    402: Failure.NO_PROVIDER_MONEY,
    403: Failure.AUTH,
    404: Failure.MODEL_GONE,
    410: Failure.MODEL_GONE,
    413: Failure.BAD_INPUT,
    429: Failure.RATE,
    500: Failure.TRANSIENT,
    503: Failure.TRANSIENT,
    504: Failure.TRANSIENT,
}
# A question can be asked again whatever happened to it; a job that is not there is lost.
_AT_POLL = {Failure.UNKNOWN_SUBMIT: Failure.TRANSIENT, Failure.MODEL_GONE: Failure.EMPTY_RESULT}
# No code stands for a refused prompt: only the words tell.
_POLICY_WORDS = re.compile(
    r"block|safety|policy|policies|prohibited|usage guidelines|responsible ai", re.IGNORECASE
)
_DAY_S = 24 * 3600.0


def speaks_of_policy(text: str) -> bool:
    return _POLICY_WORDS.search(text) is not None


def refusal(answer: HttpAnswer) -> ProviderError:
    """What an answer other than 200 means; a gateway's page means that we cannot know."""
    failure = _FAILURE_BY_STATUS.get(answer.status, Failure.UNKNOWN_SUBMIT)
    unreadable = Failure.UNKNOWN_SUBMIT if answer.status >= 500 else failure
    error = mapping(mapping(answer.json(unreadable=unreadable)).get("error"))
    if not error:
        return ProviderError(unreadable, f"HTTP {answer.status} without an error object")
    details = dicts(error.get("details"))
    # The Interactions API has a word in `code` and no `status`.
    status = str(error.get("status") or error.get("code", ""))
    message = str(error.get("message", ""))
    if any(detail.get("reason") == "BILLING_DISABLED" for detail in details):
        failure = Failure.NO_PROVIDER_MONEY
    elif failure is Failure.BAD_INPUT:
        failure = _bad_request(status, message, details)
    return ProviderError(
        failure, f"{answer.status} {status}: {message}", retry_after_s=_retry_after_s(details)
    )


def job_refusal(answer: HttpAnswer) -> ProviderError:
    """The same for jobs, whose prompts are checked before they start."""
    error = refusal(answer)
    if error.failure is Failure.BAD_INPUT and speaks_of_policy(error.detail):
        return ProviderError(Failure.POLICY, error.detail)
    if answer.status == 504:
        # Google stopped waiting for itself: the job may have been made all the same.
        return ProviderError(Failure.UNKNOWN_SUBMIT, error.detail)
    return error


def poll_refusal(answer: HttpAnswer) -> ProviderError:
    """The same for a question about a job."""
    try:
        error = refusal(answer)
    except ProviderError as unreadable:
        error = unreadable
    failure = _AT_POLL.get(error.failure, error.failure)
    return ProviderError(failure, error.detail, retry_after_s=error.retry_after_s)


def inline(file: InputFile) -> str:
    return base64.b64encode(file.data).decode()


def check_size(files: tuple[InputFile, ...]) -> None:
    """Raises ProviderError(BAD_INPUT) when the files do not fit into one request."""
    encoded = sum(4 * -(-len(file.data) // 3) for file in files)
    if encoded > INLINE_BYTES_MAX - _WORDS_BYTES_MAX:
        raise ProviderError(Failure.BAD_INPUT, f"files of {encoded} bytes in one request")


def video_mime(mime_type: str) -> str:
    """Google's own name of QuickTime."""
    return "video/mov" if mime_type == "video/quicktime" else mime_type


def dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _bad_request(status: str, message: str, details: list[dict[str, Any]]) -> Failure:
    if any(item.get("reason") == "API_KEY_INVALID" for item in details) or "API key" in message:
        return Failure.AUTH
    if status == "FAILED_PRECONDITION":
        return Failure.NO_PROVIDER_MONEY if "billing" in message.lower() else Failure.AUTH
    return Failure.BAD_INPUT


def _retry_after_s(details: list[dict[str, Any]]) -> float | None:
    """`RetryInfo.retryDelay` is a duration such as `34.4s`; a daily quota means not today."""
    for detail in details:
        for violation in dicts(detail.get("violations")):
            if "PerDay" in str(violation.get("quotaId", "")):
                return _DAY_S
    for detail in details:
        delay = str(detail.get("retryDelay", ""))
        if delay.endswith("s") and delay[:-1].replace(".", "", 1).isdigit():
            return float(delay[:-1])
    return None
