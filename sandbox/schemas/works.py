"""From a checked input to the pictures or the film that answer it."""

from collections.abc import Mapping
from typing import Any, Literal

from sandbox.drawing import Order
from sandbox.film import FilmOrder
from sandbox.jobs import (
    BadInputError,
    Film,
    Opened,
    Still,
    Work,
    open_input,
    read_input,
    without_words,
)
from sandbox.schemas.models import Model
from sandbox.schemas.properties import Kind

Pictures = Mapping[str, tuple[Opened, ...]]

_ENLARGEMENT = {"1K": 1, "2K": 2, "4K": 4}
_KINDS: dict[str, Literal["png", "jpeg", "webp"]] = {"jpg": "jpeg", "jpeg": "jpeg", "webp": "webp"}
# Seen in what is drawn, and not to be read on it besides.
_NOT_READ = ("prompt", "num_images", "output_format", "duration", "sync_mode")


async def open_pictures(model: Model, values: Mapping[str, Any]) -> dict[str, tuple[Opened, ...]]:
    """The pictures by their fields. Raises BadInputError, whose text names the field."""
    opened = {}
    for name, item in model.properties.items():
        if item.kind not in (Kind.PICTURE, Kind.PICTURES) or not values.get(name):
            continue
        given = values[name] if isinstance(values[name], list) else [values[name]]
        try:
            opened[name] = tuple([await open_input(await read_input(each)) for each in given])
        except BadInputError as error:
            raise BadInputError(f"{name}: {error}") from error
    return opened


def make_works(model: Model, values: Mapping[str, Any], pictures: Pictures) -> tuple[Work, ...]:
    size = _size(model, values, pictures)
    if model.is_film:
        return (_film(model, values, pictures, size),)
    count = int(values.get("num_images", 1))
    return tuple(_still(model, values, pictures, size, number) for number in range(1, count + 1))


def _still(
    model: Model, values: Mapping[str, Any], pictures: Pictures, size: tuple[int, int], number: int
) -> Still:
    order = Order(
        prompt=without_words(values["prompt"]),
        signature=model.title,
        width=size[0],
        height=size[1],
        photos=_contents(pictures),
        labels=_labels(model, values),
        variation=f"{values.get('seed', '')} {number}",
    )
    return Still(order, _KINDS.get(str(values.get("output_format")), "png"))


def _film(
    model: Model, values: Mapping[str, Any], pictures: Pictures, size: tuple[int, int]
) -> Film:
    first = _contents({"": pictures.get("start_image_url", ())})
    last = _contents({"": pictures.get("end_image_url", ())})
    return Film(
        FilmOrder(
            prompt=without_words(values["prompt"]),
            model=model.title,
            width=size[0],
            height=size[1],
            seconds=float(values["duration"]),
            sound=bool(values.get("generate_audio")),
            labels=_labels(model, values),
            variation=str(values.get("seed", "")),
            first_frame=first[0] if first else None,
            last_frame=last[0] if last else None,
        )
    )


def _size(model: Model, values: Mapping[str, Any], pictures: Pictures) -> tuple[int, int]:
    times = _ENLARGEMENT.get(str(values.get("resolution")), 1)
    named = model.sizes.get(str(values.get(model.shaped_by)))
    if named is not None:
        return named[0] * times, named[1] * times
    first = next((opened[0] for opened in pictures.values()), None)
    aspect = first.width / first.height if first else 1.0
    short = model.short_side * times
    width, height = (short * aspect, short) if aspect >= 1 else (short, short / aspect)
    return round(width / 2) * 2, round(height / 2) * 2


def _labels(model: Model, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The options that differ from what the model does by itself."""
    return tuple(
        f"{name} {value}"
        for name, value in values.items()
        if name not in (*_NOT_READ, model.shaped_by)
        and model.properties[name].kind not in (Kind.PICTURE, Kind.PICTURES)
        and value != model.properties[name].default
    )


def _contents(pictures: Pictures) -> tuple[bytes, ...]:
    return tuple(opened.content for each in pictures.values() for opened in each)
