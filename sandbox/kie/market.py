"""The models of the job API and how each reads its input (facts: provider notes, 7.3)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.drawing import Order
from sandbox.film import FilmOrder
from sandbox.gemini.models import ENLARGEMENT, SIZES_1K
from sandbox.jobs import Film, Kind, Opened, Still, without_words
from sandbox.kie.errors import invalid
from sandbox.kie.wish import Wish, fetch_pictures, one_of, prompt_of, switch

_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "auto")
_FILM_SIZES = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (960, 960)}
_FILM_TIMES = {"std": 1.0, "pro": 1.5}
_FILM_CREDITS = {False: 20, True: 27}
_FRAMES_MAX = 2
_PROMPT_MAX, _FILM_PROMPT_MAX = 20_000, 2500

Reader = Callable[[dict[str, Any]], Awaitable[Wish]]


@dataclass(frozen=True, slots=True)
class Banana:
    """A picture model of the Nano Banana family: its price in credits by resolution."""

    id: str
    title: str
    credits: Mapping[str, int]
    pictures_max: int

    async def read(self, asked: dict[str, Any]) -> Wish:
        prompt = prompt_of(asked, length_max=_PROMPT_MAX)
        resolution = one_of(asked, "resolution", tuple(self.credits), "1K")
        ratio = one_of(asked, "aspect_ratio", _RATIOS, "auto")
        kind = one_of(asked, "output_format", ("png", "jpg"), "png")
        pictures = await fetch_pictures(
            asked.get("image_input") or [], "image_input", most=self.pictures_max
        )
        width, height = SIZES_1K[_nearest(pictures) if ratio == "auto" else ratio]
        times = ENLARGEMENT[resolution]
        order = Order(
            prompt=without_words(prompt),
            signature=f"{self.title} · kie",
            width=width * times,
            height=height * times,
            photos=tuple(picture.content for picture in pictures),
            labels=(resolution,),
        )
        work = Still(order, "jpeg" if kind == "jpg" else "png")
        return Wish(kind=Kind.IMAGE, model=self.id, works=(work,), credits=self.credits[resolution])


async def _read_kling(asked: dict[str, Any]) -> Wish:
    prompt = prompt_of(asked, length_max=_FILM_PROMPT_MAX)
    seconds = one_of(asked, "duration", tuple(str(n) for n in range(3, 16)), "5")
    mode = one_of(asked, "mode", tuple(_FILM_TIMES), "pro")
    ratio = one_of(asked, "aspect_ratio", tuple(_FILM_SIZES), "16:9")
    sound = switch(asked, "sound")
    if switch(asked, "multi_shots") and not asked.get("multi_prompt"):
        raise invalid("multi_prompt is required when multi_shots is true")
    given = asked.get("image_urls") or []
    pictures = await fetch_pictures(given, "image_urls", most=_FRAMES_MAX)
    frames: list[bytes | None] = [picture.content for picture in pictures]
    first, last = (*frames, None, None)[:_FRAMES_MAX]
    width, height = _film_size(ratio, pictures, times=_FILM_TIMES[mode])
    film = FilmOrder(
        prompt=without_words(prompt),
        model="Kling 3.0 · kie",
        width=width,
        height=height,
        seconds=int(seconds),
        sound=sound,
        labels=(mode, *([] if pictures else [ratio])),
        first_frame=first,
        last_frame=last,
    )
    credits_ = _FILM_CREDITS[sound] * int(seconds)
    return Wish(kind=Kind.VIDEO, model="kling-3.0/video", works=(Film(film),), credits=credits_)


def _nearest(pictures: tuple[Opened, ...]) -> str:
    if not pictures:
        return "1:1"
    wanted = pictures[0].width / pictures[0].height
    return min(SIZES_1K, key=lambda ratio: abs(SIZES_1K[ratio][0] / SIZES_1K[ratio][1] - wanted))


def _film_size(ratio: str, pictures: tuple[Opened, ...], *, times: float) -> tuple[int, int]:
    """A first frame gives the film its shape."""
    width, height = _FILM_SIZES[ratio]
    if pictures:
        area = 1280 * 720
        shape = pictures[0].width / pictures[0].height
        width, height = round((area * shape) ** 0.5), round((area / shape) ** 0.5)
    return round(width * times / 2) * 2, round(height * times / 2) * 2


_BANANAS = (
    Banana("nano-banana-2", "Nano Banana 2", {"1K": 8, "2K": 12, "4K": 18}, 14),
    Banana("nano-banana-2-lite", "Nano Banana Lite", {"1K": 4}, 14),
    Banana("nano-banana-pro", "Nano Banana Pro", {"1K": 18, "2K": 18, "4K": 24}, 8),
)
READERS: Mapping[str, Reader] = {banana.id: banana.read for banana in _BANANAS} | {
    "kling-3.0/video": _read_kling
}
