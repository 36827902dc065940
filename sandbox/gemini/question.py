"""Reads a generateContent body, in camelCase or snake_case, and refuses what the API refuses."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.gemini.errors import invalid_argument, invalid_field
from sandbox.gemini.models import ENLARGEMENT, Model

_INLINE_BYTES_MAX = 100 * 1024 * 1024
IMAGE_MIMES = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")
VIDEO_MIMES = tuple(
    f"video/{kind}"
    for kind in ("mp4", "mpeg", "mov", "quicktime", "avi", "x-flv", "mpg", "webm", "wmv", "3gpp")
)

AUDIO_MIMES = tuple(f"audio/{kind}" for kind in ("ogg", "mp3", "wav", "aac", "flac", "aiff"))


@dataclass(frozen=True, slots=True)
class Medium:
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`prompt` is the text of the last turn; `media` come from all turns, oldest first.

    `is_instructed`: the system instruction says what to do with the words.
    """

    prompt: str
    all_text: str
    media: tuple[Medium, ...]
    links: tuple[str, ...]
    ratio: str | None
    size: str
    wants_image: bool
    is_instructed: bool

    @property
    def images(self) -> tuple[Medium, ...]:
        return tuple(medium for medium in self.media if medium.mime in IMAGE_MIMES)

    @property
    def recordings(self) -> tuple[Medium, ...]:
        return tuple(medium for medium in self.media if medium.mime in AUDIO_MIMES)


def read_question(raw: bytes, model: Model) -> Question:
    """Raises GoogleError INVALID_ARGUMENT for a body this model would not take."""
    if len(raw) > _INLINE_BYTES_MAX:
        raise invalid_argument(
            f"Request payload size exceeds the limit: {_INLINE_BYTES_MAX} bytes."
        )
    body = read_json(raw)
    config = mapping(body.get("generationConfig"), "generation_config")
    image_config = mapping(config.get("imageConfig"), "generation_config.image_config")
    turns = _read_turns(body)
    media = tuple(medium for turn in turns for medium in turn.media)
    _check_media(media, model)
    _check_config(config, model)
    instruction = _text_of(body.get("systemInstruction"))
    return Question(
        prompt=turns[-1].text,
        all_text="\n".join([instruction, *(t.text for t in turns)]),
        media=media,
        links=tuple(link for turn in turns for link in turn.links),
        ratio=_read_ratio(image_config, model),
        size=_read_size(image_config, model),
        wants_image=model.makes_images and _modalities(config) != {"TEXT"},
        is_instructed=bool(instruction),
    )


@dataclass(frozen=True, slots=True)
class _Turn:
    text: str
    media: tuple[Medium, ...]
    links: tuple[str, ...]


def read_json(raw: bytes) -> dict[str, Any]:
    """The body with all its names in camelCase. Raises GoogleError INVALID_ARGUMENT."""
    try:
        parsed = json.loads(raw)
    except ValueError as error:
        raise invalid_argument(f"Invalid JSON payload received. {error}") from error
    return mapping(_camel_keys(parsed), "")


def _camel_keys(foreign: Any) -> Any:
    if isinstance(foreign, list):
        return [_camel_keys(item) for item in foreign]
    if isinstance(foreign, dict):
        return {
            re.sub(r"_([a-z])", lambda found: found[1].upper(), name): _camel_keys(item)
            for name, item in foreign.items()
        }
    return foreign


def mapping(foreign: Any, field: str) -> dict[str, Any]:
    if foreign is None:
        return {}
    if not isinstance(foreign, dict):
        raise invalid_field(field, f"Invalid value at '{field}', an object was expected.")
    return foreign


def items(foreign: Any, field: str) -> list[Any]:
    if not isinstance(foreign, list):
        raise invalid_field(field, f"Invalid value at '{field}', a list was expected.")
    return foreign


def _read_turns(body: dict[str, Any]) -> list[_Turn]:
    contents = items(body.get("contents", []), "contents")
    if not contents:
        raise invalid_argument("* GenerateContentRequest.contents: contents is not specified\n")
    return [_read_turn(content, f"contents[{index}]") for index, content in enumerate(contents)]


def _read_turn(content: Any, field: str) -> _Turn:
    parts = items(mapping(content, field).get("parts", []), f"{field}.parts")
    if not parts:
        raise invalid_argument(f"* GenerateContentRequest.{field}.parts: must not be empty\n")
    media: list[Medium] = []
    links: list[str] = []
    for index, foreign_part in enumerate(parts):
        part = mapping(foreign_part, f"{field}.parts[{index}]")
        if "inlineData" in part:
            media.append(_read_medium(part["inlineData"], f"{field}.parts[{index}].inline_data"))
        if "fileData" in part:
            links.append(str(mapping(part["fileData"], field).get("fileUri", "")))
    return _Turn(_text_of(content), tuple(media), tuple(links))


def _text_of(content: Any) -> str:
    if not isinstance(content, dict):
        return ""
    parts = items(content.get("parts") or [], "parts")
    texts = (part.get("text") for part in parts if isinstance(part, dict))
    return "\n".join(text for text in texts if isinstance(text, str))


def _read_medium(foreign: Any, field: str) -> Medium:
    blob = mapping(foreign, field)
    encoded = str(blob.get("data", ""))
    # Base64 of bytes may also come in the URL-safe alphabet (protobuf JSON mapping).
    plain = encoded.replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        message = (
            f"Invalid value at '{field}.data' (TYPE_BYTES), Base64 decoding failed for"
            f' "{encoded[:40]}"'
        )
        raise invalid_field(f"{field}.data", message) from error
    return Medium(str(blob.get("mimeType", "")).lower(), content)


def _check_media(media: tuple[Medium, ...], model: Model) -> None:
    accepted = IMAGE_MIMES if model.makes_images else IMAGE_MIMES + VIDEO_MIMES + AUDIO_MIMES
    for medium in media:
        if medium.mime not in accepted:
            raise invalid_argument(f"Unsupported MIME type: {medium.mime}")
    if sum(medium.mime in IMAGE_MIMES for medium in media) > model.reference_images_max:
        raise invalid_argument(
            f"The model supports at most {model.reference_images_max} input images."
        )


def _check_config(config: dict[str, Any], model: Model) -> None:
    if "IMAGE" in _modalities(config) and not model.makes_images:
        raise invalid_argument(
            "Model does not support the requested response modalities: image,text"
        )
    if model.makes_images and config.get("candidateCount", 1) != 1:
        raise invalid_argument("Multiple candidates is not enabled for this model")
    thinking = mapping(config.get("thinkingConfig"), "generation_config.thinking_config")
    level = str(thinking.get("thinkingLevel", "")).upper()
    if level and model.thinking_levels and level not in model.thinking_levels:
        raise invalid_argument(f"Thinking level {level} is not supported for this model.")


def _modalities(config: dict[str, Any]) -> set[str]:
    asked = items(config.get("responseModalities") or [], "generation_config.response_modalities")
    return {str(modality).upper() for modality in asked}


def _read_ratio(image_config: dict[str, Any], model: Model) -> str | None:
    ratio = str(image_config.get("aspectRatio") or "") or None
    if ratio is not None and model.makes_images and ratio not in model.ratios:
        field = "generation_config.image_config.aspect_ratio"
        accepted = ", ".join(f"'{known}'" for known in model.ratios)
        raise invalid_field(field, f"aspect_ratio must be one of {accepted}")
    return ratio


def _read_size(image_config: dict[str, Any], model: Model) -> str:
    size = str(image_config.get("imageSize") or "1K")
    if model.makes_images and (size not in model.image_tokens or size not in ENLARGEMENT):
        field = "generation_config.image_config.image_size"
        accepted = ", ".join(f"'{known}'" for known in model.image_tokens)
        raise invalid_field(field, f"image_size must be one of {accepted}")
    return size
