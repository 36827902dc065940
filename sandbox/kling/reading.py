"""Reads a submit of the new standard (facts: provider notes, section 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.film import SourceUse
from sandbox.jobs import Opened
from sandbox.kling.errors import bad_parameter, bad_request, no_such_resource
from sandbox.kling.models import HD, MODELS, Endpoint, Model
from sandbox.kling.wish import Wish, check_film, open_film, open_picture

_PICTURE_BYTES_MAX = 50 * 1024 * 1024
_REFERENCES_MAX = 7
_REFERENCES_WITH_FILM_MAX = 4
_PICTURES = ("first_frame", "last_frame", "refer_image")
_FILMS = {"base_video": SourceUse.RECOLOR, "feature_video": SourceUse.CONTINUE}
_ONLY_OMNI = ("refer_image", "element", *_FILMS)


def find_model(endpoint: Endpoint, model_id: str) -> Model:
    model = MODELS.get(model_id)
    if model is None or endpoint not in model.endpoints:
        raise no_such_resource(model_id)
    return model


def find_prompt(body: Mapping[str, Any]) -> str:
    """Wherever it stands: the words in it are looked for before anything is checked."""
    texts = [body.get("prompt")]
    texts += [item.get("text") for item in _items(body.get("contents"))]
    return next((text for text in texts if isinstance(text, str)), "")


async def read_wish(endpoint: Endpoint, model: Model, body: Mapping[str, Any]) -> Wish:
    """Raises KlingError for what this endpoint or model would not take."""
    contents = await _read_contents(endpoint, model, body)
    settings, options = (_mapping(body, name) for name in ("settings", "options"))
    wish = Wish(
        model=model,
        prompt=find_prompt(body),
        resolution=str(settings.get("resolution", HD)),
        seconds=_seconds(settings),
        sound=_sound(settings, model, is_omni=endpoint is Endpoint.OMNI),
        ratio=_ratio(settings, endpoint, contents),
        first_frame=contents.first("first_frame"),
        last_frame=contents.first("last_frame"),
        references=contents.all_of("refer_image"),
        source=contents.source,
        source_use=contents.source_use,
        reference=str(options.get("external_task_id", "")),
        callback_url=str(options.get("callback_url", "")),
    )
    return check_film(wish)


@dataclass(frozen=True, slots=True)
class _Contents:
    pictures: tuple[tuple[str, Opened], ...] = ()
    source: Opened | None = None
    source_use: SourceUse = SourceUse.RECOLOR

    def all_of(self, kind: str) -> tuple[Opened, ...]:
        return tuple(picture for name, picture in self.pictures if name == kind)

    def first(self, kind: str) -> Opened | None:
        return next(iter(self.all_of(kind)), None)


async def _read_contents(endpoint: Endpoint, model: Model, body: Mapping[str, Any]) -> _Contents:
    if endpoint is Endpoint.TEXT:
        if not isinstance(body.get("prompt"), str) or not body["prompt"]:
            raise bad_parameter("prompt is required")
        return _Contents()
    items = _items(body.get("contents"))
    kinds = [str(item.get("type")) for item in items]
    _check_kinds(endpoint, kinds)
    pictures = [
        (kind, await open_picture(item.get("url"), kind, bytes_max=_PICTURE_BYTES_MAX))
        for kind, item in zip(kinds, items, strict=True)
        if kind in _PICTURES
    ]
    films = [(kind, item) for kind, item in zip(kinds, items, strict=True) if kind in _FILMS]
    if not films:
        return _Contents(tuple(pictures))
    [(kind, item)] = films
    source = await open_film(item.get("url"), kind, seconds_max=model.source_seconds_max)
    return _Contents(tuple(pictures), source, _FILMS[kind])


def _check_kinds(endpoint: Endpoint, kinds: list[str]) -> None:
    if not kinds:
        raise bad_parameter("contents is required")
    known = ("prompt", *_PICTURES, *_FILMS, "element")
    for kind in kinds:
        if kind not in known or (kind in _ONLY_OMNI and endpoint is not Endpoint.OMNI):
            raise bad_parameter(f"contents type {kind} is not supported")
    films = sum(kind in _FILMS for kind in kinds)
    if any(kinds.count(kind) > 1 for kind in ("prompt", "first_frame", "last_frame")) or films > 1:
        raise bad_parameter("contents holds too many items of one type")
    if kinds.count("refer_image") > (_REFERENCES_WITH_FILM_MAX if films else _REFERENCES_MAX):
        raise bad_parameter("contents holds too many reference images")
    if endpoint is Endpoint.IMAGE and "first_frame" not in kinds:
        raise bad_parameter("first_frame is required")


def _seconds(settings: Mapping[str, Any]) -> int:
    seconds = settings.get("duration", 5)
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise bad_parameter("settings.duration must be an integer")
    return seconds


def _sound(settings: Mapping[str, Any], model: Model, *, is_omni: bool) -> bool:
    if not model.sound_is_a_choice:
        return model.has_sound
    asked = settings.get("audio", "off")
    if asked not in ("native", "off", *(["original"] if is_omni else [])):
        raise bad_parameter(f"settings.audio {asked} is not supported")
    return bool(asked != "off")


def _ratio(settings: Mapping[str, Any], endpoint: Endpoint, contents: _Contents) -> str | None:
    """Frames and films have a shape of their own."""
    if contents.first("first_frame") is not None or contents.source is not None:
        return None
    ratio = settings.get("aspect_ratio")
    if ratio is None and endpoint is Endpoint.OMNI:
        raise bad_parameter("settings.aspect_ratio is required without a frame or a video")
    return str(ratio or "16:9")


def _mapping(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise bad_request(f"{name} must be an object")
    return value


def _items(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
