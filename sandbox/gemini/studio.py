"""The slow work behind an answer, done in a thread: open the inputs, draw, write."""

import io

from PIL import Image, UnidentifiedImageError

from sandbox.drawing import Order, draw_draft, draw_picture
from sandbox.gemini import answers
from sandbox.gemini.errors import invalid_argument
from sandbox.gemini.hearing import hear
from sandbox.gemini.models import ENLARGEMENT, SIZES_1K, Model
from sandbox.gemini.question import Medium, Question
from sandbox.gemini.writing import write_answer
from sandbox.jobs.magic import without_words

_NEEDS_A_PLUGIN = ("image/heic", "image/heif")


def check_media(question: Question) -> None:
    """Raises GoogleError when the bytes of an input are no picture, or no recording."""
    for recording in question.recordings:
        hear(recording.content)
    for image in question.images:
        try:
            _decode(image)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            raise invalid_argument("Unable to process input image. Please retry.") from error


def make_image(question: Question, model: Model) -> answers.Answer:
    prompt = without_words(question.prompt)
    photos = tuple(_drawable(image) for image in question.images)
    width, height = _pixel_size(question, photos)
    order = Order(
        prompt=prompt,
        signature=f"{model.title} · {model.id}",
        width=width,
        height=height,
        photos=photos,
    )
    return answers.with_image(
        question,
        model,
        png=draw_picture(order),
        draft_png=draw_draft(order) if model.shows_drafts else None,
        note=f"Here is your picture: {prompt}",
    )


def make_text(question: Question, model: Model) -> answers.Answer:
    prompt = without_words(question.prompt)
    pictures = tuple(_drawable(image) for image in question.images)
    heard = tuple(hear(recording.content) for recording in question.recordings)
    text = write_answer(question, prompt=prompt, pictures=pictures, heard=heard)
    return answers.with_text(question, model, text)


def _pixel_size(question: Question, photos: tuple[bytes, ...]) -> tuple[int, int]:
    """Without an asked ratio the picture takes the one nearest to the first input, else 1:1."""
    ratio = question.ratio or (_nearest_ratio(photos[0]) if photos else "1:1")
    width, height = SIZES_1K[ratio]
    times = ENLARGEMENT[question.size]
    return width * times, height * times


def _nearest_ratio(photo: bytes) -> str:
    with Image.open(io.BytesIO(photo)) as opened:
        wanted = opened.width / opened.height
    return min(SIZES_1K, key=lambda ratio: abs(SIZES_1K[ratio][0] / SIZES_1K[ratio][1] - wanted))


def _decode(medium: Medium) -> None:
    if medium.mime in _NEEDS_A_PLUGIN:
        if medium.content[4:8] != b"ftyp":
            raise UnidentifiedImageError("no HEIF container")
        return
    with Image.open(io.BytesIO(medium.content)) as opened:
        opened.load()


def _drawable(medium: Medium) -> bytes:
    """HEIC can't be opened here, so a picture made of its name and size stands for it."""
    if medium.mime not in _NEEDS_A_PLUGIN:
        return medium.content
    name = f"HEIC photo, {len(medium.content)} bytes"
    return draw_picture(Order(prompt=name, signature=medium.mime, width=512, height=512))
