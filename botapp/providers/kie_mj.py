"""Midjourney through kie.ai (providers.md 6.1)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Mode
from botapp.providers import kie_words
from botapp.providers.base import Callback, HttpAnswer, Job
from botapp.providers.midjourney_words import parent_of, without_flags
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State

TASK_TYPES = {
    Mode.TEXT_TO_IMAGE: "mj_txt2img",
    Mode.IMAGE_TO_IMAGE: "mj_img2img",
    Mode.IMAGE_TO_VIDEO: "mj_video",
}
FOLLOW_UPS = {
    Mode.UPSCALE: "POST /api/v1/mj/upscale",
    Mode.VARIATION: "POST /api/v1/mj/vary",
}
# Ours → theirs.
PARAMS = {
    "aspect_ratio": "aspectRatio",
    "version": "version",
    "speed": "speed",
    "stylization": "stylization",
    "weirdness": "weirdness",
    "variety": "variety",
    "motion": "motion",
}


@dataclass(frozen=True)
class KieMidjourney(QueueProvider):
    """Four pictures a job, each its own file; an upscale or a film brings one."""

    webhook_key: str = ""

    slug: ClassVar[str] = "kie_mj"
    needs_input_urls: ClassVar[bool] = True
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        submit="POST /api/v1/mj/generate",
        submit_by_mode=FOLLOW_UPS,
        poll="GET /api/v1/mj/record-info?taskId={id}",
        job_id="data.taskId",
        status="data.successFlag",
        # 3: made, but the generation failed.
        statuses={"0": State.RUNNING, "1": State.DONE, "2": State.FAILED, "3": State.FAILED},
        poll_after_s=20.0,
        results="data.resultInfoJson.resultUrls.*.resultUrl",
        callback_job_id=kie_words.CALLBACK_JOB_ID,
        code="code",
        good_codes=kie_words.GOOD_CODES,
        message="msg",
        job_code="data.errorCode",
        job_message="data.errorMessage",
        words=kie_words.WORDS,
    )

    def build_body(self, job: Job) -> dict[str, Any]:
        asked = _follow_up(job) if job.mode in FOLLOW_UPS else _generation(job)
        return asked | ({"callBackUrl": job.callback_url} if job.callback_url else {})

    def verify(self, callback: Callback, keys: HttpAnswer | None) -> None:
        if self.webhook_key:
            kie_words.verify(self.webhook_key, callback)


def _follow_up(job: Job) -> dict[str, Any]:
    parent = parent_of(job)
    return {"taskId": parent.provider_job_id, "index": parent.result_index}


def _generation(job: Job) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "taskType": TASK_TYPES[job.mode],
        "prompt": without_flags(job.prompt),
        "waterMark": "",
        # Midjourney understands English.
        "enableTranslation": not job.prompt.isascii(),
    }
    asked |= {theirs: job.params[ours] for ours, theirs in PARAMS.items() if ours in job.params}
    if job.inputs:
        asked["fileUrls"] = [file.url for file in job.inputs]
    if job.mode is Mode.IMAGE_TO_VIDEO:
        asked["videoBatchSize"] = job.params.get("count", 1)
    return asked
