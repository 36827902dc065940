"""What refusals mean when the provider's own words do not say more (providers.md section 11)."""

import re
from typing import Any

from botapp.providers.base import Failure, HttpAnswer, ProviderError, parse_json

FAILURE_BY_STATUS = {
    401: Failure.AUTH,
    402: Failure.NO_PROVIDER_MONEY,
    403: Failure.AUTH,
    404: Failure.MODEL_GONE,
    # The provider gave up reading: what it had read may have started a job.
    408: Failure.UNKNOWN_SUBMIT,
    410: Failure.MODEL_GONE,
    429: Failure.RATE,
}
AT_POLL = {Failure.UNKNOWN_SUBMIT: Failure.TRANSIENT, Failure.MODEL_GONE: Failure.EMPTY_RESULT}
# A failed job makes nothing any more, however passing the cause: it is not asked about again.
ENDED = dict.fromkeys(
    (Failure.TRANSIENT, Failure.RATE, Failure.UNKNOWN_SUBMIT), Failure.EMPTY_RESULT
)


def failure_of_status(status: int, message: str) -> Failure:
    """By the HTTP status alone; a 5xx without the provider's words may be a gateway's, behind
    which the job was made."""
    if 400 <= status < 500:
        return FAILURE_BY_STATUS.get(status, Failure.BAD_INPUT)
    if status in (500, 503) and message:
        return Failure.TRANSIENT
    return Failure.UNKNOWN_SUBMIT


def at_poll(error: ProviderError) -> ProviderError:
    """The same refusal of a question: nothing was paid, and a job that is not found is lost."""
    return _renamed(error, AT_POLL.get(error.failure, error.failure))


def ended(error: ProviderError) -> ProviderError:
    return _renamed(error, ENDED.get(error.failure, error.failure))


def read_json(answer: HttpAnswer) -> Any:
    """The body, or None when it is not JSON."""
    try:
        return parse_json(answer.content)
    except ValueError:
        return None


def retry_after_s(answer: HttpAnswer, message: str) -> float | None:
    """The header in seconds, or words such as `available in 7 seconds` (providers.md 7.2)."""
    said = re.match(r"\d+(\.\d+)?$", answer.headers.get("retry-after", ""))
    if said:
        return float(said.group())
    words = re.search(r"\bin (\d+(?:\.\d+)?) ?s(?:ec|\b)", message)
    return float(words.group(1)) if words else None


def _renamed(error: ProviderError, failure: Failure) -> ProviderError:
    return ProviderError(failure, error.detail, retry_after_s=error.retry_after_s)
