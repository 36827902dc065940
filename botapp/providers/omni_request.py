"""The body of an interaction that makes a film: what is asked and how the prompt names its files.

Facts: providers.md section 1.8; names in prompts: the Omni prompt guide of 2026-09-18.
"""

from typing import Any

from botapp.catalog.vocabulary import Mode, Role
from botapp.providers.base import Failure, InputFile, Job, ProviderError
from botapp.providers.google import check_size, inline, video_mime

TASKS = {
    Mode.TEXT_TO_VIDEO: "text_to_video",
    Mode.IMAGE_TO_VIDEO: "image_to_video",
    Mode.FRAMES_TO_VIDEO: "image_to_video",
    Mode.REFERENCES_TO_VIDEO: "reference_to_video",
    Mode.VIDEO_TO_VIDEO: "edit",
    Mode.EXTEND: "extend",
}
LABEL_LENGTH_MAX = 63

_ORDER = (Role.FIRST_FRAME, Role.LAST_FRAME, Role.VIDEO, Role.REFERENCE)
_FRAME_TAGS = {Role.FIRST_FRAME: "<FIRST_FRAME>", Role.LAST_FRAME: "<LAST_FRAME>"}


def build_body(job: Job) -> dict[str, Any]:
    """Raises ProviderError(BAD_INPUT) for a job that Omni has no word for."""
    if job.mode not in TASKS:
        raise ProviderError(Failure.BAD_INPUT, f"no films by {job.mode}")
    files = _files(job)
    check_size(files)
    text = " ".join([*_tags(files), job.prompt])
    body: dict[str, Any] = {
        "model": job.provider_model,
        "background": True,
        "store": True,
        "generation_config": {"video_config": {"task": TASKS[job.mode]}},
        "input": [
            {
                "type": "user_input",
                "content": [*map(_content, files), {"type": "text", "text": text}],
            }
        ],
        "response_format": _response_format(job),
        "labels": {"job": job.reference.lower()[:LABEL_LENGTH_MAX]},
    }
    if job.parent:
        body["previous_interaction_id"] = job.parent.provider_job_id
    if job.callback_url:
        metadata = {"job": job.reference}
        body["webhook_config"] = {"uris": [job.callback_url], "user_metadata": metadata}
    return body


def _files(job: Job) -> tuple[InputFile, ...]:
    """In the order the tags count them; an interaction that is continued has its film already."""
    roles = _ORDER[:2] + _ORDER[3:] if job.parent else _ORDER
    return tuple(file for role in roles for file in job.inputs_of(role))


def _tags(files: tuple[InputFile, ...]) -> list[str]:
    """Frames by their simple tags; references by a declaration, since the person's own words
    do not name them."""
    tags: list[str] = []
    references: list[str] = []
    for number, file in enumerate((f for f in files if f.role is not Role.VIDEO), start=1):
        if file.role is Role.REFERENCE:
            references.append(f"<IMAGE_REF_{len(references)}>@Image{number}")
        else:
            tags.append(_FRAME_TAGS[file.role])
    return [*tags, f"[# References {' '.join(references)}]"] if references else tags


def _content(file: InputFile) -> dict[str, str]:
    kind = "video" if file.role is Role.VIDEO else "image"
    return {"type": kind, "mime_type": video_mime(file.mime_type), "data": inline(file)}


def _response_format(job: Job) -> dict[str, str]:
    """A film larger than 4 MB does not fit into an answer: it is always asked for as a file."""
    asked = {"type": "video", "delivery": "uri"}
    for name in ("aspect_ratio", "resolution"):
        if job.params.get(name):
            asked[name] = str(job.params[name])
    if job.params.get("duration"):
        asked["duration"] = f"{job.params['duration']}s"
    return asked
