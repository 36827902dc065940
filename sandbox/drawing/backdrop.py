"""Skies, grounds and lights: everything behind the figures."""

import math
from random import Random

from PIL import Image

from sandbox.drawing.colors import WHITE, Color, darker, lighter, mix
from sandbox.drawing.lights import paint_light
from sandbox.drawing.pen import Box, Pen
from sandbox.drawing.vocabulary import Ground, Light, Reading, Sky

HORIZON = 0.62

_SKIES: dict[Sky, tuple[Color, ...]] = {
    Sky.DAY: ((86, 168, 232), (150, 208, 244), (222, 242, 252)),
    Sky.DAWN: ((150, 170, 222), (248, 190, 176), (255, 232, 196)),
    Sky.SUNSET: ((72, 48, 116), (224, 88, 104), (254, 186, 104)),
    Sky.NIGHT: ((12, 18, 50), (30, 42, 88), (66, 84, 140)),
    Sky.SPACE: ((8, 8, 26), (32, 20, 66), (74, 38, 108)),
    Sky.GREY: ((98, 112, 132), (140, 154, 170), (186, 196, 206)),
    Sky.WINTER: ((150, 188, 222), (200, 222, 240), (240, 247, 252)),
}
_DARK_SKIES = (Sky.NIGHT, Sky.SPACE)
_USUAL_GROUND = {Sky.SPACE: Ground.NONE, Sky.WINTER: Ground.SNOW}
_SAND: Color = (240, 214, 158)
_WATER: Color = (44, 120, 178)


def paint_backdrop(canvas: Image.Image, reading: Reading, chance: Random) -> None:
    sky = reading.sky or Sky.DAY
    ground = reading.ground or _USUAL_GROUND.get(sky, Ground.MEADOW)
    paint_gradient(canvas, _SKIES[sky])
    for light in reading.lights or _usual_lights(sky):
        paint_light(canvas, light, chance)
    _paint_ground(canvas, ground, chance, sky)


def sky_colors(sky: Sky) -> tuple[Color, ...]:
    return _SKIES[sky]


def paint_gradient(canvas: Image.Image, colors: tuple[Color, ...]) -> None:
    """From the first colour at the top to the last at the bottom."""
    column = Image.new("RGB", (1, len(colors)))
    column.putdata(colors)
    # The outer half pixels of an enlarged column are flat, so they are left out.
    edges = (0, 0.5, 1, len(colors) - 0.5)
    shaded = column.resize((1, canvas.height), Image.Resampling.BILINEAR, box=edges)
    # Across, nothing is blended: a row is one colour.
    canvas.paste(shaded.resize(canvas.size, Image.Resampling.NEAREST))


def _usual_lights(sky: Sky) -> list[Light]:
    match sky:
        case Sky.DAY:
            return [Light.SUN, Light.CLOUDS]
        case Sky.NIGHT:
            return [Light.STARS, Light.MOON]
        case Sky.SPACE:
            return [Light.STARS, Light.PLANET]
        case Sky.DAWN | Sky.SUNSET:
            return [Light.SUN]
        case Sky.GREY | Sky.WINTER:
            return [Light.CLOUDS]


def _shade(sky: Sky) -> float:
    if sky in _DARK_SKIES:
        return 0.55
    return 0.3 if sky is Sky.SUNSET else 0.0


def _paint_ground(canvas: Image.Image, ground: Ground, chance: Random, sky: Sky) -> None:
    shade = _shade(sky)
    grass = _FIELD_COLORS[Ground.SNOW if sky is Sky.WINTER else Ground.MEADOW]
    match ground:
        case Ground.MOUNTAINS:
            _mountains(canvas, chance, shade)
            _rolling_field(canvas, mix(grass, (0, 0, 24), shade))
        case Ground.FOREST:
            _forest(canvas, chance, shade)
        case Ground.CITY:
            _city(canvas, chance, shade)
        case Ground.SEA:
            _sea(canvas, chance, shade, beach=False)
        case Ground.BEACH:
            _sea(canvas, chance, shade, beach=True)
        case Ground.LUNAR:
            _lunar(canvas, chance)
        case Ground.NONE:
            pass
        case _:
            _rolling_field(canvas, mix(_FIELD_COLORS[ground], (0, 0, 24), shade))


_FIELD_COLORS: dict[Ground, Color] = {
    Ground.MEADOW: (112, 182, 88),
    Ground.DESERT: (232, 190, 120),
    Ground.SNOW: (244, 248, 252),
    Ground.AUTUMN: (214, 142, 62),
}


def _whole(canvas: Image.Image) -> Pen:
    return Pen(canvas, Box(0, 0, *canvas.size))


def _rolling_field(canvas: Image.Image, color: Color) -> None:
    pen = _whole(canvas)
    for rise, phase, share in ((0, 0.0, 0.22), (8, 2.1, 0.0), (20, 4.0, -0.12)):
        top = HORIZON * 100 + rise
        crest = [(x, top + 2.6 * math.sin(x / 17 + phase)) for x in range(-2, 104, 2)]
        hill = lighter(color, share) if share >= 0 else darker(color, -share)
        pen.poly([*crest, (104, 101), (-2, 101)], hill)


def _mountains(canvas: Image.Image, chance: Random, shade: float) -> None:
    pen = _whole(canvas)
    base = HORIZON * 100 + 4
    rows: tuple[tuple[Color, float, tuple[float, ...]], ...] = (
        ((148, 166, 200), 26, (6, 34, 62, 92)),
        ((102, 120, 160), 34, (20, 52, 80)),
    )
    for row_color, row_height, places in rows:
        color = mix(row_color, (10, 10, 40), shade)
        for place in places:
            height, half = row_height * chance.uniform(0.75, 1.15), chance.uniform(20, 27)
            peak = base - height
            pen.poly([(place - half, base), (place, peak), (place + half, base)], color)
            pen.poly([(place, peak), (place + half, base), (place + 4, base)], darker(color, 0.1))
            snow = [(place, peak), (place + half * 0.26, peak + height * 0.26)]
            snow += [(place + half * dx, peak + height * dy) for dx, dy in _SNOW_EDGE]
            pen.poly(snow, mix(WHITE, (90, 100, 150), shade))


_SNOW_EDGE = ((0.13, 0.21), (0.02, 0.31), (-0.1, 0.21), (-0.26, 0.26))


def _forest(canvas: Image.Image, chance: Random, shade: float) -> None:
    pen = _whole(canvas)
    width_per_height = canvas.height / canvas.width
    for row, (color, size) in enumerate(
        (((122, 170, 132), 26.0), ((72, 134, 92), 34.0), ((40, 98, 66), 42.0))
    ):
        base = HORIZON * 100 + row * 5
        pen.rect((-1, base - 3), (101, 101), mix(color, (0, 0, 24), shade))
        x = -4.0
        while x < 104:
            height = size * chance.uniform(0.7, 1.05)
            half = height * 0.22 * width_per_height
            _fir(pen, (x, base), half, height, mix(color, (0, 0, 24), shade))
            x += half * 1.5
    _rolling_field_front(pen, mix((88, 150, 78), (0, 0, 24), shade))


def _fir(pen: Pen, foot: tuple[float, float], half: float, height: float, color: Color) -> None:
    x, base = foot
    for step, wide in ((0.0, 1.0), (0.28, 0.78), (0.54, 0.54)):
        bottom, top = base - height * step, base - height * min(1.0, step + 0.5)
        pen.poly([(x - half * wide, bottom), (x, top), (x + half * wide, bottom)], color)


def _rolling_field_front(pen: Pen, color: Color) -> None:
    crest = [(x, 80 + 2 * math.sin(x / 15)) for x in range(-2, 104, 2)]
    pen.poly([*crest, (104, 101), (-2, 101)], color)


def _city(canvas: Image.Image, chance: Random, shade: float) -> None:
    pen = _whole(canvas)
    base = HORIZON * 100 + 10
    windows: Color = (255, 226, 140) if shade else (214, 234, 246)
    for color, height_max in (((158, 172, 198), 44), ((104, 118, 150), 34)):
        x = -3.0
        while x < 100:
            width = chance.uniform(9, 15)
            top = base - height_max * chance.uniform(0.5, 1.0)
            pen.rect((x, top), (x + width, base), mix(color, (6, 8, 30), shade))
            _windows(pen, (x, top, x + width, base), chance, windows)
            x += width + chance.uniform(0.3, 2)
    pen.rect((-1, base), (101, 101), mix((96, 100, 112), (6, 8, 30), shade * 0.7))
    pen.rect((-1, base), (101, base + 2.4), mix((190, 194, 202), (6, 8, 30), shade * 0.7))
    for x in range(2, 100, 16):
        pen.rect((x, base + 14), (x + 8, base + 15.2), (250, 230, 150))


def _windows(
    pen: Pen, block: tuple[float, float, float, float], chance: Random, color: Color
) -> None:
    left, top, right, bottom = block
    y = top + 2
    while y < bottom - 4:
        x = left + 1.6
        while x < right - 2:
            if chance.random() < 0.7:
                pen.rect((x, y), (x + 1.5, y + 1.7), color)
            x += 2.8
        y += 3.6


def _sea(canvas: Image.Image, chance: Random, shade: float, *, beach: bool) -> None:
    pen = _whole(canvas)
    horizon = HORIZON * 100 - 4
    water = mix(_WATER, (6, 8, 40), shade)
    for band in range(round(horizon), 101, 3):
        depth = (band - horizon) / (100 - horizon)
        pen.rect((-1, band), (101, band + 3.4), mix(lighter(water, 0.3), water, depth))
    for _ in range(46):
        y = chance.uniform(horizon + 1, 98)
        length = 2 + 9 * (y - horizon) / (100 - horizon)
        x = chance.uniform(-4, 100)
        pen.line([(x, y), (x + length, y)], lighter(water, 0.45), 0.35)
    if beach:
        shore = [(x, 80 + 2.4 * math.sin(x / 11)) for x in range(-2, 104, 2)]
        pen.poly([*((x, y - 1.6) for x, y in shore), (104, 101), (-2, 101)], (240, 248, 250))
        pen.poly([*shore, (104, 101), (-2, 101)], mix(_SAND, (6, 8, 40), shade))


def _lunar(canvas: Image.Image, chance: Random) -> None:
    pen = _whole(canvas)
    dust: Color = (196, 198, 208)
    pen.oval((50, 168), (130, 106), dust)
    flat = canvas.width / canvas.height
    for _ in range(13):
        x, y, radius = chance.uniform(2, 98), chance.uniform(70, 98), chance.uniform(1.6, 6)
        pen.oval((x, y), (radius, radius * flat * 0.4), darker(dust, 0.2))
        pen.oval(
            (x, y + radius * flat * 0.07), (radius * 0.86, radius * flat * 0.32), darker(dust, 0.1)
        )
