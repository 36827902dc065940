"""From a question to the picture or film that answers it."""

from dataclasses import dataclass

from sandbox.drawing import Order
from sandbox.film import FilmOrder, SourceUse
from sandbox.jobs import BadInputError, Film, Opened, Still, Work, open_input, without_words
from sandbox.runway.models import Endpoint
from sandbox.runway.question import Question
from sandbox.runway.uploads import Uploads

_ASPECT_MIN, _ASPECT_MAX = 0.5, 2.0
_SIDE_MIN = 100
_USUAL_SHORT_SIDE = 720
_SHORT_SIDES = {"480p": 480, "720p": 720, "768p": 768, "1080p": 1080, "2k": 1440}
_SOURCE_SIDE_MAX = 1920
_SOURCE_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Inputs:
    first: Opened | None
    last: Opened | None
    source: Opened | None
    references: tuple[Opened, ...]


async def open_inputs(question: Question, uploads: Uploads) -> Inputs:
    """Raises BadInputError when one of them cannot be used."""

    async def open_one(address: str | None) -> Opened | None:
        return None if address is None else await open_input(await uploads.read(address))

    first, last = await open_one(question.first), await open_one(question.last)
    source = await open_one(question.source)
    if source is not None and not source.seconds:
        raise BadInputError("a picture instead of a film")
    references = [await open_input(await uploads.read(each)) for each in question.references]
    for picture in (first, last, *references):
        _check_picture(picture)
    return Inputs(first, last, source, tuple(references))


def seconds_of(question: Question, inputs: Inputs | None) -> float:
    """How long the result is; a source whose length is unknown counts as usual."""
    if question.seconds is not None:
        return question.seconds
    if inputs is None or inputs.source is None:
        return question.model.usual_seconds
    return max(1.0, min(_SOURCE_SECONDS_MAX, round(inputs.source.seconds * 8) / 8))


def make_work(question: Question, inputs: Inputs) -> Work:
    width, height = _size(question, inputs)
    prompt = without_words(question.prompt)
    seed = "" if question.seed is None else f"seed {question.seed}"
    if question.endpoint is Endpoint.TEXT_TO_IMAGE:
        return Still(
            Order(
                prompt=prompt,
                signature=f"Runway · {question.model.title}",
                width=width,
                height=height,
                photos=tuple(reference.content for reference in inputs.references),
                labels=question.labels,
                variation=seed,
            )
        )
    return Film(
        FilmOrder(
            prompt=prompt,
            model=f"Runway · {question.model.title}",
            width=width,
            height=height,
            seconds=seconds_of(question, inputs),
            sound=question.sound,
            labels=question.labels,
            variation=seed,
            first_frame=_content(inputs.first),
            last_frame=_content(inputs.last),
            references=tuple(reference.content for reference in inputs.references),
            source=_content(inputs.source),
            source_use=SourceUse.CONTINUE if question.continues else SourceUse.RECOLOR,
        )
    )


def _content(opened: Opened | None) -> bytes | None:
    return None if opened is None else opened.content


def _check_picture(picture: Opened | None) -> None:
    if picture is None:
        return
    if picture.seconds:
        raise BadInputError("a film instead of a picture")
    if not _ASPECT_MIN <= picture.width / picture.height <= _ASPECT_MAX:
        raise BadInputError("width / height must be between 0.5 and 2")


def _size(question: Question, inputs: Inputs) -> tuple[int, int]:
    """Pixels for every way to say a shape; sides are even."""
    width, _, height = question.shape.partition(":")
    if width.isdecimal() and int(width) >= _SIDE_MIN:
        return _even(int(width), int(height))
    if width.isdecimal():
        return _sized(int(width) / int(height), _short_side(question))
    model_for_shape = inputs.source or inputs.first or next(iter(inputs.references), None)
    if model_for_shape is None:
        return _sized(16 / 9, _short_side(question))
    if inputs.source is not None and not question.shape:
        return _shrunk(inputs.source)
    return _sized(model_for_shape.width / model_for_shape.height, _short_side(question))


def _short_side(question: Question) -> int:
    named = question.resolution or question.shape.removeprefix("auto_")
    return _SHORT_SIDES.get(named, _USUAL_SHORT_SIDE)


def _sized(aspect: float, short_side: int) -> tuple[int, int]:
    if aspect >= 1:
        return _even(short_side * aspect, short_side)
    return _even(short_side, short_side / aspect)


def _shrunk(source: Opened) -> tuple[int, int]:
    scale = min(1.0, _SOURCE_SIDE_MAX / max(source.width, source.height))
    return _even(source.width * scale, source.height * scale)


def _even(width: float, height: float) -> tuple[int, int]:
    return round(width / 2) * 2, round(height / 2) * 2
