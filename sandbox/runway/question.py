"""Reads the body of a submit and refuses what the API refuses."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.runway.catalog import MODELS
from sandbox.runway.errors import RunwayError, invalid
from sandbox.runway.models import Endpoint, Model, Sound

_DATA_URI_MAX = 5 * 1024 * 1024
_SCHEMES = ("https://", "http://127.0.0.1", "http://localhost", "runway://", "data:")
_SEED_MAX = 4294967295
_KEYFRAMES_MAX = 5
# Shown on the result under these names, so that one sees that they arrived.
_SHOWN = {
    "negativePrompt": "without",
    "cfgScale": "cfg",
    "mode": "mode",
    "resolution": "resolution",
    "targetAspectRatio": "target",
    "outputFormat": "format",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Inputs are addresses as they came; `seconds` is None for as long as the source."""

    model: Model
    endpoint: Endpoint
    prompt: str
    shape: str
    resolution: str
    seconds: int | None
    sound: bool
    seed: int | None
    continues: bool
    labels: tuple[str, ...]
    first: str | None
    last: str | None
    source: str | None
    references: tuple[str, ...]


def read_question(raw: bytes, endpoint: Endpoint) -> Question:
    """Raises RunwayError 400 for a body that this endpoint would not take."""
    body = _read_json(raw)
    model = _read_model(body, endpoint)
    first, last, loose = _read_frames(body, model, endpoint)
    resolution = _read_resolution(body, model)
    if body.get("outputFormat", "mp4") not in ("mp4", "png"):
        raise invalid("outputFormat", "The sandbox makes mp4 only")
    return Question(
        model=model,
        endpoint=endpoint,
        prompt=_read_prompt(body, model),
        shape=_read_shape(body, model, endpoint),
        resolution=resolution,
        seconds=_read_seconds(body, model, endpoint),
        sound=_wants_sound(body, model),
        seed=_read_seed(body),
        continues=body.get("mode") == "extend",
        labels=_read_labels(body),
        first=first,
        last=last,
        source=_read_source(body, endpoint),
        references=(*loose, *_read_references(body, model)),
    )


def _read_json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise RunwayError(400, "The request body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise RunwayError(400, "The request body is not an object.")
    return body


def _read_model(body: dict[str, Any], endpoint: Endpoint) -> Model:
    model = MODELS.get(str(body.get("model")))
    if model is None or endpoint not in model.shapes:
        known = " | ".join(f"'{known.id}'" for known in MODELS.values() if endpoint in known.shapes)
        raise invalid("model", f"Expected {known}", code="invalid_union_discriminator")
    return model


def _read_prompt(body: dict[str, Any], model: Model) -> str:
    prompt = body.get("promptText", "")
    if not isinstance(prompt, str):
        raise invalid("promptText", "Expected string", code="invalid_type")
    if model.must_say_prompt and not prompt:
        raise invalid("promptText", "Required", code="too_small")
    if len(prompt.encode("utf-16-le")) // 2 > model.prompt_max:
        message = f"String must contain at most {model.prompt_max} character(s)"
        raise invalid("promptText", message, code="too_big")
    return prompt


def _read_shape(body: dict[str, Any], model: Model, endpoint: Endpoint) -> str:
    """The asked `ratio`; what a model takes without being told; or empty: like the input."""
    accepted = model.shapes[endpoint]
    shape = str(body.get("ratio") or body.get("targetAspectRatio") or "")
    if not accepted:
        return shape if endpoint is Endpoint.VIDEO_TO_VIDEO else ""
    if not shape and not model.must_say_shape:
        return accepted[0] if endpoint is Endpoint.TEXT_TO_VIDEO else ""
    if shape not in accepted:
        known = " | ".join(f"'{known}'" for known in accepted)
        raise invalid("ratio", f"Expected {known}", code="invalid_enum_value")
    return shape


def _read_resolution(body: dict[str, Any], model: Model) -> str:
    if not model.resolutions:
        return ""
    resolution = str(body.get("resolution", model.resolutions[-1])).lower()
    if resolution not in model.resolutions:
        raise invalid("resolution", "Invalid enum value", code="invalid_enum_value")
    return resolution


def _read_seconds(body: dict[str, Any], model: Model, endpoint: Endpoint) -> int | None:
    seconds = body.get("duration")
    if endpoint is Endpoint.TEXT_TO_IMAGE or not model.seconds:
        return None
    if seconds is None and endpoint is Endpoint.VIDEO_TO_VIDEO:
        return None
    if seconds is None and model.must_say_seconds:
        raise invalid("duration", "Required", code="invalid_type")
    if seconds in (None, "auto"):
        return model.usual_seconds
    if not isinstance(seconds, int) or seconds not in model.seconds:
        known = " | ".join(str(known) for known in model.seconds)
        raise invalid("duration", f"Expected {known}", code="invalid_union")
    return seconds


def _wants_sound(body: dict[str, Any], model: Model) -> bool:
    if model.sound is Sound.OPTION:
        return body.get("audio", True) is True
    return model.sound is Sound.ALWAYS


def _read_seed(body: dict[str, Any]) -> int | None:
    seed = body.get("seed")
    if seed is not None and not (isinstance(seed, int) and 0 <= seed <= _SEED_MAX):
        raise invalid("seed", f"Number must be between 0 and {_SEED_MAX}", code="too_big")
    return seed


def _read_labels(body: dict[str, Any]) -> tuple[str, ...]:
    labels = [f"{shown} {body[name]}" for name, shown in _SHOWN.items() if name in body]
    moderation = body.get("contentModeration")
    if isinstance(moderation, dict) and "publicFigureThreshold" in moderation:
        labels.append(f"public figures {moderation['publicFigureThreshold']}")
    if "seed" in body:
        labels.append(f"seed {body['seed']}")
    return tuple(labels)


def _read_frames(
    body: dict[str, Any], model: Model, endpoint: Endpoint
) -> tuple[str | None, str | None, list[str]]:
    """The first picture, the last one, and those without a position."""
    if endpoint is not Endpoint.IMAGE_TO_VIDEO:
        return None, None, []
    given = body.get("promptImage")
    if isinstance(given, str):
        return _address(given, "promptImage"), None, []
    if not isinstance(given, list) or not given:
        raise invalid("promptImage", "Required", code="invalid_type")
    placed: dict[str, str] = {}
    loose: list[str] = []
    for item in given:
        uri = _address(item.get("uri") if isinstance(item, dict) else None, "promptImage")
        position = item.get("position")
        if position in ("first", "last"):
            placed[position] = uri
        else:
            loose.append(uri)
    _check_frames(placed, model)
    return placed.get("first"), placed.get("last"), loose


def _check_frames(placed: dict[str, str], model: Model) -> None:
    if "last" in placed and not model.last_frame:
        raise invalid("promptImage", f"{model.id} takes a first frame only")
    if "last" in placed and "first" not in placed:
        raise invalid("promptImage", "A last frame needs a first frame")


def _read_source(body: dict[str, Any], endpoint: Endpoint) -> str | None:
    if endpoint is not Endpoint.VIDEO_TO_VIDEO:
        return None
    name = "promptVideo" if "promptVideo" in body else "videoUri"
    return _address(body.get(name), name)


def _read_references(body: dict[str, Any], model: Model) -> tuple[str, ...]:
    """Pictures under any of the names that models have for them."""
    given = [
        *_listed(body, "references"),
        *_listed(body, "referenceImages"),
        *_listed(body, "keyframes"),
    ]
    most = _KEYFRAMES_MAX if "keyframes" in body else model.references_max
    if len(given) > most:
        message = f"Array must contain at most {most} element(s)"
        raise invalid("references", message, code="too_big")
    return tuple(
        _address(item.get("uri") if isinstance(item, dict) else item, "references")
        for item in given
    )


def _listed(body: dict[str, Any], name: str) -> list[Any]:
    given = body.get(name) or []
    if not isinstance(given, list):
        raise invalid(name, "Expected array", code="invalid_type")
    return given


def _address(given: Any, field: str) -> str:
    if not isinstance(given, str) or not given.startswith(_SCHEMES):
        raise invalid(field, "Invalid asset: a HTTPS URL, a Runway URI or a data URI is expected")
    if given.startswith("data:") and len(given) > _DATA_URI_MAX:
        raise invalid(field, "Data URIs must be at most 5MB", code="too_big")
    return given
