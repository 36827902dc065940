"""What the queue and the models answer (facts: provider notes, section 7.1)."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from sandbox.drawing import Order
from sandbox.fal import errors
from sandbox.fal.catalog import MODELS
from sandbox.fal.errors import FalError
from sandbox.jobs import Failure, Film, Job, Media, State, Still, Word


@dataclass(frozen=True, slots=True)
class Black:
    """What a model that blackens gives instead of an indecent picture."""

    width: int
    height: int
    mime: str = "image/png"
    filename: str = "image.png"

    def draw(self) -> bytes:
        written = io.BytesIO()
        Image.new("RGB", (self.width, self.height)).save(written, "PNG")
        return written.getvalue()


def addresses(job: Job) -> dict[str, str]:
    app = "/".join(job.model.split("/")[:2])
    root = f"{job.base_url}/fal/{app}/requests/{job.id}"
    return {
        "response_url": root,
        "status_url": f"{root}/status",
        "cancel_url": f"{root}/cancel",
    }


def failure_of(job: Job) -> FalError | None:
    """The answer of a job that ended badly, in the words of its model."""
    if job.end is State.CANCELLED:
        return errors.was_cancelled()
    flaw: FalError | None = job.facts["flaw"]
    if flaw is not None:
        return flaw
    if job.failure is Failure.POLICY:
        return None if MODELS[job.model].blackens else errors.indecent_result()
    if job.failure is Failure.PROVIDER:
        return errors.model_broke()
    return errors.no_media() if Word.NO_IMAGE in job.words else None


def result_of(job: Job, media: Media) -> dict[str, Any]:
    """The output of the model, as its schema has it."""
    if job.failure is Failure.POLICY:
        return _blackened(job, media)
    urls = media.urls(job)
    if isinstance(job.works[0], Film):
        return {"video": _file(urls[0], job.works[0].mime)}
    shown: dict[str, Any] = {
        "images": [
            _picture(url, work.mime, work.order)
            for url, work in zip(urls, job.works, strict=True)
            if isinstance(work, Still)
        ]
    }
    if job.facts["seed"] is not None:
        shown["seed"] = job.facts["seed"]
    if MODELS[job.model].blackens:
        shown["has_nsfw_concepts"] = [False] * len(urls)
    return shown


def _blackened(job: Job, media: Media) -> dict[str, Any]:
    images = []
    for work in job.works:
        if isinstance(work, Still):
            path = media.publish(Black(work.order.width, work.order.height))
            images.append(_picture(job.base_url + path, "image/png", work.order))
    return {"images": images, "has_nsfw_concepts": [True] * len(images)}


def _picture(url: str, mime: str, order: Order) -> dict[str, Any]:
    return _file(url, mime) | {"width": order.width, "height": order.height}


def _file(url: str, mime: str) -> dict[str, Any]:
    name = url.rpartition("/")[2]
    return {"url": url, "content_type": mime, "file_name": name, "file_size": None}
