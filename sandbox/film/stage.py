"""What moves on a film: the scene behind, seen by a moving camera, and the figures before it."""

import io
import math
from collections.abc import Iterator

from PIL import Image, ImageOps

from sandbox.drawing.colors import Color
from sandbox.drawing.pen import Box, Pen
from sandbox.drawing.picture import difference, paint_scene, seeded
from sandbox.drawing.vocabulary import Figure, read_prompt
from sandbox.film.order import FilmOrder, SourceUse
from sandbox.film.overlay import even
from sandbox.film.sheet import Patch, Point, Sheet, patch_of, sheet_of
from sandbox.film.source import read_pictures

# How much wider than the frame the scene is: the way the camera has.
_SCENE_WIDTH = 1.25
_RECOLOR_SHARE = 0.35
_TINTS: tuple[Color, ...] = ((220, 60, 60), (60, 160, 80), (60, 90, 220), (230, 170, 40))
FPS = 8


def open_picture(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        return ImageOps.exif_transpose(opened).convert("RGB")


def backdrops(order: FilmOrder, frames: int) -> Iterator[Sheet]:
    """One sheet a frame, to be drawn on."""
    if order.source is not None and order.source_use is SourceUse.RECOLOR:
        return _recolored(order, order.source)
    return _camera(order, frames)


class Figures:
    """They walk across the frame; a lone one comes from outside and leaves it at the end."""

    def __init__(self, order: FilmOrder) -> None:
        self._size = (order.width, order.height)
        self._chance = seeded(order.prompt + order.variation)
        figures = read_prompt(order.prompt).figures or [_firefly(self._chance.random())]
        side = even(min(order.height * 0.4, order.width * 0.8 / len(figures)))
        self._side = side
        self._patches = [_sprite(figure, side) for figure in figures]
        self._phase = self._chance.random() * 6
        self._backwards = self._chance.random() < 0.5

    def at(self, share: float) -> Iterator[tuple[Patch, Point]]:
        """`share` of the film that has passed."""
        width, height = self._size
        way = 1 - share if self._backwards else share
        for number, patch in enumerate(self._patches):
            lane = (number + way) / len(self._patches)
            x = lane * (width + self._side) - self._side
            step = abs(math.sin(share * 18 + self._phase + number))
            y = height * 0.72 - self._side - step * height * 0.05
            yield patch, (round(x / 2) * 2, round(y / 2) * 2)


def _firefly(hue: float) -> Figure:
    """What moves when the prompt names no figure."""
    color: Color = (255, round(160 + 90 * hue), round(60 + 120 * hue))

    def draw(pen: Pen, color: Color) -> None:
        pen.oval((50, 50), (30, 30), color)
        pen.oval((42, 42), (10, 10), (255, 255, 255))

    return Figure(draw, color)


def _sprite(figure: Figure, side: int) -> Patch:
    blank = Image.new("RGB", (side, side), (1, 254, 3))
    layer = blank.copy()
    figure.draw(Pen(layer, Box(side * 0.04, side * 0.04, side * 0.92, side * 0.92)), figure.color)
    cut = layer.convert("RGBA")
    cut.putalpha(difference(layer, blank))
    return patch_of(cut)


def _camera(order: FilmOrder, frames: int) -> Iterator[Sheet]:
    """A window that glides over the scene and, when there is a last picture, becomes it."""
    size = (order.width, order.height)
    scene = sheet_of(_scene(order))
    last = None if order.last_frame is None else _fitted(order.last_frame, size)
    for number in range(frames):
        share = number / max(1, frames - 1)
        sheet = scene.window(_window_corner(scene.size, size, share), size)
        yield sheet if last is None else sheet.blended(last, _smooth(share))


def _scene(order: FilmOrder) -> Image.Image:
    """Wider than the frame. A first picture lies on it so that the camera starts on the whole."""
    first = _first_picture(order)
    size = (even(order.width * _SCENE_WIDTH), order.height)
    if first is not None:
        return _extended(ImageOps.fit(first, (order.width, order.height)), size)
    canvas = Image.new("RGB", size)
    paint_scene(canvas, read_prompt(order.prompt), seeded(order.prompt + order.variation))
    return canvas


def _first_picture(order: FilmOrder) -> Image.Image | None:
    if order.first_frame is not None:
        return open_picture(order.first_frame)
    if order.source is not None:
        *_, last = read_pictures(order.source, fps=FPS)
        return last
    return None


def _extended(picture: Image.Image, size: Point) -> Image.Image:
    """Its mirror goes on to the right of it."""
    canvas = Image.new("RGB", size)
    canvas.paste(picture)
    canvas.paste(ImageOps.mirror(picture), (picture.width, 0))
    return canvas


def _window_corner(scene: Point, frame: Point, share: float) -> Point:
    return round((scene[0] - frame[0]) * _smooth(share) / 2) * 2, 0


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)


def _fitted(picture: bytes, size: Point) -> Sheet:
    return sheet_of(ImageOps.fit(open_picture(picture), size))


def _recolored(order: FilmOrder, source: bytes) -> Iterator[Sheet]:
    """The pictures of the source in other colours; the last one stays when it is too short."""
    size = (order.width, order.height)
    tint = seeded(order.prompt + order.variation).choice(_TINTS)
    wash = sheet_of(Image.new("RGB", size, tint))
    sheet = wash
    for picture in read_pictures(source, fps=FPS):
        fitted = ImageOps.fit(picture, size, Image.Resampling.BILINEAR)
        sheet = sheet_of(fitted).blended(wash, _RECOLOR_SHARE)
        yield sheet
    while True:
        yield sheet.blended(sheet, 0)
