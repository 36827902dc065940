"""kie.ai, jobs of any of its models (providers.md 7.3)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from botapp.providers import kie_words
from botapp.providers.base import Callback, HttpAnswer, Job
from botapp.providers.model_input import model_input
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State


@dataclass(frozen=True)
class Kie(QueueProvider):
    """One result a job; fetches its inputs."""

    webhook_key: str = ""

    slug: ClassVar[str] = "kie"
    one_result_per_call: ClassVar[bool] = True
    needs_input_urls: ClassVar[bool] = True
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        submit="POST /api/v1/jobs/createTask",
        poll="GET /api/v1/jobs/recordInfo?taskId={id}",
        job_id="data.taskId",
        status="data.state",
        statuses={
            "waiting": State.QUEUED,
            "queuing": State.QUEUED,
            "generating": State.RUNNING,
            "success": State.DONE,
            "fail": State.FAILED,
        },
        poll_after_s=5.0,
        results="data.resultJson.resultUrls",
        callback_job_id=kie_words.CALLBACK_JOB_ID,
        code="code",
        good_codes=kie_words.GOOD_CODES,
        message="msg",
        job_code="data.failCode",
        job_message="data.failMsg",
        words=kie_words.WORDS,
    )

    def build_body(self, job: Job) -> dict[str, Any]:
        asked = {"model": job.provider_model, "input": model_input(job)}
        return asked | ({"callBackUrl": job.callback_url} if job.callback_url else {})

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        if self.webhook_key:
            kie_words.verify(self.webhook_key, callback)
