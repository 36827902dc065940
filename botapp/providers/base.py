"""The vocabulary of the adapters.

An adapter is a translator without I/O: it turns a `Job` into an `HttpCall` and an `HttpAnswer`
into an `Outcome`. The one HTTP runner is `transport.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol


class Failure(StrEnum):
    """What went wrong, told apart by what happens next (providers.md section 11)."""

    POLICY = "policy"  # refund; the person changes the prompt
    BAD_INPUT = "bad_input"  # refund; our request or the person's file is wrong
    RATE = "rate"  # nothing was made: keep queued, try later
    NO_PROVIDER_MONEY = "no_provider_money"  # refund and alert
    AUTH = "auth"  # refund and alert
    MODEL_GONE = "model_gone"  # refund, take the model off sale, alert
    TRANSIENT = "transient"  # the provider said "nothing was made": retry a few times, then refund
    UNKNOWN_SUBMIT = "unknown_submit"  # it may have been made: never repeat; recover or refund
    EMPTY_RESULT = "empty_result"  # refund


class ProviderError(Exception):
    """The provider did not give a result; `detail` is for operators and holds no secret."""

    def __init__(
        self, failure: Failure, detail: str, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail[:500]
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class InputFile:
    """One picture or video the person gave, already checked."""

    data: bytes
    mime_type: str


@dataclass(frozen=True)
class Job:
    """One generation as every provider sees it.

    `reference` is our own id of this very attempt: providers that take one get it, and callback
    addresses carry it. `params` holds the card's parameters by name (aspect_ratio, image_size …).
    """

    reference: str
    provider_model: str
    prompt: str
    params: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    callback_url: str | None = None


@dataclass(frozen=True)
class Media:
    """One result: the bytes themselves, or an address to fetch them from (never shown to users).

    `download_headers` go only to the address's own host.
    """

    data: bytes | None = None
    url: str | None = None
    mime_type: str = ""
    download_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """The provider works on it and is asked again later under `provider_job_id`."""

    provider_job_id: str
    poll_after_s: float
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """Not finished at this poll."""

    poll_after_s: float
    progress_percent: int | None = None


@dataclass(frozen=True)
class Finished:
    """All results of this job, one or several."""

    media: tuple[Media, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)


Outcome = Accepted | Running | Finished


@dataclass(frozen=True)
class HttpCall:
    """One request an adapter wants sent; `timeout_s` bounds the wait for the answer."""

    method: str
    url: str
    headers: Mapping[str, str]
    timeout_s: float
    json_body: Any = None


@dataclass(frozen=True)
class HttpAnswer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self, *, unreadable: Failure) -> Any:
        """The parsed body; ProviderError(`unreadable`) when it is not JSON."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise ProviderError(unreadable, f"HTTP {self.status}, not JSON") from error


class Provider(Protocol):
    """What every adapter offers.

    `one_result_per_call` providers are called once for each result of an order; the others get
    the count among the parameters and answer with all results. A provider that answers the submit
    with the result raises in the poll pair: it is never called.
    """

    slug: ClassVar[str]
    one_result_per_call: ClassVar[bool]

    def build_submit(self, job: Job) -> HttpCall: ...

    def read_submit(self, answer: HttpAnswer) -> Outcome: ...

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall: ...

    def read_poll(self, answer: HttpAnswer) -> Outcome: ...
