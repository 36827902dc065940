"""`/v1/images/generations` and `/v1/images/edits`."""

import asyncio
import base64
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.drawing import Order, draw_picture
from sandbox.drawing.cutout import draw_cutout, retouch
from sandbox.drawing.encoding import encode_picture
from sandbox.jobs import Magic, Studio, Word, Words, without_words
from sandbox.jobs.work import PictureKind
from sandbox.openai import errors
from sandbox.openai.forms import read_form
from sandbox.openai.image_question import ImageQuestion, read_question
from sandbox.openai.models import TOKENS_PER_INPUT, picture_tokens, text_tokens
from sandbox.recorder import drop_connection, hang

_RICHNESS = {"low": 0.2, "medium": 0.5, "high": 0.7, "xhigh": 0.85, "max": 1.0}
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Picture:
    """A work for the studio: a picture with or without a background, in a file format."""

    order: Order
    kind: PictureKind
    compression: int
    is_transparent: bool
    mask: bytes | None

    @property
    def mime(self) -> str:
        return f"image/{self.kind}"

    @property
    def filename(self) -> str:
        return f"image.{self.kind}"

    def draw(self) -> bytes:
        return encode_picture(self._draw_png(), kind=self.kind, quality=max(1, self.compression))

    def _draw_png(self) -> bytes:
        if self.mask is not None:
            return retouch(self.order, photo=self.order.photos[0], mask=self.mask)
        return draw_cutout(self.order) if self.is_transparent else draw_picture(self.order)


class Images:
    def __init__(self, config: Config, studio: Studio) -> None:
        self.magic = Magic()
        self._config = config
        self._studio = studio

    async def generate(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, is_edit=False)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, is_edit=True)

    async def _answer(self, request: web.Request, *, is_edit: bool) -> web.StreamResponse:
        question = await read_question(await read_form(request), is_edit=is_edit)
        words = self.magic.take_words(prompt=question.prompt, model=question.model.id)
        errors.check_words(words, question.model.id)
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        if Word.NEVER in words:
            return await hang(request)
        await asyncio.sleep(self._delay_s(words))
        _check_end(words)
        pictures = [] if Word.NO_IMAGE in words else await self._draw(question)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response(_as_json(question, pictures))

    async def _draw(self, question: ImageQuestion) -> list[bytes]:
        works = [_work(question, number) for number in range(1, question.count + 1)]
        return await asyncio.gather(*(self._studio.make(work) for work in works))

    def _delay_s(self, words: Words) -> float:
        if Word.FAST in words:
            return 0.0
        return self._config.slow_delay_s if Word.SLOW in words else self._config.image_delay_s


def _check_end(words: Words) -> None:
    if Word.POLICY_END in words:
        raise errors.blocked("output")
    if Word.FAIL in words:
        raise errors.internal()


def _work(question: ImageQuestion, number: int) -> Picture:
    of_how_many = (f"{number}/{question.count}",) if question.count > 1 else ()
    order = Order(
        prompt=without_words(question.prompt),
        signature=f"OpenAI · {question.model.id}",
        width=question.width,
        height=question.height,
        photos=tuple(photo.content for photo in question.photos),
        labels=(question.quality, *question.labels, *of_how_many),
        variation="" if number == 1 else str(number),
        richness=_RICHNESS[question.quality],
    )
    mask = None if question.mask is None else question.mask.content
    return Picture(order, question.kind, question.compression, question.is_transparent, mask)


def _as_json(question: ImageQuestion, pictures: list[bytes]) -> dict[str, Any]:
    return {
        "created": int(time.time()),
        "background": "transparent" if question.is_transparent else "opaque",
        "output_format": question.kind,
        "quality": question.quality,
        "size": f"{question.width}x{question.height}",
        "data": [{"b64_json": base64.b64encode(picture).decode()} for picture in pictures],
        "usage": _usage(question, len(pictures)),
    }


def _usage(question: ImageQuestion, made: int) -> dict[str, Any]:
    words = text_tokens(question.prompt)
    photos = TOKENS_PER_INPUT * len(question.photos)
    drawn = made * picture_tokens(question.quality, question.width, question.height)
    return {
        "input_tokens": words + photos,
        "input_tokens_details": {"text_tokens": words, "image_tokens": photos},
        "output_tokens": drawn,
        "output_tokens_details": {"image_tokens": drawn, "text_tokens": 0},
        "total_tokens": words + photos + drawn,
    }
