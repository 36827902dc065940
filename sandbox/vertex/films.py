"""From the parameters of a request to the films it orders (notes, section 2.1)."""

from dataclasses import dataclass
from typing import Any

from sandbox.film import FilmOrder, SourceUse
from sandbox.gemini.errors import invalid_argument
from sandbox.jobs import Film, Opened, without_words
from sandbox.vertex.instance import Instance
from sandbox.vertex.models import (
    EXTENSION_SECONDS,
    PERSONS,
    RATIOS,
    SAMPLES_MAX,
    SECONDS,
    SECONDS_FULL,
    SEED_MAX,
    SIZES,
    VeoModel,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    samples: int
    seconds: int
    resolution: str
    ratio: str
    sound: bool
    seed: int | None
    without: str


def read_parameters(given: dict[str, Any], instance: Instance, model: VeoModel) -> Parameters:
    """Raises GoogleError INVALID_ARGUMENT; unknown parameters are passed over."""
    ratio = str(_one_of(given, "aspectRatio", ("", *RATIOS)))
    resolution = str(_one_of(given, "resolution", model.resolutions))
    _one_of(given, "personGeneration", ("", *PERSONS))
    sound = given.get("generateAudio", True)
    if not isinstance(sound, bool):
        raise invalid_argument("generateAudio must be true or false.")
    return Parameters(
        samples=_number(given, "sampleCount", 1, range(1, SAMPLES_MAX + 1)),
        seconds=_seconds(given, instance, resolution),
        resolution=resolution,
        ratio=ratio,
        sound=sound,
        seed=_number(given, "seed", 0, range(SEED_MAX + 1)) if "seed" in given else None,
        without=str(given.get("negativePrompt") or ""),
    )


def order_films(instance: Instance, asked: Parameters, model: VeoModel) -> tuple[Film, ...]:
    width, height = _size(asked, instance.video or instance.image)
    return tuple(
        Film(
            FilmOrder(
                prompt=without_words(instance.prompt),
                model=model.title,
                width=width,
                height=height,
                seconds=asked.seconds,
                sound=asked.sound,
                labels=_labels(asked, number),
                variation=f"{asked.seed} {number}",
                first_frame=instance.image.content if instance.image else None,
                last_frame=instance.last_frame.content if instance.last_frame else None,
                references=tuple(reference.content for reference in instance.references),
                source=instance.video.content if instance.video else None,
                source_use=SourceUse.CONTINUE,
            )
        )
        for number in range(1, asked.samples + 1)
    )


def _seconds(given: dict[str, Any], instance: Instance, resolution: str) -> int:
    if instance.video:
        return _number(given, "durationSeconds", EXTENSION_SECONDS, (EXTENSION_SECONDS,))
    seconds = _number(given, "durationSeconds", SECONDS_FULL, SECONDS)
    if seconds != SECONDS_FULL and (resolution != "720p" or instance.needs_full_length):
        raise invalid_argument(
            "Last frames, reference images and resolutions above 720p need durationSeconds 8."
        )
    return seconds


def _size(asked: Parameters, like: Opened | None) -> tuple[int, int]:
    short, long = SIZES[asked.resolution]
    upright = asked.ratio == "9:16" if asked.ratio else bool(like and like.height > like.width)
    return (short, long) if upright else (long, short)


def _labels(asked: Parameters, number: int) -> tuple[str, ...]:
    labels = [asked.resolution]
    if asked.seed is not None:
        labels.append(f"seed {asked.seed}")
    if asked.without:
        labels.append(f"without: {asked.without}")
    return (*labels, f"{number}/{asked.samples}") if asked.samples > 1 else tuple(labels)


def _one_of(given: dict[str, Any], name: str, values: tuple[str, ...]) -> object:
    value = given.get(name, values[0])
    if value not in values:
        accepted = ", ".join(filter(None, values))
        raise invalid_argument(f"{name} must be one of {accepted}, not {value!r}.")
    return value


def _number(given: dict[str, Any], name: str, default: int, values: range | tuple[int, ...]) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value not in values:
        raise invalid_argument(f"Unsupported value of {name}: {value!r}.")
    return value
