"""Providers that take a job, give it an id and are asked about it: one reader, described by data.

An adapter of this kind says in a `QueueApi` where things stand in the answers, writes its own
`build_body`, and overrides a method only where the provider is peculiar (providers.md 7.4).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import quote

from botapp.providers.base import (
    Accepted,
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    Job,
    Media,
    Outcome,
    Provider,
    ProviderError,
    Ready,
    Running,
)
from botapp.providers.json_paths import find, find_text, find_texts
from botapp.providers.queue_api import QueueApi, State
from botapp.providers.refusals import at_poll, ended, failure_of_status, read_json, retry_after_s

SUBMIT_TIMEOUT_S = 60.0
ASK_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class QueueProvider(Provider):
    """Reads any `QueueApi`; a subclass gives `slug`, `api` and `build_body`."""

    api_key: str
    base_url: str

    api: ClassVar[QueueApi]

    def build_body(self, job: Job) -> Any:
        """The JSON of the submit."""
        raise NotImplementedError

    def headers(self) -> dict[str, str]:
        key = self.api.auth_format.format(key=self.api_key)
        return {self.api.auth_header: key, **self.api.headers}

    def call(self, endpoint: str, values: Mapping[str, Any], json_body: Any = None) -> HttpCall:
        """A question at `METHOD /path/{name}`, the names filled from `values`."""
        method, path = endpoint.split(" ", 1)
        quoted = {name: quote(str(value), safe="/") for name, value in values.items()}
        url = self.base_url.rstrip("/") + path.format_map(quoted)
        return HttpCall(method, url, self.headers(), ASK_TIMEOUT_S, json_body)

    def build_submit(self, job: Job) -> HttpCall:
        endpoint = self.api.submit_by_mode.get(job.mode, self.api.submit)
        call = self.call(endpoint, {"model": job.provider_model}, self.build_body(job))
        return replace(call, timeout_s=SUBMIT_TIMEOUT_S)

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        body = self.checked(answer)
        job_id = find_text(body, self.api.job_id)
        if not job_id:
            raise ProviderError(Failure.UNKNOWN_SUBMIT, f"HTTP {answer.status} without a job id")
        return Accepted(
            job_id, self.api.poll_after_s, self.kept_of(body), self.usd(body, self.api.estimate)
        )

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall:
        return self.call(self.api.poll, {**metadata, "id": provider_job_id})

    def read_poll(self, answer: HttpAnswer, metadata: Mapping[str, Any]) -> Outcome:
        try:
            body = self.checked(answer)
        except ProviderError as error:
            raise at_poll(error) from error
        match self.state_of(body):
            case State.DONE:
                return self.read_done(body, metadata)
            case State.FAILED:
                raise self.job_failure(body)
            case State.CANCELLED:
                raise ProviderError(Failure.EMPTY_RESULT, "cancelled at the provider")
            case _:
                return Running(self.api.poll_after_s, self.progress_of(body))

    def state_of(self, body: Any) -> State:
        """Raises ProviderError(TRANSIENT) for an answer that does not speak of a job."""
        status = find_text(body, self.api.status)
        if not status:
            raise ProviderError(Failure.TRANSIENT, "the answer names no status")
        return self.api.statuses.get(status, State.RUNNING)

    def read_done(self, body: Any, metadata: Mapping[str, Any]) -> Outcome:
        """`body` is the poll that says DONE. Raises ProviderError(EMPTY_RESULT)."""
        if self.api.result:
            job_id = find_text(body, self.api.job_id)
            return Ready(self.call(self.api.result, {"id": job_id, **metadata}))
        return self.finished(body)

    def read_result(self, answer: HttpAnswer) -> Finished:
        try:
            return self.finished(self.checked(answer))
        except ProviderError as error:
            raise at_poll(error) from error

    def finished(self, body: Any) -> Finished:
        urls = find_texts(body, self.api.results)
        media = tuple(Media(url=url) for url in urls if url.startswith(("https://", "http://")))
        if not media:
            raise ProviderError(Failure.EMPTY_RESULT, "finished without a result")
        return Finished(media=media, cost_usd=self.usd(body, self.api.cost))

    def can_cancel(self) -> bool:
        return bool(self.api.cancel)

    def build_cancel(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall | None:
        if not self.api.cancel:
            return None
        return self.call(self.api.cancel, {**metadata, "id": provider_job_id})

    def build_recovery(self, reference: str) -> HttpCall | None:
        if not self.api.recovery:
            return None
        return self.call(self.api.recovery, {"reference": reference})

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        """Raises BadSignatureError; a provider that signs nothing stays with this."""

    def read_callback(self, callback: Callback, keys: HttpAnswer | None) -> str:
        self.verify(callback, keys)
        answer = HttpAnswer(200, callback.headers, callback.body)
        job_id = find_text(answer.json(unreadable=Failure.BAD_INPUT), self.api.callback_job_id)
        if not job_id:
            raise ProviderError(Failure.BAD_INPUT, "the callback names no job")
        return job_id

    def checked(self, answer: HttpAnswer) -> Any:
        """The body of an answer that is no refusal. Raises ProviderError in the submit's words."""
        body = read_json(answer)
        code = find_text(body, self.api.code)
        is_good = not self.api.good_codes or code in self.api.good_codes
        if body is not None and is_good and 200 <= answer.status < 300:
            return body
        message = find_text(body, self.api.message)
        failure = self.failure_by(code, message) or failure_of_status(answer.status, message)
        detail = f"HTTP {answer.status} {code} {message}"
        raise ProviderError(failure, detail, retry_after_s=retry_after_s(answer, message))

    def job_failure(self, body: Any) -> ProviderError:
        """What a job that failed at the provider means; it is never asked about again."""
        code = find_text(body, self.api.job_code)
        message = find_text(body, self.api.job_message)
        failure = self.failure_by(code, message) or Failure.EMPTY_RESULT
        return ended(ProviderError(failure, f"job failed: {code} {message}"))

    def failure_by(self, code: str, message: str) -> Failure | None:
        if code in self.api.codes:
            return self.api.codes[code]
        said = f"{code} {message}".strip()
        return next(
            (f for word, f in self.api.words.items() if re.search(word, said, re.IGNORECASE)), None
        )

    def kept_of(self, body: Any) -> dict[str, Any]:
        return {name: find(body, path) for name, path in self.api.kept.items()}

    def progress_of(self, body: Any) -> int | None:
        """Percents from a number, or from a text such as `45%`."""
        said = find_text(body, self.api.progress).removesuffix("%")
        try:
            return min(100, max(0, round(float(said) * self.api.progress_scale)))
        except (ValueError, OverflowError):
            return None

    def usd(self, body: Any, path: str) -> float | None:
        units = find(body, path)
        return units * self.api.usd_per_unit if isinstance(units, int | float) else None
