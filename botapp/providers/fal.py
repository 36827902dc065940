"""fal.ai, its queue: every model has an input of its own (providers.md 7.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from botapp.providers.base import (
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    Job,
    Outcome,
    ProviderError,
    Ready,
)
from botapp.providers.json_paths import find, find_text
from botapp.providers.model_input import model_input
from botapp.providers.queue import ASK_TIMEOUT_S, QueueProvider
from botapp.providers.queue_api import QueueApi, State
from botapp.providers.refusals import ended, read_json
from botapp.providers.signatures import verify_fal


@dataclass(frozen=True)
class Fal(QueueProvider):
    """Jobs are found under `owner/app` only, whatever follows in the model's name; the address
    is put together anew, so that the key goes to no other host than ours."""

    jwks_url: str

    slug: ClassVar[str] = "fal"
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        auth_format="Key {key}",
        submit="POST /{model}",
        poll="GET /{app}/requests/{id}/status?logs=0",
        result="GET /{app}/requests/{id}",
        cancel="PUT /{app}/requests/{id}/cancel",
        job_id="request_id",
        callback_job_id="request_id",
        status="status",
        # A job that failed is COMPLETED too: its result is the error.
        statuses={
            "IN_QUEUE": State.QUEUED,
            "IN_PROGRESS": State.RUNNING,
            "COMPLETED": State.DONE,
        },
        poll_after_s=3.0,
        results="images.*.url|image.url|videos.*.url|video.url",
        code="detail.0.type|error_type",
        message="detail.0.msg|detail|error",
        codes={
            "content_policy_violation": Failure.POLICY,
            "no_media_generated": Failure.EMPTY_RESULT,
        },
        words={
            "exhausted balance|user is locked": Failure.NO_PROVIDER_MONEY,
            "cancel": Failure.EMPTY_RESULT,
        },
    )

    def build_body(self, job: Job) -> Any:
        return model_input(job)

    def build_submit(self, job: Job) -> HttpCall:
        call = super().build_submit(job)
        if not job.callback_url:
            return call
        return replace(call, url=f"{call.url}?fal_webhook={quote(job.callback_url, safe='')}")

    def kept_of(self, body: Any) -> dict[str, Any]:
        """`owner/app` of the address under which fal says that the job is found."""
        path = urlsplit(find_text(body, "response_url")).path
        app = "/".join(path.split("/requests/")[0].split("/")[-2:])
        return {"app": app, "id": find_text(body, "request_id")}

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall:
        return super().build_poll(provider_job_id, _with_app(metadata))

    def build_cancel(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall | None:
        return super().build_cancel(provider_job_id, _with_app(metadata))

    def read_done(self, body: Any, metadata: Mapping[str, Any]) -> Outcome:
        job_id = find_text(body, "request_id") or str(metadata.get("id", ""))
        return Ready(self.call(self.api.result, {**_with_app(metadata), "id": job_id}))

    def read_result(self, answer: HttpAnswer) -> Finished:
        """A model's failure comes with a status of the model's choice, and is the end."""
        try:
            return super().read_result(answer)
        except ProviderError as error:
            has_words = bool(find_text(read_json(answer), self.api.code))
            raise (ended(error) if has_words else error) from error

    def finished(self, body: Any) -> Finished:
        """Without the pictures that the model itself calls indecent: they come blackened."""
        finished = super().finished(body)
        flags = find(body, "has_nsfw_concepts")
        if not isinstance(flags, list) or len(flags) != len(finished.media):
            return finished
        decent = tuple(media for media, flag in zip(finished.media, flags, strict=True) if not flag)
        if not decent:
            raise ProviderError(Failure.POLICY, "every picture is flagged has_nsfw_concepts")
        return replace(finished, media=decent)

    def build_callback_keys(self) -> HttpCall | None:
        return HttpCall("GET", self.jwks_url, {}, ASK_TIMEOUT_S)

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        verify_fal(read_json(keys) if keys else None, callback)


def _with_app(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Of a job that only its callback revealed we know no more than the `model` asked for."""
    model = str(metadata.get("app") or metadata.get("model") or "")
    return {**metadata, "app": "/".join(model.split("/")[:2])}
