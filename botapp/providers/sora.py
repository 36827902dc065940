"""Videos API as OpenAI had it and resellers imitate it (providers.md 3.6)."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from PIL import Image, ImageOps

from botapp.catalog.vocabulary import Role
from botapp.providers.base import (
    Failure,
    Finished,
    HttpCall,
    InputFile,
    Job,
    Media,
    Outcome,
    Part,
    ProviderError,
)
from botapp.providers.json_paths import find_text
from botapp.providers.openai_errors import CODE, CODES, MESSAGE
from botapp.providers.queue import SUBMIT_TIMEOUT_S, QueueProvider
from botapp.providers.queue_api import QueueApi, State

SIZES = {"9:16": (720, 1280), "16:9": (1280, 720)}


@dataclass(frozen=True)
class Sora(QueueProvider):
    """The film itself is at an address that wants the key."""

    slug: ClassVar[str] = "sora"
    api: ClassVar[QueueApi] = QueueApi(
        submit="POST /v1/videos",
        poll="GET /v1/videos/{id}",
        result="GET /v1/videos/{id}/content",
        job_id="id",
        status="status",
        statuses={
            "queued": State.QUEUED,
            "in_progress": State.RUNNING,
            "completed": State.DONE,
            "failed": State.FAILED,
        },
        poll_after_s=10.0,
        progress="progress",
        code=CODE,
        message=MESSAGE,
        job_code=CODE,
        job_message=MESSAGE,
        codes=CODES,
    )

    def build_submit(self, job: Job) -> HttpCall:
        width, height = SIZES.get(str(job.params.get("aspect_ratio")), SIZES["9:16"])
        form = {
            "model": job.provider_model,
            "prompt": job.prompt,
            "seconds": str(job.params.get("duration", 4)),
            "size": f"{width}x{height}",
        }
        parts = tuple(_fitted(file, (width, height)) for file in job.inputs_of(Role.FIRST_FRAME))
        call = self.call(self.api.submit, {})
        return replace(call, timeout_s=SUBMIT_TIMEOUT_S, form=form, parts=parts)

    def read_done(self, body: Any, metadata: Mapping[str, Any]) -> Outcome:
        call = self.call(self.api.result, {**metadata, "id": find_text(body, self.api.job_id)})
        return Finished(
            (Media(url=call.url, download_headers=call.headers, mime_type="video/mp4"),)
        )


def _fitted(file: InputFile, size: tuple[int, int]) -> Part:
    """The first frame must have exactly the film's size: its middle is taken."""
    try:
        with Image.open(io.BytesIO(file.data)) as picture:
            fitted = ImageOps.fit(picture.convert("RGB"), size)
    except (OSError, Image.DecompressionBombError) as error:
        raise ProviderError(Failure.BAD_INPUT, "the first frame is no picture") from error
    written = io.BytesIO()
    fitted.save(written, "PNG")
    return Part("input_reference", "first-frame.png", written.getvalue(), "image/png")
