"""Reads what a film is made from and refuses what Veo refuses (notes, section 2.1)."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from sandbox.gemini.errors import invalid_argument
from sandbox.gemini.question import items, mapping
from sandbox.jobs import BadInputError, Opened, as_input, open_input
from sandbox.vertex.models import (
    IMAGE_BYTES_MAX,
    IMAGE_MIMES,
    SOURCE_SECONDS_MAX,
    VIDEO_MIMES,
    VeoModel,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    prompt: str
    image: Opened | None
    last_frame: Opened | None
    video: Opened | None
    references: tuple[Opened, ...]

    @property
    def needs_full_length(self) -> bool:
        return self.last_frame is not None or bool(self.references)


async def read_instance(body: dict[str, Any], model: VeoModel) -> Instance:
    """Raises GoogleError INVALID_ARGUMENT."""
    given = items(body.get("instances", []), "instances")
    if len(given) != 1:
        raise invalid_argument("Exactly one instance is needed.")
    fields = mapping(given[0], "instances[0]")
    references = [
        await _reference(mapping(item, "reference_images"))
        for item in items(fields.get("referenceImages") or [], "reference_images")
    ]
    instance = Instance(
        prompt=str(fields.get("prompt") or ""),
        image=await _open(fields, "image"),
        last_frame=await _open(fields, "lastFrame"),
        video=await _open(fields, "video"),
        references=tuple(references),
    )
    _check(instance, model)
    return instance


def _check(instance: Instance, model: VeoModel) -> None:
    if not instance.prompt.strip() and not (instance.image or instance.video):
        raise invalid_argument("The prompt is empty.")
    if instance.last_frame and not instance.image:
        raise invalid_argument("lastFrame needs image.")
    if len(instance.references) > model.references_max:
        raise invalid_argument(f"{model.title} takes {model.references_max} reference images.")
    kinds = (instance.image, instance.video, instance.references)
    if sum(bool(kind) for kind in kinds) > 1:
        raise invalid_argument("image, video and referenceImages exclude each other.")
    if instance.video and not 1 <= instance.video.seconds <= SOURCE_SECONDS_MAX:
        raise invalid_argument("The video to extend must be from 1 to 30 seconds long.")


async def _reference(given: dict[str, Any]) -> Opened:
    # The documents write it in lower case, Google's own client in upper case.
    if str(given.get("referenceType", "")).lower() != "asset":
        raise invalid_argument("Unsupported reference type. Use 'asset'.")
    opened = await _open(given, "image")
    if opened is None:
        raise invalid_argument("A reference image has no image.")
    return opened


async def _open(fields: dict[str, Any], name: str) -> Opened | None:
    if fields.get(name) is None:
        return None
    medium = mapping(fields[name], name)
    mime, kind = str(medium.get("mimeType", "")), "video" if name == "video" else "image"
    if mime not in (VIDEO_MIMES if kind == "video" else IMAGE_MIMES):
        raise invalid_argument(f"Unsupported MIME type of {name}: '{mime}'.")
    try:
        content = base64.b64decode(str(medium.get("bytesBase64Encoded") or ""), validate=True)
        opened = await open_input(as_input(content))
    except (binascii.Error, BadInputError) as error:
        raise invalid_argument(f"Cannot read {name}: {error}") from error
    if not opened.mime.startswith(f"{kind}/"):
        raise invalid_argument(f"{name} is {opened.mime}.")
    if kind == "image" and len(content) > IMAGE_BYTES_MAX:
        raise invalid_argument(f"{name} is larger than 20 MB.")
    return opened
