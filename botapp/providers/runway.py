"""Runway: films from a picture, from words, from a film (providers.md section 5)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Mode, Role
from botapp.providers.base import Failure, HttpAnswer, Job, ProviderError
from botapp.providers.model_input import address, is_given
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State

# Film sizes by ratio, the same for gen4_turbo and gen4.5.
SIZES = {
    "16:9": "1280:720",
    "9:16": "720:1280",
    "1:1": "960:960",
    "4:3": "1104:832",
    "3:4": "832:1104",
    "21:9": "1584:672",
}


@dataclass(frozen=True)
class Runway(QueueProvider):
    """Takes addresses of inputs: files inside the request are limited to 5 MB."""

    slug: ClassVar[str] = "runway"
    needs_input_urls: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        headers={"X-Runway-Version": "2024-11-06"},
        submit="POST /v1/image_to_video",
        submit_by_mode={
            Mode.TEXT_TO_VIDEO: "POST /v1/text_to_video",
            Mode.VIDEO_TO_VIDEO: "POST /v1/video_to_video",
        },
        poll="GET /v1/tasks/{id}",
        cancel="DELETE /v1/tasks/{id}",
        job_id="id",
        status="status",
        statuses={
            "PENDING": State.QUEUED,
            # Above our concurrency: it starts by itself.
            "THROTTLED": State.QUEUED,
            "RUNNING": State.RUNNING,
            "SUCCEEDED": State.DONE,
            "FAILED": State.FAILED,
            "CANCELLED": State.CANCELLED,
        },
        poll_after_s=6.0,
        results="output",
        progress="progress",
        progress_scale=100.0,
        estimate="estimatedCost.credits",
        cost="cost.credits",
        usd_per_unit=0.01,
        message="error",
        job_code="failureCode",
        job_message="failure",
        words={
            "not have enough credits": Failure.NO_PROVIDER_MONEY,
            r"^SAFETY\b": Failure.POLICY,
            r"^INPUT_PREPROCESSING\.SAFETY": Failure.POLICY,
            r"^ASSET\b": Failure.BAD_INPUT,
        },
    )

    def build_body(self, job: Job) -> Any:
        body: dict[str, Any] = {"model": job.provider_model}
        if job.prompt:
            body["promptText"] = job.prompt
        if is_given("seed", job.params.get("seed")):
            body["seed"] = job.params["seed"]
        return body | (_of_film(job) if job.mode is Mode.VIDEO_TO_VIDEO else _of_picture(job))

    def read_cancel(self, answer: HttpAnswer) -> bool:
        return answer.status == 204


def _of_picture(job: Job) -> dict[str, Any]:
    ratio = str(job.params.get("aspect_ratio", "16:9"))
    body: dict[str, Any] = {
        "ratio": SIZES.get(ratio, ratio),
        "duration": job.params.get("duration", 5),
    }
    if frames := job.inputs_of(Role.FIRST_FRAME):
        body["promptImage"] = address(frames[0])
    return body


def _of_film(job: Job) -> dict[str, Any]:
    films = job.inputs_of(Role.VIDEO)
    if not films:
        raise ProviderError(Failure.BAD_INPUT, "no film to work on")
    body: dict[str, Any] = {"videoUri": address(films[0])}
    if job.params.get("aspect_ratio", "auto") != "auto":
        body["targetAspectRatio"] = job.params["aspect_ratio"]
    if guides := job.inputs_of(Role.REFERENCE):
        # The film begins like the picture.
        body["keyframes"] = [{"seconds": 0, "uri": address(file)} for file in guides]
    return body
