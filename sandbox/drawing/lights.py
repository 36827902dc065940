"""What shines or falls: sun, moon, stars, clouds, rain, snow, rainbow, a planet."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image

from sandbox.drawing.colors import WHITE, Color, darker, lighter
from sandbox.drawing.pen import Box, Pen
from sandbox.drawing.vocabulary import Light

_SUN: Color = (255, 224, 112)
_MOON: Color = (246, 240, 214)


def paint_light(canvas: Image.Image, light: Light, chance: Random) -> None:
    _PAINTERS[light](canvas, chance)


def glow(canvas: Image.Image, center: tuple[float, float], radius: float, color: Color) -> None:
    """A soft spot, strongest in the middle, in pixels of the canvas."""
    side = max(2, round(radius * 2))
    spot = Image.radial_gradient("L").resize((side, side)).point(lambda away: max(0, 170 - away))
    corner = (round(center[0] - radius), round(center[1] - radius))
    canvas.paste(color, (*corner, corner[0] + side, corner[1] + side), spot)


def _sun(canvas: Image.Image, _chance: Random) -> None:
    _glowing_disc(canvas, (0.76, 0.22), _SUN)


def _moon(canvas: Image.Image, _chance: Random) -> None:
    _glowing_disc(canvas, (0.24, 0.2), _MOON, craters=True)


def _glowing_disc(
    canvas: Image.Image, place: tuple[float, float], color: Color, *, craters: bool = False
) -> None:
    x, y = place[0] * canvas.width, place[1] * canvas.height
    radius = min(canvas.size) * 0.085
    glow(canvas, (x, y), radius * 3.4, lighter(color, 0.2))
    pen = Pen(canvas, Box(x - radius, y - radius, radius * 2, radius * 2))
    pen.oval((50, 50), (50, 50), color)
    if craters:
        for cx, cy, size in ((34, 36, 11), (62, 60, 14), (64, 26, 7), (34, 72, 7)):
            pen.oval((cx, cy), (size, size), darker(color, 0.1))


def _stars(canvas: Image.Image, chance: Random) -> None:
    unit = min(canvas.size) / 1000
    for _ in range(130):
        x, y = chance.random() * canvas.width, chance.random() ** 1.3 * canvas.height
        radius = chance.choice((1, 1.3, 1.6, 2.4)) * unit
        pen = Pen(canvas, Box(x, y, 100, 100))
        pen.oval((0, 0), (radius, radius), chance.choice((WHITE, (255, 240, 206), (206, 222, 255))))
    for _ in range(9):
        x, y = chance.random() * canvas.width, chance.random() * canvas.height * 0.5
        pen, long, thin = Pen(canvas, Box(x, y, 100, 100)), 9 * unit, 1.6 * unit
        points = ((0, -long), (thin, -thin), (long, 0), (thin, thin))
        pen.poly([*points, (0, long), (-thin, thin), (-long, 0), (-thin, -thin)], WHITE)


def _clouds(canvas: Image.Image, chance: Random) -> None:
    size = min(canvas.size) * 0.3
    for place in (0.02, 0.38, 0.7):
        x = (place + chance.uniform(-0.05, 0.08)) * canvas.width
        y = chance.uniform(0.03, 0.3) * canvas.height
        scale = size * chance.uniform(0.7, 1.1)
        pen = Pen(canvas, Box(x, y, scale, scale))
        for color, drop in (((214, 228, 240), 4), (WHITE, 0)):
            for cx, cy, radius in ((24, 60, 18), (46, 48, 24), (70, 58, 20)):
                pen.oval((cx, cy + drop), (radius, radius), color)
            pen.rect((8, 56 + drop), (90, 78 + drop), color, 11)


def _rainbow(canvas: Image.Image, _chance: Random) -> None:
    colors: tuple[Color, ...] = (
        (228, 70, 70),
        (244, 150, 60),
        (250, 218, 84),
        (100, 190, 100),
        (80, 150, 226),
        (140, 96, 200),
    )
    width = canvas.width
    pen = Pen(canvas, Box(0, 0, width, width))
    middle = canvas.height * 0.64 / width * 100
    for band, color in enumerate(colors):
        radius = 46 - band * 2.2
        pen.arc((50, middle), (radius, radius), (180, 360), color, 2.4)


def _rain(canvas: Image.Image, chance: Random) -> None:
    pen = Pen(canvas, Box(0, 0, *canvas.size))
    for _ in range(150):
        x, y = chance.uniform(-2, 102), chance.uniform(-4, 100)
        pen.line([(x, y), (x - 1, y + 4)], (206, 220, 236), 0.25)


def _snowfall(canvas: Image.Image, chance: Random) -> None:
    unit = min(canvas.size) / 1000
    for _ in range(150):
        pen = Pen(
            canvas, Box(chance.random() * canvas.width, chance.random() * canvas.height, 100, 100)
        )
        radius = chance.uniform(1.6, 5) * unit
        pen.oval((0, 0), (radius, radius), WHITE)


def _planet(canvas: Image.Image, _chance: Random) -> None:
    size = min(canvas.size) * 0.26
    left, top = canvas.width * 0.68, canvas.height * 0.1
    color: Color = (226, 150, 108)
    pen = Pen(canvas, Box(left, top, size, size))
    pen.oval((50, 50), (36, 36), color)
    for y, shade in ((34, 0.12), (50, 0.2), (64, 0.1)):
        half = math.sqrt(36**2 - (y - 50) ** 2)
        pen.rect((50 - half, y - 3), (50 + half, y + 3), darker(color, shade), 3)
    pen.arc((50, 52), (58, 14), (-18, 198), (246, 222, 176), 5)


_PAINTERS: dict[Light, Callable[[Image.Image, Random], None]] = {
    Light.SUN: _sun,
    Light.MOON: _moon,
    Light.STARS: _stars,
    Light.CLOUDS: _clouds,
    Light.RAINBOW: _rainbow,
    Light.RAIN: _rain,
    Light.SNOWFALL: _snowfall,
    Light.PLANET: _planet,
}
