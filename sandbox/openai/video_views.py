"""What can be downloaded of a video: itself, one picture of it, or many on one sheet."""

import io
from dataclasses import dataclass

from PIL import Image

from sandbox.film import FilmOrder, draw_film
from sandbox.film.source import read_pictures
from sandbox.jobs import Film, Work

_COLUMNS = 4
_TILE = 240


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """The picture in the middle of the film."""

    order: FilmOrder
    mime = "image/webp"
    filename = "thumbnail.webp"

    def draw(self) -> bytes:
        pictures = list(read_pictures(draw_film(self.order), fps=2))
        return _encode(pictures[len(pictures) // 2], "WEBP")


@dataclass(frozen=True, slots=True)
class Spritesheet:
    """A picture of every second, in rows."""

    order: FilmOrder
    mime = "image/jpeg"
    filename = "spritesheet.jpg"

    def draw(self) -> bytes:
        pictures = list(read_pictures(draw_film(self.order), fps=1))
        height = round(_TILE * self.order.height / self.order.width)
        rows = -(-len(pictures) // _COLUMNS)
        sheet = Image.new("RGB", (_COLUMNS * _TILE, rows * height))
        for number, picture in enumerate(pictures):
            row, column = divmod(number, _COLUMNS)
            sheet.paste(picture.resize((_TILE, height)), (column * _TILE, row * height))
        return _encode(sheet, "JPEG")


def views_of(order: FilmOrder) -> dict[str, Work]:
    """The value of `variant` that asks for each."""
    return {"video": Film(order), "thumbnail": Thumbnail(order), "spritesheet": Spritesheet(order)}


def _encode(image: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()
