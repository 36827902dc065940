"""OpenAI images: generations and edits, answered at once (providers.md 3.2–3.4)."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Mode, Role
from botapp.providers.base import (
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    InputFile,
    Job,
    Media,
    Outcome,
    Part,
    Provider,
    ProviderError,
)
from botapp.providers.json_paths import find, find_text
from botapp.providers.openai_errors import CODE, CODES, MESSAGE
from botapp.providers.refusals import failure_of_status, read_json, retry_after_s

# High quality takes up to three minutes, and a dropped connection is billed and lost.
TIMEOUT_S = 300.0
SQUARE_PX = 1024
LONG_SIDE_PX = 1536
# Both sides of a picture are multiples of this.
SIDE_STEP_PX = 16


@dataclass(frozen=True)
class OpenAI(Provider):
    """Synchronous: the answer to the submit is all pictures, in base64."""

    api_key: str
    base_url: str

    slug: ClassVar[str] = "openai"

    def build_submit(self, job: Job) -> HttpCall:
        url = f"{self.base_url.rstrip('/')}/v1/images"
        headers = {"Authorization": f"Bearer {self.api_key}"}
        asked = _asked(job)
        if job.mode is not Mode.IMAGE_TO_IMAGE:
            return HttpCall("POST", f"{url}/generations", headers, TIMEOUT_S, json_body=asked)
        form = {name: str(value) for name, value in asked.items()}
        return HttpCall(
            "POST", f"{url}/edits", headers, TIMEOUT_S, form=form, parts=tuple(_parts(job))
        )

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        body = read_json(answer)
        if answer.status != 200:
            raise _refusal(answer, body)
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "HTTP 200 without pictures or an error")
        media = tuple(_media(body))
        if not media:
            raise ProviderError(Failure.EMPTY_RESULT, "the list of pictures is empty")
        return Finished(media=media, metadata={"usage": body.get("usage")})


def size_of(ratio: str) -> str:
    """`16:9` → `1536x864`: the long side is given, the short one is the nearest multiple of 16."""
    width, height = (int(part) for part in ratio.split(":"))
    if width == height:
        return f"{SQUARE_PX}x{SQUARE_PX}"
    steps = LONG_SIDE_PX * min(width, height) / max(width, height) / SIDE_STEP_PX
    short = round(steps) * SIDE_STEP_PX
    return f"{LONG_SIDE_PX}x{short}" if width > height else f"{short}x{LONG_SIDE_PX}"


def _asked(job: Job) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "model": job.provider_model,
        "prompt": job.prompt,
        "n": job.params.get("count", 1),
        # The one format that can be transparent and loses nothing.
        "output_format": "png",
    }
    if ratio := job.params.get("aspect_ratio"):
        asked["size"] = size_of(str(ratio))
    for name in ("quality", "background"):
        if job.params.get(name):
            asked[name] = job.params[name]
    return asked


def _parts(job: Job) -> Iterator[Part]:
    """One picture is `image`, several are `image[]`; a mask belongs to the first."""
    pictures = job.inputs_of(Role.IMAGE)
    if not pictures:
        raise ProviderError(Failure.BAD_INPUT, "no picture to edit")
    name = "image" if len(pictures) == 1 else "image[]"
    for number, file in enumerate(pictures, start=1):
        yield _part(name, f"image-{number}", file)
    for file in job.inputs_of(Role.MASK):
        yield _part("mask", "mask", file)


def _part(name: str, stem: str, file: InputFile) -> Part:
    filename = f"{stem}.{file.mime_type.rpartition('/')[2]}"
    return Part(name=name, filename=filename, data=file.data, mime_type=file.mime_type)


def _media(body: dict[str, Any]) -> Iterator[Media]:
    mime_type = f"image/{body.get('output_format') or 'png'}"
    for item in body["data"]:
        encoded = find(item, "b64_json")
        if not encoded:
            continue
        try:
            data = base64.b64decode(str(encoded), validate=True)
        except binascii.Error as error:
            raise ProviderError(Failure.EMPTY_RESULT, "the picture is not base64") from error
        yield Media(data=data, mime_type=mime_type)


def _refusal(answer: HttpAnswer, body: Any) -> ProviderError:
    code, message = find_text(body, CODE), find_text(body, MESSAGE)
    failure = CODES.get(code) or failure_of_status(answer.status, message)
    detail = f"HTTP {answer.status} {code} {message}"
    return ProviderError(failure, detail, retry_after_s=retry_after_s(answer, message))
