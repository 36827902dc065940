"""Replicate: predictions of official models, one result each (providers.md 7.2)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from botapp.providers.base import Accepted, Callback, Failure, HttpAnswer, HttpCall, Job
from botapp.providers.json_paths import find, find_text
from botapp.providers.model_input import model_input
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State
from botapp.providers.refusals import read_json
from botapp.providers.signatures import verify_standard_webhook


@dataclass(frozen=True)
class Replicate(QueueProvider):
    """Takes addresses of inputs: files inside the request are for small ones only."""

    slug: ClassVar[str] = "replicate"
    one_result_per_call: ClassVar[bool] = True
    needs_input_urls: ClassVar[bool] = True
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        submit="POST /v1/models/{model}/predictions",
        poll="GET /v1/predictions/{id}",
        cancel="POST /v1/predictions/{id}/cancel",
        recovery="GET /v1/predictions",
        job_id="id",
        callback_job_id="id",
        status="status",
        statuses={
            "starting": State.QUEUED,
            "queued": State.QUEUED,
            "processing": State.RUNNING,
            "succeeded": State.DONE,
            "failed": State.FAILED,
            "canceled": State.CANCELLED,
            "aborted": State.CANCELLED,
        },
        poll_after_s=3.0,
        # One address, a list of them, or an object that holds them.
        results="output.*|output",
        message="detail|title",
        job_message="error",
        # There is no code: a refusal is known by its words only.
        words={r"\bNSFW\b|flagged|sensitive|\bE005\b|\bsafety\b": Failure.POLICY},
    )

    def build_body(self, job: Job) -> Any:
        body: dict[str, Any] = {"input": model_input(job)}
        if job.callback_url:
            body |= {"webhook": job.callback_url, "webhook_events_filter": ["completed"]}
        return body

    def read_cancel(self, answer: HttpAnswer) -> bool:
        status = find_text(read_json(answer), self.api.status)
        return answer.status == 200 and self.api.statuses.get(status) is State.CANCELLED

    def read_recovery(self, answer: HttpAnswer, reference: str) -> Accepted | None:
        """Our number stands in the callback address of the job: the newest jobs are looked over."""
        listed = find(self.checked(answer), "results")
        for item in listed if isinstance(listed, list) else []:
            job_id = find_text(item, "id")
            if job_id and reference in find_text(item, "webhook"):
                return Accepted(job_id, poll_after_s=0.0)
        return None

    def build_callback_keys(self) -> HttpCall | None:
        return self.call("GET /v1/webhooks/default/secret", {})

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        secret = find_text(read_json(keys), "key") if keys else ""
        verify_standard_webhook(secret, callback)
