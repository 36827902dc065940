"""Draws in a box whose sides are 100 units long, wherever that box lies on the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from sandbox.drawing.colors import Color

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Drawer

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


class Pen:
    """Coordinates are 0..100 from the top left corner of the box; they may leave it."""

    def __init__(self, image: Image.Image, box: Box) -> None:
        self.box = box
        self._draw: Drawer = ImageDraw.Draw(image)

    def oval(self, center: Point, radii: Point, fill: Color) -> None:
        (x, y), (rx, ry) = center, radii
        self._draw.ellipse([self._at(x - rx, y - ry), self._at(x + rx, y + ry)], fill=fill)

    def poly(self, points: Sequence[Point], fill: Color) -> None:
        self._draw.polygon([self._at(*point) for point in points], fill=fill)

    def rect(self, corner: Point, opposite: Point, fill: Color, radius: float = 0) -> None:
        self._draw.rounded_rectangle(
            [self._at(*corner), self._at(*opposite)], radius=self._length(radius), fill=fill
        )

    def line(self, points: Sequence[Point], fill: Color, width: float = 2) -> None:
        self._draw.line(
            [self._at(*point) for point in points],
            fill=fill,
            width=max(1, round(self._length(width))),
            joint="curve",
        )

    def arc(
        self, center: Point, radii: Point, degrees: tuple[float, float], fill: Color, width: float
    ) -> None:
        (x, y), (rx, ry) = center, radii
        self._draw.arc(
            [self._at(x - rx, y - ry), self._at(x + rx, y + ry)],
            *degrees,
            fill=fill,
            width=max(1, round(self._length(width))),
        )

    def half(self, center: Point, radii: Point, degrees: tuple[float, float], fill: Color) -> None:
        """A slice of an oval between two angles, clockwise from three o'clock."""
        (x, y), (rx, ry) = center, radii
        self._draw.pieslice(
            [self._at(x - rx, y - ry), self._at(x + rx, y + ry)], *degrees, fill=fill
        )

    def _at(self, x: float, y: float) -> Point:
        return (
            self.box.left + x * self.box.width / 100,
            self.box.top + y * self.box.height / 100,
        )

    def _length(self, units: float) -> float:
        return units * min(self.box.width, self.box.height) / 100
