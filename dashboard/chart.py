"""The geometry of the bar chart: plain SVG without script or inline style."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

WIDTH = 700
HEIGHT = 230
LABELS_HEIGHT = 30
LEVELS_WIDTH = 34
GAP = 10


@dataclass(frozen=True)
class Bar:
    """One day: a column of done orders with the failed ones on top."""

    day: date
    orders: int
    done: int
    failed: int
    x: float
    width: float
    done_y: float
    done_height: float
    failed_y: float
    failed_height: float
    rest_y: float
    rest_height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Line:
    """A horizontal line with its number."""

    y: float
    number: int


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def orders(self) -> int:
        return sum(bar.orders for bar in self.bars)


def draw(days: list[dict[str, Any]]) -> Chart:
    """Bars for rows of `day`, `orders`, `done`, `failed`."""
    top = _round_up(max((row["orders"] for row in days), default=0))
    step = (WIDTH - LEVELS_WIDTH) / max(len(days), 1)
    bars = [
        _bar(row, LEVELS_WIDTH + index * step, step - GAP, top) for index, row in enumerate(days)
    ]
    lines = [Line(_y(number, top), number) for number in (0, top // 2, top)]
    return Chart(bars, lines)


def _bar(row: dict[str, Any], x: float, width: float, top: int) -> Bar:
    done, failed, orders = row["done"], row["failed"], row["orders"]
    levels = [_y(number, top) for number in (0, done, done + failed, orders)]
    heights = [round(low - high, 1) for low, high in pairwise(levels)]
    return Bar(
        day=row["day"],
        orders=orders,
        done=done,
        failed=failed,
        x=round(x + GAP / 2, 1),
        width=round(width, 1),
        done_y=levels[1],
        done_height=heights[0],
        failed_y=levels[2],
        failed_height=heights[1],
        rest_y=levels[3],
        rest_height=heights[2],
    )


def _y(number: int, top: int) -> float:
    return round((HEIGHT - LABELS_HEIGHT) * (1 - number / top * 0.92), 1)


def _round_up(number: int) -> int:
    """The next even number that reads well on an axis: 4, 10, 20, 40, 50, 80, 100 …"""
    scale = 1
    while True:
        for nice in (4, 10, 20, 40, 50, 80):
            if number <= nice * scale:
                return nice * scale
        scale *= 10
