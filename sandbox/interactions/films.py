"""From an interaction to the film it orders; refuses what Omni refuses (notes, section 1.8)."""

import re
from dataclasses import dataclass

from sandbox.film import FilmOrder, SourceUse
from sandbox.interactions.body import Body
from sandbox.interactions.models import (
    IMAGES_MAX,
    RATIOS,
    SECONDS_MIN,
    SIZES,
    STEP_SECONDS_MAX,
    TASKS,
    UPLOADED_SECONDS_MAX,
    WHOLE_SECONDS_MAX,
    FilmModel,
)
from sandbox.interactions.refusals import invalid
from sandbox.jobs import Film, Opened, without_words

_DECLARATION = re.compile(r"\[# (?:Sources|References)[^\]]*\]")
_TAG = re.compile(r"<(FIRST_FRAME|LAST_FRAME|PREVIOUS_VIDEO|VIDEO_\d+|IMAGE_REF_\d+)>(?:@\w+)?")
_NEEDS_A_FILM = ("edit", "extend", "upscale")


@dataclass(frozen=True, slots=True)
class Previous:
    """The film of the interaction that is continued, and how long it has grown."""

    content: bytes
    width: int
    height: int
    seconds: float


def order_film(body: Body, model: FilmModel, previous: Previous | None) -> tuple[Film, float]:
    """The film, and how long it is together with those it goes on from.

    Raises InteractionError.
    """
    task = _task(body, previous)
    source = _source(body, previous)
    _check(body, task, source)
    seconds = _seconds(body, model, task, source)
    whole_s = seconds + (source.seconds if source and task == "extend" else 0.0)
    if whole_s > WHOLE_SECONDS_MAX:
        raise invalid(f"Films can be extended to {WHOLE_SECONDS_MAX} seconds at most.")
    width, height = _size(body, source)
    first, last, references = _roles(body, task)
    return Film(
        FilmOrder(
            prompt=_plain(body.text),
            model=model.title,
            width=width,
            height=height,
            seconds=seconds,
            sound=True,
            labels=_labels(body, task),
            variation="" if body.seed is None else f"seed {body.seed}",
            first_frame=first,
            last_frame=last,
            references=references,
            source=source.content if source else None,
            source_use=SourceUse.CONTINUE if task == "extend" else SourceUse.RECOLOR,
        )
    ), whole_s


def _task(body: Body, previous: Previous | None) -> str:
    task = str(body.video_config.get("task") or "")
    if task and task not in TASKS:
        raise invalid(f"'task' must be one of {', '.join(TASKS)}.")
    if task:
        return task
    if body.videos or previous:
        return "extend" if re.search("extend|continu", body.text, re.IGNORECASE) else "edit"
    tagged = "<IMAGE_REF_" in body.text
    return "text_to_video" if not body.images else _FROM_IMAGES[tagged]


_FROM_IMAGES = {True: "reference_to_video", False: "image_to_video"}


def _source(body: Body, previous: Previous | None) -> Previous | Opened | None:
    if previous and body.videos:
        raise invalid("A previous interaction and an uploaded video exclude each other.")
    return previous or next(iter(body.videos), None)


def _check(body: Body, task: str, source: Previous | Opened | None) -> None:
    if not _plain(body.text) and task == "text_to_video":
        raise invalid("'input' has no prompt.")
    if len(body.videos) > 1 or len(body.images) > IMAGES_MAX:
        raise invalid(f"At most one video and {IMAGES_MAX} images.")
    if task in _NEEDS_A_FILM and source is None:
        raise invalid(f"Task '{task}' needs a video or a previous interaction.")
    if task.startswith(("image", "reference")) and not body.images:
        raise invalid(f"Task '{task}' needs an image.")
    if task == "text_to_video" and (body.images or source):
        raise invalid("Task 'text_to_video' takes no media.")
    if "<LAST_FRAME>" in body.text and "<FIRST_FRAME>" not in body.text:
        raise invalid("<LAST_FRAME> must be used together with <FIRST_FRAME>.")
    if isinstance(source, Opened) and source.seconds > UPLOADED_SECONDS_MAX:
        raise invalid("Uploaded videos must be 10 seconds or shorter.")


def _seconds(body: Body, model: FilmModel, task: str, source: Previous | Opened | None) -> float:
    asked = str(body.format.get("duration") or "")
    if not asked:
        keeps = source is not None and task != "extend"
        return source.seconds if source and keeps else float(model.seconds_usual)
    short = task == "extend" or "<LAST_FRAME>" in body.text
    longest = min(STEP_SECONDS_MAX, model.seconds_max) if short else model.seconds_max
    is_number = re.fullmatch(r"\d+s", asked) is not None
    if not is_number or not SECONDS_MIN <= int(asked[:-1]) <= longest:
        raise invalid(f"'duration' must be from {SECONDS_MIN}s to {longest}s, not '{asked}'.")
    return float(asked[:-1])


def _size(body: Body, source: Previous | Opened | None) -> tuple[int, int]:
    """A film that is changed or continued keeps its way up; a picture lends it its own."""
    resolution = str(body.format.get("resolution") or "720p")
    ratio = str(body.format.get("aspect_ratio") or "")
    if resolution not in SIZES:
        raise invalid(f"'resolution' must be one of {', '.join(SIZES)}.")
    if ratio and ratio not in RATIOS:
        raise invalid(f"'aspect_ratio' must be one of {', '.join(RATIOS)}.")
    short, long = SIZES[resolution]
    like = source or next(iter(body.images), None)
    upright = ratio == "9:16" if ratio else like is not None and like.height > like.width
    return (short, long) if upright else (long, short)


def _roles(body: Body, task: str) -> tuple[bytes | None, bytes | None, tuple[bytes, ...]]:
    """First frame, last frame and references among the images: the first ones are the frames."""
    images = [image.content for image in body.images]
    starts = "<FIRST_FRAME>" in body.text or task == "image_to_video"
    first = images.pop(0) if images and starts else None
    last = images.pop(0) if images and "<LAST_FRAME>" in body.text else None
    return first, last, tuple(images)


def _labels(body: Body, task: str) -> tuple[str, ...]:
    asked = (body.format.get("resolution"), body.format.get("aspect_ratio"), task)
    seed = () if body.seed is None else (f"seed {body.seed}",)
    return (*(str(label) for label in asked if label), *seed)


def _plain(text: str) -> str:
    """The words a person would read."""
    return without_words(_TAG.sub(" ", _DECLARATION.sub(" ", text)))
