"""Reads submits of kie's Midjourney API (facts: provider notes, section 6.1)."""

from dataclasses import replace
from typing import Any

from sandbox.drawing import Order
from sandbox.film import FilmOrder
from sandbox.jobs import Film, Job, Kind, Opened, Still, Work, without_words
from sandbox.kie.errors import invalid
from sandbox.kie.wish import Wish, fetch_pictures, one_of, prompt_of
from sandbox.midjourney.pictures import (
    STYLIZATION_MAX,
    VARIANTS,
    VARIETY_MAX,
    VERSIONS,
    WEIRDNESS_MAX,
    Style,
    upscale,
    vary,
)

_RATIOS = ("1:1", "1:2", "9:16", "2:3", "3:4", "5:6", "6:5", "4:3", "3:2", "16:9", "2:1")
_CREDITS = {"relaxed": 3, "fast": 8, "turbo": 16}
_FILM_CREDITS = 16
_UPSCALE_CREDITS = 1
_FILM_SECONDS = 5
_FILM_AREA = 832 * 464
_PROMPT_MAX = 2000
_FILES_MAX = 4
_FROM_PICTURES = ("mj_img2img", "mj_style_reference", "mj_omni_reference", "mj_video")
TASK_TYPES = ("mj_txt2img", *_FROM_PICTURES)


async def read_generation(body: dict[str, Any]) -> Wish:
    """Raises KieError."""
    task_type = one_of(body, "taskType", TASK_TYPES, None)
    prompt = prompt_of(body, length_max=_PROMPT_MAX)
    given = body.get("fileUrls") or ([body["fileUrl"]] if body.get("fileUrl") else [])
    pictures = await fetch_pictures(given, "fileUrls", most=_FILES_MAX)
    if task_type in _FROM_PICTURES and not pictures:
        raise invalid("fileUrls is required for this taskType")
    if task_type == "mj_video":
        return _film(body, prompt, pictures[0])
    style = _style(body)
    photos = tuple(picture.content for picture in pictures)
    orders = style.variants(without_words(prompt), photos)
    return _stills(task_type, orders, _CREDITS[style.speed])


def read_follow_up(job: Job, body: dict[str, Any], *, is_upscale: bool) -> Wish:
    """`index` counts from zero. Raises KieError."""
    orders: tuple[Order, ...] = job.facts["orders"]
    if not orders:
        raise invalid("this task has no pictures to go on from")
    index = one_of(body, "index", tuple(range(VARIANTS)), None)
    if is_upscale:
        large = (Still(upscale(orders[index])),)
        return _images("mj_upscale", large, (), _UPSCALE_CREDITS)
    return _stills("mj_vary", vary(orders[index]), _CREDITS["fast"])


def _style(body: dict[str, Any]) -> Style:
    across, down = one_of(body, "aspectRatio", _RATIOS, "1:1").split(":")
    return Style(
        ratio=(int(across), int(down)),
        version=one_of(body, "version", VERSIONS, "7"),
        speed=one_of(body, "speed", tuple(_CREDITS), "fast"),
        stylization=_stepped(body, "stylization", STYLIZATION_MAX, step=50),
        weirdness=_stepped(body, "weirdness", WEIRDNESS_MAX, step=100),
        variety=_stepped(body, "variety", VARIETY_MAX, step=5),
    )


def _stepped(body: dict[str, Any], name: str, maximum: int, *, step: int) -> int:
    return int(one_of(body, name, tuple(range(0, maximum + 1, step)), 0))


def _stills(task_type: str, orders: tuple[Order, ...], price: float) -> Wish:
    return _images(task_type, tuple(Still(order) for order in orders), orders, price)


def _images(
    task_type: str, works: tuple[Work, ...], orders: tuple[Order, ...], price: float
) -> Wish:
    return Wish(
        kind=Kind.IMAGE,
        model="mj",
        works=works,
        credits=price,
        orders=orders,
        facts={"task_type": task_type},
    )


def _film(body: dict[str, Any], prompt: str, first: Opened) -> Wish:
    motion = one_of(body, "motion", ("low", "high"), "high")
    count = one_of(body, "videoBatchSize", (1, 2, 4), 1)
    height = (_FILM_AREA * first.height / first.width) ** 0.5
    film = FilmOrder(
        prompt=without_words(prompt),
        model="Midjourney Video",
        width=round(_FILM_AREA / height / 2) * 2,
        height=round(height / 2) * 2,
        seconds=_FILM_SECONDS,
        labels=(f"{motion} motion",),
        first_frame=first.content,
    )
    works = tuple(Film(replace(film, variation=f"{motion} {number}")) for number in range(count))
    return Wish(
        kind=Kind.VIDEO,
        model="mj_video",
        works=works,
        credits=_FILM_CREDITS * count,
        facts={"task_type": "mj_video"},
    )
