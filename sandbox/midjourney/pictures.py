"""What Midjourney draws: four variants of one wish, one of them larger, or all in one grid."""

from dataclasses import dataclass, replace

from PIL import Image

from sandbox.drawing import Order, as_png, paint_picture

VERSIONS = ("7", "6.1", "6", "5.2", "5.1", "niji6", "niji7")
STYLIZATION_MAX, WEIRDNESS_MAX, VARIETY_MAX = 1000, 3000, 100
VARIANTS = 4
_SIDE = 1024
_STEP = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Ratios are width:height in whole numbers."""

    ratio: tuple[int, int] = (1, 1)
    version: str = "7"
    speed: str = "fast"
    stylization: int = 100
    weirdness: int = 0
    variety: int = 0

    def variants(self, prompt: str, photos: tuple[bytes, ...] = ()) -> tuple[Order, ...]:
        width, height = self._size()
        labels = (
            f"v {self.version}",
            self.speed,
            f"s {self.stylization}",
            f"w {self.weirdness}",
            f"c {self.variety}",
        )
        first = Order(
            prompt=prompt,
            signature="Midjourney",
            width=width,
            height=height,
            photos=photos,
            labels=labels,
            variation=" ".join(labels),
            richness=self.stylization / STYLIZATION_MAX,
            weirdness=self.weirdness / WEIRDNESS_MAX,
        )
        return vary(first)

    def _size(self) -> tuple[int, int]:
        """Always about as many pixels as a square has."""
        across, down = self.ratio
        width = _SIDE * (across / down) ** 0.5
        return _stepped(width), _stepped(width * down / across)


def vary(order: Order) -> tuple[Order, ...]:
    """Four others of the same wish."""
    return tuple(
        replace(
            order,
            variation=f"{order.variation} / {number}",
            # A person who chooses one of them reads its number on it.
            labels=(*order.labels, f"#{number}"),
        )
        for number in range(1, VARIANTS + 1)
    )


def upscale(order: Order) -> Order:
    """The same picture with twice the pixels a side."""
    return replace(order, width=order.width * 2, height=order.height * 2)


@dataclass(frozen=True, slots=True)
class Grid:
    """Four pictures, two by two, in one file."""

    orders: tuple[Order, ...]

    @property
    def mime(self) -> str:
        return "image/png"

    @property
    def filename(self) -> str:
        return "grid.png"

    def draw(self) -> bytes:
        width, height = self.orders[0].width, self.orders[0].height
        grid = Image.new("RGB", (width * 2, height * 2))
        for number, order in enumerate(self.orders):
            grid.paste(paint_picture(order), (number % 2 * width, number // 2 * height))
        return as_png(grid)


def _stepped(length: float) -> int:
    return round(length / _STEP) * _STEP
