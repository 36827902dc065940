"""Kling's older routes, where the second generation of its models lives (providers.md 4.1, 4.3)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import jwt

from botapp.catalog.vocabulary import Mode, Role
from botapp.providers import kling_words
from botapp.providers.base import (
    Accepted,
    Callback,
    Failure,
    HttpAnswer,
    HttpCall,
    Job,
    Outcome,
    ProviderError,
)
from botapp.providers.json_paths import find_text
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State
from botapp.providers.refusals import at_poll
from botapp.providers.signatures import verify_standard_webhook

FROM_TEXT, FROM_IMAGE = "text2video", "image2video"
FRAMES_MODES = (Mode.IMAGE_TO_VIDEO, Mode.FRAMES_TO_VIDEO)
MODE_BY_RESOLUTION = {"720p": "std", "1080p": "pro"}
TOKEN_LIFETIME_S = 1800
# A task may show up this long after its submit was cut off (providers.md 4.5).
SEARCH_AGAIN_S = 20.0
# Their clock may be a little behind ours.
TOKEN_EARLIER_S = 5
# Not valid yet, and expired.
TOKEN_TIME_CODES = frozenset({"1003", "1004"})


@dataclass(frozen=True)
class KlingLegacy(QueueProvider):
    """Proves itself with the API key, or with a fresh JWT for each call.

    The book of tasks is asked per kind of task, so the path of the submit is kept.
    """

    webhook_secret: str = ""
    access_key: str = ""
    secret_key: str = ""
    clock: Callable[[], float] = time.time

    slug: ClassVar[str] = "kling_legacy"
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        submit=f"POST /v1/videos/{FROM_TEXT}",
        submit_by_mode=dict.fromkeys(FRAMES_MODES, f"POST /v1/videos/{FROM_IMAGE}"),
        poll="GET /v1/videos/{path}/{id}",
        recovery=f"GET /v1/videos/{FROM_IMAGE}/{{reference}}",
        job_id="data.task_id",
        status="data.task_status",
        statuses={
            "submitted": State.QUEUED,
            "processing": State.RUNNING,
            "succeed": State.DONE,
            "failed": State.FAILED,
        },
        poll_after_s=kling_words.POLL_AFTER_S,
        results="data.task_result.videos.*.url",
        callback_job_id="task_id",
        code="code",
        good_codes=frozenset({"0"}),
        message="message",
        job_message="data.task_status_msg",
        codes=kling_words.CODES,
        words=kling_words.WORDS,
    )

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_key or self._token()}"}

    def build_body(self, job: Job) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "model_name": job.provider_model,
            "prompt": job.prompt,
            "external_task_id": job.reference,
        }
        if job.callback_url:
            asked["callback_url"] = job.callback_url
        return asked | _options(job) | _frames(job)

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        outcome = super().read_submit(answer)
        path = FROM_IMAGE if answer.url.endswith(f"/{FROM_IMAGE}") else FROM_TEXT
        if isinstance(outcome, Accepted):
            return replace(outcome, metadata={"path": path})
        return outcome

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall:
        """Of a job that only its callback revealed we know no more than the `mode` asked for."""
        guess = FROM_IMAGE if metadata.get("mode") in FRAMES_MODES else FROM_TEXT
        return super().build_poll(provider_job_id, {"path": guess, **metadata})

    def read_recovery(self, answer: HttpAnswer, reference: str) -> Accepted | None:
        """What is not among the films from pictures is asked for, by our reference, among those
        from words; the next poll tells whether it is there."""
        try:
            body = self.checked(answer)
        except ProviderError as error:
            if error.failure is not Failure.MODEL_GONE:
                raise at_poll(error) from error
            return Accepted(reference, SEARCH_AGAIN_S, {"path": FROM_TEXT})
        job_id = find_text(body, self.api.job_id)
        return Accepted(job_id, self.api.poll_after_s, {"path": FROM_IMAGE}) if job_id else None

    def failure_by(self, code: str, message: str) -> Failure | None:
        if code in TOKEN_TIME_CODES and not self.api_key:
            # The next call brings a fresh token.
            return Failure.TRANSIENT
        return super().failure_by(code, message)

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        if self.webhook_secret:
            verify_standard_webhook(self.webhook_secret, callback)

    def _token(self) -> str:
        now = int(self.clock())
        claims = {
            "iss": self.access_key,
            "exp": now + TOKEN_LIFETIME_S,
            "nbf": now - TOKEN_EARLIER_S,
        }
        return jwt.encode(claims, self.secret_key, algorithm="HS256")


def _options(job: Job) -> dict[str, Any]:
    options: dict[str, Any] = {
        name: job.params[name] for name in ("negative_prompt",) if job.params.get(name)
    }
    if "duration" in job.params:
        options["duration"] = str(job.params["duration"])
    if "resolution" in job.params:
        options["mode"] = MODE_BY_RESOLUTION[str(job.params["resolution"])]
    if "audio" in job.params:
        options["sound"] = "on" if job.params["audio"] else "off"
    if "aspect_ratio" in job.params and not job.inputs:
        options["aspect_ratio"] = job.params["aspect_ratio"]
    return options


def _frames(job: Job) -> dict[str, str]:
    names = {Role.FIRST_FRAME: "image", Role.LAST_FRAME: "image_tail"}
    return {
        name: kling_words.picture(file)
        for role, name in names.items()
        for file in job.inputs_of(role)
    }
