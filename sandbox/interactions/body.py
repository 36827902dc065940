"""Reads the body of an interaction into words and media, whatever of its shapes it has."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.gemini.files import Files
from sandbox.interactions.models import IMAGE_MIMES, VIDEO_MIMES
from sandbox.interactions.refusals import invalid
from sandbox.jobs import BadInputError, Opened, as_input, open_input

_BYTES_MAX = 100 * 1024 * 1024
_MIMES = {"image": IMAGE_MIMES, "video": VIDEO_MIMES}
_LABEL = re.compile(r"[\w-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`text` joins all words of the input; media are opened files in the order they came."""

    model: str
    text: str
    images: tuple[Opened, ...]
    videos: tuple[Opened, ...]
    video_config: dict[str, Any]
    seed: int | None
    format: dict[str, Any]
    background: bool
    store: bool
    labels: dict[str, str]
    previous_id: str
    callback_url: str
    user_metadata: dict[str, Any]


async def read_body(raw: bytes, files: Files) -> Body:
    """Raises InteractionError for what no model would take."""
    given = _read_json(raw)
    contents = _contents(given.get("input"))
    opened = [await _open(content, files) for content in contents if content["type"] in _MIMES]
    generation = mapping(given.get("generation_config"), "generation_config")
    webhook = mapping(given.get("webhook_config"), "webhook_config")
    return Body(
        model=str(given.get("model", "")),
        text="\n".join(str(c.get("text", "")) for c in contents if c["type"] == "text"),
        images=tuple(medium for medium in opened if medium.mime.startswith("image/")),
        videos=tuple(medium for medium in opened if medium.mime.startswith("video/")),
        video_config=mapping(generation.get("video_config"), "video_config"),
        seed=generation.get("seed"),
        format=mapping(given.get("response_format"), "response_format"),
        background=given.get("background") is True,
        store=given.get("store") is not False,
        labels=_labels(given),
        previous_id=str(given.get("previous_interaction_id") or ""),
        callback_url=str(next(iter(webhook.get("uris") or []), "")),
        user_metadata=mapping(webhook.get("user_metadata"), "user_metadata"),
    )


def mapping(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(f"'{name}' must be an object.")
    return value


def _read_json(raw: bytes) -> dict[str, Any]:
    if len(raw) > _BYTES_MAX:
        raise invalid(f"The request is larger than {_BYTES_MAX} bytes.")
    try:
        given = mapping(json.loads(raw), "body")
    except ValueError as error:
        raise invalid(f"The body is not JSON: {error}") from error
    if given.get("stream") is True:
        raise invalid("This stand-in does not stream.")
    if given.get("background") is True and given.get("store") is False:
        raise invalid("'background' needs 'store'.")
    return given


def _contents(given: Any) -> list[dict[str, Any]]:
    """Text, one content, a list of contents, or a list of steps that hold contents."""
    if isinstance(given, str):
        return [{"type": "text", "text": given}]
    found: list[dict[str, Any]] = []
    for item in given if isinstance(given, list) else [given]:
        if not isinstance(item, dict) or "type" not in item:
            raise invalid("'input' must be text, contents or steps, each with its 'type'.")
        found += _contents(item.get("content")) if item["type"] == "user_input" else [item]
    return found


async def _open(content: dict[str, Any], files: Files) -> Opened:
    kind, mime = content["type"], str(content.get("mime_type", ""))
    if "uri" in content:
        encoded = files.get_content(str(content["uri"]).rpartition("/files/")[2])
    elif mime not in _MIMES[kind]:
        raise invalid(f"Unsupported MIME type '{mime}' of a content of type '{kind}'.")
    else:
        encoded = _decode(str(content.get("data", "")))
    try:
        opened = await open_input(as_input(encoded))
    except BadInputError as error:
        raise invalid(f"The {kind} cannot be read: {error}.") from error
    if not opened.mime.startswith(f"{kind}/"):
        raise invalid(f"{opened.mime} in a content of type '{kind}'.")
    return opened


def _decode(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise invalid("'data' is not base64.") from error


def _labels(given: dict[str, Any]) -> dict[str, str]:
    labels = mapping(given.get("labels"), "labels")
    for name, value in labels.items():
        both = f"{name}{value}"
        if not name[:1].isalpha() or both != both.lower():
            raise invalid(f"Label '{name}' must start with a letter and be in lower case.")
        if not (_LABEL.fullmatch(name) and _LABEL.fullmatch(str(value))):
            raise invalid(f"Label '{name}' has a sign that is not allowed, or is too long.")
    return labels
