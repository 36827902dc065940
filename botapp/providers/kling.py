"""Kling, the new standard: films from words, frames, samples and films (providers.md 4.2, 4.5)."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Mode, Role
from botapp.providers import kling_words
from botapp.providers.base import (
    Accepted,
    Callback,
    Failure,
    HttpAnswer,
    HttpCall,
    InputFile,
    Job,
    ProviderError,
)
from botapp.providers.json_paths import find_text
from botapp.providers.queue import SUBMIT_TIMEOUT_S, QueueProvider
from botapp.providers.queue_api import QueueApi, State
from botapp.providers.refusals import at_poll
from botapp.providers.signatures import verify_standard_webhook

OMNI_MODELS = frozenset({"kling-3.0-omni", "kling-o1"})
# Elsewhere the picture or the film decides.
MODES_WITH_RATIO = frozenset({Mode.TEXT_TO_VIDEO, Mode.REFERENCES_TO_VIDEO})
CONTENT_TYPES = {
    Role.FIRST_FRAME: "first_frame",
    Role.LAST_FRAME: "last_frame",
    Role.REFERENCE: "refer_image",
    Role.VIDEO: "base_video",
}


@dataclass(frozen=True)
class Kling(QueueProvider):
    """Films are taken by address only, pictures as base64."""

    webhook_secret: str = ""

    slug: ClassVar[str] = "kling"
    needs_input_urls: ClassVar[bool] = True
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        submit="POST /text-to-video/{model}",
        submit_by_mode=dict.fromkeys(
            (Mode.IMAGE_TO_VIDEO, Mode.FRAMES_TO_VIDEO), "POST /image-to-video/{model}"
        ),
        poll="GET /tasks?task_ids={id}",
        recovery="GET /tasks?external_task_ids={reference}",
        job_id="data.id",
        status="data.0.status",
        statuses={
            "submitted": State.QUEUED,
            "processing": State.RUNNING,
            "succeeded": State.DONE,
            "failed": State.FAILED,
        },
        poll_after_s=kling_words.POLL_AFTER_S,
        results="data.0.outputs.*.url",
        callback_job_id="id",
        code="code",
        good_codes=frozenset({"0"}),
        message="message",
        job_message="data.0.message",
        codes=kling_words.CODES,
        words=kling_words.WORDS,
    )

    def build_submit(self, job: Job) -> HttpCall:
        call = self.call(_endpoint(job), {"model": job.provider_model}, self.build_body(job))
        return replace(call, timeout_s=SUBMIT_TIMEOUT_S)

    def build_body(self, job: Job) -> dict[str, Any]:
        is_plain = job.mode is Mode.TEXT_TO_VIDEO and job.provider_model not in OMNI_MODELS
        asked = {"prompt": job.prompt} if is_plain else {"contents": _contents(job)}
        return asked | {"settings": _settings(job), "options": _options(job)}

    def state_of(self, body: Any) -> State:
        if isinstance(body, dict) and body.get("data") == []:
            raise ProviderError(Failure.EMPTY_RESULT, "the provider does not know the task")
        return super().state_of(body)

    def read_recovery(self, answer: HttpAnswer, reference: str) -> Accepted | None:
        try:
            body = self.checked(answer)
        except ProviderError as error:
            raise at_poll(error) from error
        is_ours = find_text(body, "data.0.external_id") == reference
        job_id = find_text(body, "data.0.id")
        return Accepted(job_id, self.api.poll_after_s) if is_ours and job_id else None

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        if self.webhook_secret:
            verify_standard_webhook(self.webhook_secret, callback)


def _endpoint(job: Job) -> str:
    if job.provider_model in OMNI_MODELS:
        return "POST /omni-video/{model}"
    return Kling.api.submit_by_mode.get(job.mode, Kling.api.submit)


def _contents(job: Job) -> list[dict[str, Any]]:
    said = [{"type": "prompt", "text": job.prompt}] if job.prompt else []
    return said + [
        {"type": type_, "url": _address(file)}
        for role, type_ in CONTENT_TYPES.items()
        for file in job.inputs_of(role)
    ]


def _address(file: InputFile) -> str:
    return file.url if file.role is Role.VIDEO else kling_words.picture(file)


def _settings(job: Job) -> dict[str, Any]:
    settings: dict[str, Any] = {
        name: job.params[name] for name in ("resolution", "duration") if name in job.params
    }
    if job.mode in MODES_WITH_RATIO and "aspect_ratio" in job.params:
        settings["aspect_ratio"] = job.params["aspect_ratio"]
    if "audio" in job.params:
        # A film that is changed keeps the sound it came with.
        sound = "original" if job.mode is Mode.VIDEO_TO_VIDEO else "native"
        settings["audio"] = sound if job.params["audio"] else "off"
    return settings


def _options(job: Job) -> dict[str, Any]:
    options: dict[str, Any] = {
        "external_task_id": job.reference,
        "watermark_info": {"enabled": False},
    }
    if job.callback_url:
        options["callback_url"] = job.callback_url
    return options
