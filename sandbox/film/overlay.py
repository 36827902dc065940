"""What lies still on a film: the options above, the prompt below, the references between."""

from PIL import Image, ImageDraw, ImageOps

from sandbox.drawing.colors import WHITE
from sandbox.drawing.lettering import Caption, font_of
from sandbox.film.order import FilmOrder
from sandbox.film.sheet import Patch, Point, patch_of

_PANEL = (16, 18, 32, 214)
_BAR = (250, 206, 80, 255)

Placed = tuple[Patch, Point]


def even(number: float) -> int:
    return max(2, round(number / 2) * 2)


def still_parts(order: FilmOrder, references: list[Image.Image]) -> list[Placed]:
    """Everything that is the same on all frames."""
    parts = [_caption(order), _options(order)]
    if references:
        parts.append(_strip(order, references))
    return parts


def describe_options(order: FilmOrder) -> str:
    size = f"{order.width}×{order.height}"
    sound = "sound" if order.sound else "silent"
    return " · ".join([size, f"{order.seconds:g} s", sound, *order.labels])


class Counter:
    """The running seconds, in the upper right corner, and a bar that grows with them."""

    def __init__(self, order: FilmOrder) -> None:
        self._order = order
        self._font = font_of(max(18, min(order.width, order.height) // 16))
        width = self._font.getlength(f"{order.seconds:.1f} / {order.seconds:.1f}") * 1.2
        self._size = (even(min(width, order.width)), even(self._font.size * 1.8))

    def at(self, moment_s: float) -> Placed:
        width, height = self._size
        image = Image.new("RGBA", self._size, _PANEL)
        draw = ImageDraw.Draw(image)
        text = f"{moment_s:.1f} / {self._order.seconds:g} s"
        draw.text((width / 2, height * 0.44), text, WHITE, self._font, anchor="mm")
        share = moment_s / self._order.seconds
        draw.rectangle([0, height * 0.88, width * share, height], fill=_BAR)
        # Below the line of options, so that neither hides the other.
        top = even(min(self._order.width, self._order.height) / 10)
        return patch_of(image), (self._order.width - width, top)


def _caption(order: FilmOrder) -> Placed:
    size = (order.width, order.height)
    caption = Caption(size, text=order.prompt, signature=order.model)
    panel = caption.panel()
    image = Image.new("RGBA", (even(panel.width), even(panel.height)))
    image.paste(panel, (0, 0))
    return patch_of(image), (0, order.height - image.height)


def _options(order: FilmOrder) -> Placed:
    height = even(min(order.width, order.height) / 14)
    image = Image.new("RGBA", (order.width, height), _PANEL)
    text = describe_options(order)
    size = round(height * 0.5)
    font = font_of(size)
    while size > 9 and font.getlength(text) > order.width * 0.96:
        size -= 1
        font = font_of(size)
    draw = ImageDraw.Draw(image)
    draw.text((order.width * 0.02, height / 2), text, WHITE, font, anchor="lm")
    return patch_of(image), (0, 0)


def _strip(order: FilmOrder, references: list[Image.Image]) -> Placed:
    """The references as small prints in a row at the left."""
    side = even(min(order.height / 6, order.width / (len(references) + 1)))
    image = Image.new("RGBA", (side * len(references), side))
    for number, reference in enumerate(references):
        framed = ImageOps.expand(ImageOps.fit(reference, (side - 8, side - 8)), 3, WHITE)
        image.paste(framed, (number * side + 1, 1))
    return patch_of(image), (even(order.width * 0.02), even(order.height / 9))
