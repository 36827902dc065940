"""Gemini Omni, films: the Interactions API with the key of Gemini (providers.md section 1.8)."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

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
from botapp.providers.google import dicts, job_refusal, mapping, poll_refusal, speaks_of_policy
from botapp.providers.google_callbacks import read_claims
from botapp.providers.omni_request import build_body

# Films and pictures travel inside the submit.
SUBMIT_TIMEOUT_S = 120.0
ASK_TIMEOUT_S = 60.0
FIRST_POLL_S = 5.0
POLL_S = 10.0
FILE_POLL_S = 5.0

# `requires_…` ask for what we never send: tools and continuations.
BAD_ENDS = frozenset(
    {
        "failed", "cancelled", "incomplete", "budget_exceeded", "requires_action",
        "requires_continuation",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Omni(Provider):
    """A film comes as a file of the Files API, which may be ready a little after its job."""

    api_key: str
    base_url: str

    slug: ClassVar[str] = "omni"
    one_result_per_call: ClassVar[bool] = True
    takes_callbacks: ClassVar[bool] = True

    def build_submit(self, job: Job) -> HttpCall:
        return self._call("POST", "interactions", SUBMIT_TIMEOUT_S, build_body(job))

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        if answer.status != 200:
            raise job_refusal(answer)
        job_id = mapping(answer.json(unreadable=Failure.UNKNOWN_SUBMIT)).get("id")
        if not isinstance(job_id, str) or not job_id:
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "the interaction has no id")
        return Accepted(job_id, FIRST_POLL_S)

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall:
        return self._call("GET", f"interactions/{provider_job_id}?stream=false", ASK_TIMEOUT_S)

    def read_poll(self, answer: HttpAnswer, metadata: Mapping[str, Any]) -> Outcome:
        body = _asked(answer)
        status = body.get("status")
        if not status:
            raise ProviderError(Failure.TRANSIENT, "the answer names no status")
        if status in BAD_ENDS:
            raise _failure(body)
        return self._film(body) if status == "completed" else Running(POLL_S)

    def read_result(self, answer: HttpAnswer) -> Finished:
        """The film's file. Raises ProviderError(TRANSIENT) until it is ready."""
        if answer.status == 403 and b"may not exist" in answer.content:
            # Google does not tell a file that is gone from a stranger's.
            raise ProviderError(Failure.EMPTY_RESULT, "the film's file is gone")
        file = _asked(answer)
        name, state = str(file.get("name", "")), file.get("state")
        if state == "FAILED":
            message = mapping(file.get("error")).get("message", "")
            raise _ended(f"the film's file failed: {message}")
        if not name.startswith("files/") or state == "PROCESSING":
            detail = f"the film's file is {state}"
            raise ProviderError(Failure.TRANSIENT, detail, retry_after_s=FILE_POLL_S)
        media = Media(
            url=f"{self.base_url}/v1/{name}:download?alt=media",
            mime_type=str(file.get("mimeType", "")),
            download_headers=self._headers,
        )
        return Finished((media,))

    def can_cancel(self) -> bool:
        return True

    def build_cancel(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall | None:
        return self._call("POST", f"interactions/{provider_job_id}/cancel", ASK_TIMEOUT_S)

    def read_cancel(self, answer: HttpAnswer) -> bool:
        return answer.status == 200 and _asked(answer).get("status") == "cancelled"

    def build_callback_keys(self) -> HttpCall | None:
        return HttpCall("GET", f"{self.base_url}/.well-known/jwks.json", {}, ASK_TIMEOUT_S)

    def read_callback(self, callback: Callback, keys: HttpAnswer | None) -> str:
        claims = read_claims(callback, keys)
        body = HttpAnswer(200, callback.headers, callback.body).json(unreadable=Failure.BAD_INPUT)
        # The signature holds the event itself; the body is not covered by it.
        event = mapping(claims.get("data")) or mapping(mapping(body).get("data"))
        job_id = event.get("id")
        if not isinstance(job_id, str) or not job_id:
            raise ProviderError(Failure.BAD_INPUT, "the callback names no interaction")
        return job_id

    @property
    def _headers(self) -> dict[str, str]:
        return {"x-goog-api-key": self.api_key}

    def _call(self, method: str, path: str, timeout_s: float, body: Any = None) -> HttpCall:
        return HttpCall(method, f"{self.base_url}/v1/{path}", self._headers, timeout_s, body)

    def _film(self, body: dict[str, Any]) -> Outcome:
        video = next((part for part in _contents(body) if part.get("type") == "video"), None)
        if video is None:
            raise _no_film(body)
        if video.get("data"):
            return Finished((_inline_film(video),))
        file = re.search(r"\bfiles/([\w-]+)", str(video.get("uri", "")))
        if file is None:
            raise ProviderError(Failure.EMPTY_RESULT, "the film is in no file")
        return Ready(self._call("GET", f"files/{file[1]}", ASK_TIMEOUT_S))


def _asked(answer: HttpAnswer) -> dict[str, Any]:
    if answer.status != 200:
        raise poll_refusal(answer)
    return mapping(answer.json(unreadable=Failure.TRANSIENT))


def _contents(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the model made; before 2026-05-20 it stood in a flat list of outputs."""
    for step in dicts(body.get("steps")):
        if step.get("type") == "model_output":
            yield from dicts(step.get("content"))
    yield from dicts(body.get("outputs"))


def _inline_film(video: dict[str, Any]) -> Media:
    try:
        data = base64.b64decode(str(video["data"]), validate=True)
    except binascii.Error as error:
        raise ProviderError(Failure.EMPTY_RESULT, "the film is not base64") from error
    return Media(data=data, mime_type=str(video.get("mime_type", "")))


def _no_film(body: dict[str, Any]) -> ProviderError:
    """Completed with nothing at all is how a refusal looks; words are merely no film."""
    words = " ".join(str(part["text"]) for part in _contents(body) if part.get("text"))
    if not words or speaks_of_policy(words):
        return ProviderError(Failure.POLICY, f"completed without a film: {words}")
    return ProviderError(Failure.EMPTY_RESULT, f"words instead of a film: {words}")


def _failure(body: dict[str, Any]) -> ProviderError:
    status = str(body["status"])
    of_steps = [mapping(step.get("error")) for step in dicts(body.get("steps"))]
    errors = [*dicts(body.get("errors")), *filter(None, of_steps)]
    said = "; ".join(f"{e.get('code', '')} {e.get('message', '')}" for e in errors)
    if status == "budget_exceeded":
        return ProviderError(Failure.NO_PROVIDER_MONEY, f"{status}: {said}")
    return _ended(f"{status}: {said}")


def _ended(detail: str) -> ProviderError:
    """A job that is over is not asked about again, whatever ended it."""
    failure = Failure.POLICY if speaks_of_policy(detail) else Failure.EMPTY_RESULT
    return ProviderError(failure, detail)
