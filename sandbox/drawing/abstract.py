"""A composition for prompts in which no word has a look of its own."""

import colorsys
import math
from random import Random

from PIL import Image, ImageDraw

from sandbox.drawing.backdrop import paint_gradient
from sandbox.drawing.colors import Color, lighter


def paint_abstract(canvas: Image.Image, tint: Color | None, chance: Random) -> None:
    """Soft discs and ribbons; colours near the tint when there is one."""
    palette = _palette(tint, chance)
    paint_gradient(canvas, (palette[0], palette[1], lighter(palette[2])))
    for _ in range(9):
        _disc(canvas, chance.choice(palette), chance)
    for number in range(4):
        _ribbon(canvas, palette[number % len(palette)], chance)


def _palette(tint: Color | None, chance: Random) -> list[Color]:
    hue, spread = chance.random(), 0.42
    if tint is not None:
        hue, spread = colorsys.rgb_to_hsv(*(part / 255 for part in tint))[0], 0.12
    colors: list[Color] = []
    for step in range(5):
        shifted = (hue + spread * (step / 4 - 0.5)) % 1
        red, green, blue = colorsys.hsv_to_rgb(
            shifted, chance.uniform(0.45, 0.75), chance.uniform(0.6, 0.98)
        )
        colors.append((round(red * 255), round(green * 255), round(blue * 255)))
    return colors


def _disc(canvas: Image.Image, color: Color, chance: Random) -> None:
    radius = round(min(canvas.size) * chance.uniform(0.06, 0.3))
    x, y = chance.random() * canvas.width, chance.random() * canvas.height * 0.8
    layer = Image.new("L", (radius * 2, radius * 2))
    ImageDraw.Draw(layer).ellipse([0, 0, *layer.size], fill=chance.randrange(70, 170))
    canvas.paste(lighter(color, 0.2), (round(x) - radius, round(y) - radius), layer)


def _ribbon(canvas: Image.Image, color: Color, chance: Random) -> None:
    width, height = canvas.size
    swing, thickness = chance.uniform(0.05, 0.16) * height, chance.uniform(0.03, 0.1) * height
    top, phase = chance.uniform(0.1, 0.7) * height, chance.uniform(0, 6)
    upper = [(x, swing + swing * math.sin(x / width * 5 + phase)) for x in range(0, width + 17, 16)]
    lower = [(x, y + thickness) for x, y in reversed(upper)]
    layer = Image.new("L", (width, round(swing * 2 + thickness)))
    ImageDraw.Draw(layer).polygon(upper + lower, fill=110)
    canvas.paste(lighter(color, 0.5), (0, round(top)), layer)
