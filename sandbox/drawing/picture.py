"""Composes one picture: a scene from the words, an edited photo, or a collage of photos."""

import hashlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from sandbox.drawing import backdrop, lights
from sandbox.drawing.abstract import paint_abstract
from sandbox.drawing.colors import INK, WHITE
from sandbox.drawing.lettering import Caption
from sandbox.drawing.pen import Box, Pen
from sandbox.drawing.vocabulary import Effect, Figure, Reading, read_prompt

# Shapes are drawn this much larger and scaled down, which smooths their edges.
_OVERSAMPLING = 2
# More is not drawn at once: a large picture has no rough edges, a 4K one is enlarged.
_CANVAS_PIXELS_MAX = 2048 * 2048 * 1.5
_WASH_STRENGTH = 0.38
_PNG_COMPRESSION = 2
_USUAL_RICHNESS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The same order always gives the same picture."""

    prompt: str
    signature: str
    width: int
    height: int
    photos: tuple[bytes, ...] = ()
    # Options a person should read on the picture, such as "high" or "seed 7".
    labels: tuple[str, ...] = ()
    # Whatever else should make another picture of the same prompt: seed, number of the picture.
    variation: str = ""
    # 0..1: how rich the colours are, and how strange.
    richness: float = _USUAL_RICHNESS
    weirdness: float = 0.0

    @property
    def whole_signature(self) -> str:
        return " · ".join([self.signature, *self.labels])


def draw_picture(order: Order) -> bytes:
    """Return a PNG of exactly the ordered size."""
    return as_png(paint_picture(order))


def paint_picture(order: Order) -> Image.Image:
    """The picture before it becomes a file, for those who put several into one."""
    caption = Caption(
        (order.width, order.height), text=order.prompt, signature=order.whole_signature
    )
    reading = read_prompt(order.prompt)
    picture = _scaled_down(_compose(order, reading, feet=caption.top / order.height), order)
    for effect in reading.effects:
        picture.paste(_EFFECTS[effect](picture))
    _restyle(picture, order)
    caption.paint(picture)
    return picture


def draw_draft(order: Order) -> bytes:
    """A rough grey sketch of the same picture, half the size."""
    return as_png(_sketch(paint_picture(order).reduce(2)))


def seeded(text: str) -> Random:
    digest = hashlib.sha256(text.encode()).digest()
    return Random(digest)  # noqa: S311 (composition, not secrecy)


def _compose(order: Order, reading: Reading, *, feet: float) -> Image.Image:
    """The larger picture; whoever is on it stands at `feet`, a share of its height."""
    # Painted all over by what comes first.
    canvas = Image.new("RGB", _canvas_size(order.width, order.height), None)
    chance = seeded(order.prompt + order.variation)
    photos = [_open(photo) for photo in order.photos]
    if len(photos) == 1:
        _edit(canvas, photos[0], reading, chance)
    else:
        paint_scene(canvas, reading, chance)
        _lay_out(canvas, photos, leave_room=bool(reading.figures))
    _stand(canvas, reading.figures, feet=feet * canvas.height, sticker=bool(photos))
    return canvas


def _scaled_down(canvas: Image.Image, order: Order) -> Image.Image:
    size = (order.width, order.height)
    if canvas.size == (order.width * _OVERSAMPLING, order.height * _OVERSAMPLING):
        # The mean of whole pixels: as smooth, and many times faster than a filter.
        return canvas.reduce(_OVERSAMPLING)
    return canvas if canvas.size == size else canvas.resize(size, Image.Resampling.BILINEAR)


def _restyle(canvas: Image.Image, order: Order) -> None:
    if order.richness != _USUAL_RICHNESS:
        canvas.paste(ImageEnhance.Color(canvas).enhance(0.4 + 1.2 * order.richness))
    if order.weirdness:
        hue, saturation, value = canvas.convert("HSV").split()
        turned = hue.point(lambda angle: (angle + 128 * order.weirdness) % 256)
        canvas.paste(Image.merge("HSV", (turned, saturation, value)).convert("RGB"))


def _canvas_size(width: int, height: int) -> tuple[int, int]:
    scale: float = _OVERSAMPLING
    while width * height * scale * scale > _CANVAS_PIXELS_MAX:
        scale /= 2
    return round(width * scale), round(height * scale)


def _open(photo: bytes) -> Image.Image:
    with Image.open(io.BytesIO(photo)) as opened:
        upright = ImageOps.exif_transpose(opened)
        return upright.convert("RGB")


def paint_scene(canvas: Image.Image, reading: Reading, chance: Random) -> None:
    nothing_to_place = not reading.figures and not reading.lights
    if nothing_to_place and reading.sky is None and reading.ground is None:
        paint_abstract(canvas, reading.tint, chance)
    else:
        backdrop.paint_backdrop(canvas, reading, chance)


def _edit(canvas: Image.Image, photo: Image.Image, reading: Reading, chance: Random) -> None:
    canvas.paste(ImageOps.fit(photo, canvas.size))
    if reading.sky is not None or reading.tint is not None:
        wash = Image.new("RGB", canvas.size, reading.tint or WHITE)
        if reading.sky is not None:
            backdrop.paint_gradient(wash, backdrop.sky_colors(reading.sky))
        canvas.paste(Image.blend(canvas, wash, _WASH_STRENGTH))
    for light in reading.lights:
        lights.paint_light(canvas, light, chance)
    if reading.is_empty:
        _sparkle(canvas, chance)


def _sparkle(canvas: Image.Image, chance: Random) -> None:
    """A frame and sparkles show that the photo was worked on even if no word is known."""
    unit = min(canvas.size) / 100
    color = tuple(chance.randrange(120, 256) for _ in range(3))
    ImageDraw.Draw(canvas).rectangle([0, 0, *canvas.size], outline=color, width=round(2.4 * unit))
    for _ in range(14):
        x, y = chance.random() * canvas.width, chance.random() * canvas.height * 0.7
        size = chance.uniform(2, 5) * unit
        pen = Pen(canvas, Box(x - size, y - size, size * 2, size * 2))
        corners = [(50, 0), (58, 42), (100, 50), (58, 58), (50, 100), (42, 58), (0, 50), (42, 42)]
        pen.poly(corners, WHITE)


def _lay_out(canvas: Image.Image, photos: list[Image.Image], *, leave_room: bool) -> None:
    """Put the photos on the scene as prints, in rows."""
    if not photos:
        return
    width = canvas.width * 0.96
    height = canvas.height * (0.5 if leave_room else 0.78)
    columns, cell = _grid(len(photos), width, height)
    rows = math.ceil(len(photos) / columns)
    top = canvas.height * 0.02 + (height - cell * rows) / 2
    for number, photo in enumerate(photos):
        row, column = divmod(number, columns)
        printed = _print(photo, round(cell * 0.88)).rotate(
            (2.4, -2, -1.2, 2)[number % 4], Image.Resampling.BICUBIC, expand=True
        )
        in_row = min(columns, len(photos) - row * columns)
        x = canvas.width / 2 + (column + 0.5 - in_row / 2) * cell - printed.width / 2
        y = top + (row + 0.5) * cell - printed.height / 2
        canvas.paste(printed, (round(x), round(y)), printed)


def _grid(count: int, width: float, height: float) -> tuple[int, float]:
    """Return the number of columns that makes the square cells largest, and their side."""

    def side(columns: int) -> float:
        return min(width / columns, height / math.ceil(count / columns))

    best = max(range(1, count + 1), key=side)
    return best, side(best)


def _print(photo: Image.Image, side: int) -> Image.Image:
    border = max(2, side // 28)
    card = ImageOps.fit(photo, (side - border * 2, side - border * 2))
    framed = ImageOps.expand(ImageOps.expand(card, border, WHITE), 2, (176, 180, 190))
    return framed.convert("RGBA")


def _stand(canvas: Image.Image, figures: list[Figure], *, feet: float, sticker: bool) -> None:
    """Stand the figures side by side above the caption."""
    if not figures:
        return
    share = canvas.width * 0.94 / len(figures)
    height_share = 0.38 if sticker else 0.54
    size = min(share * 0.98, canvas.height * height_share, min(canvas.size) * 0.72)
    start = canvas.width * 0.03 + (share - size) / 2
    for number, figure in enumerate(figures):
        box = Box(start + number * share, feet - size * 1.04, size, size)
        if sticker:
            _paste_sticker(canvas, figure, box)
        else:
            shadow = Image.new("L", (round(size), round(size * 0.16)))
            ImageDraw.Draw(shadow).ellipse([0, 0, *shadow.size], fill=70)
            soft = shadow.filter(ImageFilter.GaussianBlur(size * 0.015))
            canvas.paste(INK, (round(box.left), round(box.bottom - size * 0.09)), soft)
            figure.draw(Pen(canvas, box), figure.color)


def _paste_sticker(canvas: Image.Image, figure: Figure, box: Box) -> None:
    """A white rim keeps the figure apart from the photo below it."""
    margin = round(box.width * 0.08)
    size = (round(box.width) + margin * 2, round(box.height) + margin * 2)
    inner = Box(margin, margin, box.width, box.height)
    key = (1, 254, 3)
    layer = Image.new("RGB", size, key)
    figure.draw(Pen(layer, inner), figure.color)
    blank = Image.new("RGB", size, key)
    mask = difference(layer, blank)
    small = mask.resize((size[0] // 4 or 1, size[1] // 4 or 1))
    rim = small.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.GaussianBlur(1)).resize(size)
    corner = (round(box.left) - margin, round(box.top) - margin)
    canvas.paste(WHITE, corner, rim)
    canvas.paste(layer, corner, mask)


def difference(layer: Image.Image, blank: Image.Image) -> Image.Image:
    """A mask that is white where the layer is not blank."""
    bands = [
        Image.eval(band, lambda value: 255 if value else 0)
        for band in ImageChops.difference(layer, blank).split()
    ]
    return ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])


def _greyscale(canvas: Image.Image) -> Image.Image:
    return ImageOps.grayscale(canvas).convert("RGB")


def _pixelate(canvas: Image.Image) -> Image.Image:
    scale = max(canvas.size) / 72
    small = canvas.resize(
        (max(1, round(canvas.width / scale)), max(1, round(canvas.height / scale)))
    )
    return small.resize(canvas.size, Image.Resampling.NEAREST)


def _sketch(canvas: Image.Image) -> Image.Image:
    grey = ImageOps.grayscale(canvas)
    edges = ImageOps.invert(grey.filter(ImageFilter.FIND_EDGES)).point(
        lambda light: max(0.0, light * 2 - 255)
    )
    return Image.blend(edges, grey, 0.25).convert("RGB")


_EFFECTS: dict[Effect, Callable[[Image.Image], Image.Image]] = {
    Effect.GREYSCALE: _greyscale,
    Effect.PIXELS: _pixelate,
    Effect.SKETCH: _sketch,
}


def as_png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=_PNG_COMPRESSION)
    return written.getvalue()
