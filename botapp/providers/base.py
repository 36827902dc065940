"""The vocabulary of the adapters.

An adapter is a translator without I/O: it turns a `Job` into an `HttpCall` and an `HttpAnswer`
into an `Outcome`. The one HTTP runner is `transport.py`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Field, Mode, ParamValue, Role


class Failure(StrEnum):
    """What went wrong, told apart by what happens next (providers.md section 11)."""

    POLICY = "policy"  # refund; the person changes the prompt
    BAD_INPUT = "bad_input"  # refund; our request or the person's file is wrong
    RATE = "rate"  # nothing was made: keep queued, try later
    NO_PROVIDER_MONEY = "no_provider_money"  # another route, or refund; alert
    AUTH = "auth"  # another route, or refund; alert
    MODEL_GONE = "model_gone"  # another route, or refund and the model off sale; alert
    TRANSIENT = "transient"  # the provider said "nothing was made": retry a few times, then refund
    UNKNOWN_SUBMIT = "unknown_submit"  # it may have been made: never repeat; recover or refund
    EMPTY_RESULT = "empty_result"  # refund


# Providers quote addresses of inputs and results, and whoever has one may fetch the file.
ADDRESS = re.compile(r"(https?://[^\s/?#\"'<>]+)[^\s\"'<>]*")


class ProviderError(Exception):
    """The provider did not give a result; `detail` is for operators and holds no secret."""

    def __init__(
        self, failure: Failure, detail: str, *, retry_after_s: float | None = None
    ) -> None:
        self.failure = failure
        # Postgres has no NUL in texts.
        self.detail = ADDRESS.sub(r"\1…", detail.replace("\0", ""))[:500]
        self.retry_after_s = retry_after_s
        super().__init__(f"{failure}: {self.detail}")


class BadSignatureError(Exception):
    """A callback that is not the provider's."""


@dataclass(frozen=True)
class InputFile:
    """One picture or film the person gave, already checked.

    `url` is our own signed address of the same bytes, for providers that fetch their inputs;
    it is empty unless the adapter says `needs_input_urls`.
    """

    data: bytes
    mime_type: str
    role: Role = Role.IMAGE
    url: str = ""


@dataclass(frozen=True)
class Parent:
    """The earlier job a follow-up continues, as its provider knows it."""

    provider_job_id: str
    result_index: int
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One generation as every provider sees it.

    `reference` is our own id of this very attempt (letters, digits and dashes): providers that
    take one get it, and callback addresses carry it. `params` holds the card's parameters by name
    and `count`, the number of results asked for. `fields` and `constants` are the route's: how a
    model with an input schema of its own calls our parameters and roles.
    """

    reference: str
    provider_model: str
    mode: Mode
    prompt: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    callback_url: str = ""
    parent: Parent | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)

    def inputs_of(self, *roles: Role) -> tuple[InputFile, ...]:
        return tuple(file for file in self.inputs if file.role in roles)


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
class Token:
    """A bearer token and how long it may be used."""

    value: str
    lifetime_s: float


@dataclass(frozen=True)
class TokenSource:
    """How the runner obtains the bearer token of a call; kept under `cache_key` while it lives."""

    cache_key: str
    call: "HttpCall"
    read: Callable[["HttpAnswer"], Token]


@dataclass(frozen=True)
class Part:
    """One file of a multipart form."""

    name: str
    filename: str
    data: bytes
    mime_type: str


@dataclass(frozen=True)
class HttpCall:
    """One request an adapter wants sent; `timeout_s` bounds the wait for the answer.

    The body is `json_body`, or a multipart form of `form` and `parts`, or nothing.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    timeout_s: float
    json_body: Any = None
    form: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    token: TokenSource | None = None


@dataclass(frozen=True)
class Accepted:
    """The provider works on it and is asked again later under `provider_job_id`.

    `cost_usd` is what the provider says it will take, where it says so.
    """

    provider_job_id: str
    poll_after_s: float
    metadata: Mapping[str, Any] = field(default_factory=dict)
    cost_usd: float | None = None


@dataclass(frozen=True)
class Running:
    """Not finished at this poll."""

    poll_after_s: float
    progress_percent: int | None = None


@dataclass(frozen=True)
class Ready:
    """Finished, and the result is behind one more request (`Provider.read_result`)."""

    call: HttpCall


@dataclass(frozen=True)
class Finished:
    """All results of this job, one or several, and what they cost where the provider says so."""

    media: tuple[Media, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    cost_usd: float | None = None


Outcome = Accepted | Running | Ready | Finished


def parse_json(content: bytes | str) -> Any:
    """Raises ValueError for what is not JSON, or nested deeper than any answer is."""
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


@dataclass(frozen=True)
class HttpAnswer:
    """What came back, whatever its status; header names are lower case.

    `url` is the address that was asked.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str = ""

    def json(self, *, unreadable: Failure) -> Any:
        """The parsed body; ProviderError(`unreadable`) when it is not JSON."""
        try:
            return parse_json(self.content)
        except ValueError as error:
            raise ProviderError(unreadable, f"HTTP {self.status}, not JSON") from error


@dataclass(frozen=True)
class Callback:
    """What a provider posted to us: raw bytes, header names in lower case, our clock."""

    headers: Mapping[str, str]
    body: bytes
    received_at_s: float


class Provider:
    """What every adapter offers; what a provider does not have stays as it is here.

    `one_result_per_call` providers are called once for each result of an order; the others get
    the count among the parameters and answer with all results. A provider that answers the submit
    with the result is never polled. `polls_bring_films` providers are polled few at a time.
    """

    slug: ClassVar[str]
    one_result_per_call: ClassVar[bool] = False
    needs_input_urls: ClassVar[bool] = False
    takes_callbacks: ClassVar[bool] = False
    polls_bring_films: ClassVar[bool] = False

    def build_submit(self, job: Job) -> HttpCall:
        """The one paid request. Raises ProviderError(BAD_INPUT) for a job it cannot express."""
        raise NotImplementedError

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        raise NotImplementedError

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall:
        raise NotImplementedError(f"{self.slug} answers at once and has no job id")

    def read_poll(self, answer: HttpAnswer, metadata: Mapping[str, Any]) -> Outcome:
        raise NotImplementedError(f"{self.slug} answers at once and has no job id")

    def read_result(self, answer: HttpAnswer) -> Finished:
        """The answer to the call of a `Ready`."""
        raise NotImplementedError(f"{self.slug} gives the result with the last poll")

    def can_cancel(self) -> bool:
        """Whether a job that runs can be stopped: only then is `build_cancel` asked."""
        return False

    def build_cancel(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall | None:
        """None where the provider cannot stop a job."""
        return None

    def read_cancel(self, answer: HttpAnswer) -> bool:
        """Whether the job is certain to bring and to cost nothing any more."""
        return False

    def build_recovery(self, reference: str) -> HttpCall | None:
        """Ask for a job by our own reference; None where the provider cannot be asked."""
        return None

    def read_recovery(self, answer: HttpAnswer, reference: str) -> Accepted | None:
        """The job of that reference, or None when the provider does not know it."""
        return None

    def build_callback_keys(self) -> HttpCall | None:
        """Where the keys that callbacks are signed with are published, if they are."""
        return None

    def read_callback(self, callback: Callback, keys: HttpAnswer | None) -> str:
        """The provider's job id a callback speaks of; it is a hint, the poll is the truth.

        Raises BadSignatureError for what the provider did not sign (where it signs at all), and
        ProviderError(BAD_INPUT) for a body that names no job.
        """
        raise ProviderError(Failure.BAD_INPUT, f"{self.slug} sends no callbacks")
