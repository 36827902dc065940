"""Reads a submit of the older routes (facts: provider notes, section 4.3)."""

from collections.abc import Mapping
from typing import Any

from sandbox.jobs import Opened
from sandbox.kling.errors import bad_parameter, no_such_resource
from sandbox.kling.models import FULL_HD, HD, LEGACY_MODELS, Endpoint, Model
from sandbox.kling.wish import Wish, check_film, open_picture

ENDPOINTS = {"text2video": Endpoint.TEXT, "image2video": Endpoint.IMAGE}
_PICTURE_BYTES_MAX = 10 * 1024 * 1024
_RESOLUTIONS = {"std": HD, "pro": FULL_HD}
_EXCLUSIVE = ("camera_control", "image_tail", "static_mask", "dynamic_masks")
_PLAIN_CAMERAS = ("down_back", "forward_up", "right_turn_forward", "left_turn_forward")
_CAMERA_MOVES = range(-10, 11)


def find_model(path: str, body: Mapping[str, Any]) -> Model:
    model_id = str(body.get("model_name", "kling-v1"))
    model = LEGACY_MODELS.get(model_id)
    if model is None or ENDPOINTS[path] not in model.endpoints:
        raise no_such_resource(model_id)
    return model


async def read_wish(path: str, model: Model, body: Mapping[str, Any]) -> Wish:
    """Raises KlingError for what this route or model would not take."""
    _check_extras(body)
    is_from_image = ENDPOINTS[path] is Endpoint.IMAGE
    if not is_from_image and not body.get("prompt"):
        raise bad_parameter("prompt is required")
    wish = Wish(
        model=model,
        prompt=_text(body, "prompt"),
        negative_prompt=_text(body, "negative_prompt"),
        resolution=_resolution(body, model),
        seconds=_seconds(body),
        sound=_sound(body, model),
        ratio=None if is_from_image else _text(body, "aspect_ratio") or "16:9",
        first_frame=await _frame(body, "image", is_needed=True) if is_from_image else None,
        last_frame=await _frame(body, "image_tail", is_needed=False) if is_from_image else None,
        reference=_text(body, "external_task_id"),
        callback_url=_text(body, "callback_url"),
    )
    return check_film(wish)


def _check_extras(body: Mapping[str, Any]) -> None:
    if sum(bool(body.get(name)) for name in _EXCLUSIVE) > 1:
        raise bad_parameter(f"only one of {', '.join(_EXCLUSIVE)} may be given")
    scale = body.get("cfg_scale", 0.5)
    if not isinstance(scale, int | float) or not 0 <= scale <= 1:
        raise bad_parameter("cfg_scale must be from 0 to 1")
    camera = body.get("camera_control")
    if camera:
        _check_camera(camera)


def _check_camera(camera: object) -> None:
    if not isinstance(camera, dict):
        raise bad_parameter("camera_control must be an object")
    if camera.get("type") in _PLAIN_CAMERAS and not camera.get("config"):
        return
    config = camera.get("config")
    if camera.get("type") != "simple" or not isinstance(config, dict):
        raise bad_parameter("camera_control.type and config do not fit")
    moves = [move for move in config.values() if move]
    if len(moves) != 1 or moves[0] not in _CAMERA_MOVES:
        raise bad_parameter("camera_control.config must have exactly one move, from -10 to 10")


def _resolution(body: Mapping[str, Any], model: Model) -> str:
    mode = body.get("mode", "std")
    if mode not in _RESOLUTIONS:
        raise bad_parameter(f"mode {mode} is not supported")
    # The master models have one quality, whatever the mode says.
    return model.resolutions[0] if len(model.resolutions) == 1 else _RESOLUTIONS[mode]


def _seconds(body: Mapping[str, Any]) -> int:
    seconds = body.get("duration", "5")
    if not isinstance(seconds, str) or not seconds.isdecimal():
        raise bad_parameter('duration must be a string such as "5"')
    return int(seconds)


def _sound(body: Mapping[str, Any], model: Model) -> bool:
    sound = body.get("sound", "off")
    if sound not in ("on", "off") or (sound == "on" and not model.sound_is_a_choice):
        raise bad_parameter(f"sound {sound} is not supported by {model.id}")
    return bool(sound == "on")


async def _frame(body: Mapping[str, Any], name: str, *, is_needed: bool) -> Opened | None:
    if not is_needed and not body.get(name):
        return None
    return await open_picture(body.get(name), name, bytes_max=_PICTURE_BYTES_MAX)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise bad_parameter(f"{name} must be a string")
    return value
