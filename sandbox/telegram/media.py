"""From a file to the field of a message: `photo`, `document`, `video` and so on.

Source: https://core.telegram.org/bots/api#sending-files
"""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.telegram import pictures
from sandbox.telegram.errors import ApiError
from sandbox.telegram.files import (
    UPLOAD_BYTES_MAX,
    FileStore,
    StoredFile,
    Upload,
    check_kind,
)
from sandbox.telegram.mp4 import read_film

Json = dict[str, Any]

_NAMED_KINDS = {"document", "video", "animation", "audio"}
_DEFAULT_NAME = {"video": "video.mp4", "animation": "animation.mp4", "voice": "voice.ogg"}


async def store(
    files: FileStore,
    kind: str,
    upload: Upload,
    *,
    options: Json | None = None,
    thumbnail: Upload | None = None,
) -> Json:
    """Keep the bytes and return the message fields that show them. Raises ApiError."""
    if len(upload.content) > UPLOAD_BYTES_MAX:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        sizes = await asyncio.to_thread(pictures.photo_sizes, upload)
        return {"photo": _keep_photo(files, sizes)}
    if not upload.filename and kind in _DEFAULT_NAME:
        upload = Upload(content=upload.content, filename=_DEFAULT_NAME[kind])
    small = await asyncio.to_thread(pictures.thumbnail, thumbnail or upload)
    description = _DESCRIBE[kind](upload, options or {})
    if kind in _NAMED_KINDS and upload.filename:
        description["file_name"] = upload.filename
    description["mime_type"] = upload.guessed_mime_type
    if kind == "sticker":
        del description["mime_type"]
    thumbnail_id = ""
    if small and kind != "voice":
        shown = _photo_size(files, "thumbnail", small)
        description["thumbnail"], thumbnail_id = shown, shown["file_id"]
    stored = files.add(kind, upload, thumbnail_id=thumbnail_id, description=description)
    return message_fields(stored)


def send_again(files: FileStore, kind: str, file_id: str) -> Json:
    """The message fields of a file the bot already has. Raises ApiError."""
    stored = files.get(file_id)
    check_kind(stored, kind)
    return message_fields(stored)


def message_fields(stored: StoredFile) -> Json:
    if stored.kind in {"photo", "thumbnail"}:
        return {"photo": stored.description["sizes"]}
    shown = {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": stored.size,
        **stored.description,
    }
    if stored.kind == "animation":
        names = ("duration", "width", "height")
        document = {name: shown[name] for name in shown if name not in names}
        return {"animation": shown, "document": document}
    return {stored.kind: shown}


def _keep_photo(files: FileStore, sizes: list[pictures.Picture]) -> list[Json]:
    shown: list[Json] = []
    for size in sizes:
        # Every size may be sent again and brings all sizes with it.
        shown.append(_photo_size(files, "photo", size, shown))
    return shown


def _photo_size(
    files: FileStore, kind: str, picture: pictures.Picture, sizes: list[Json] | None = None
) -> Json:
    stored = files.add(kind, picture.upload, description={"sizes": sizes})
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": stored.size,
        "width": picture.width,
        "height": picture.height,
    }


def _describe_film(upload: Upload, options: Json) -> Json:
    film = read_film(upload.content)
    width, height = film.width, film.height
    if not width:
        width, height = pictures.dimensions(upload)
    return {
        "width": options.get("width") or width,
        "height": options.get("height") or height,
        "duration": options.get("duration") or film.duration_s,
    }


def _describe_sound(_: Upload, options: Json) -> Json:
    names = ("performer", "title")
    told = {name: options[name] for name in names if options.get(name)}
    return {"duration": options.get("duration") or 0} | told


def _describe_sticker(upload: Upload, options: Json) -> Json:
    width, height = pictures.dimensions(upload)
    return {
        "type": "regular",
        "width": width,
        "height": height,
        "is_animated": False,
        "is_video": False,
        "emoji": options.get("emoji") or "🙂",
    }


def _describe_document(_: Upload, __: Json) -> Json:
    return {}


_DESCRIBE: dict[str, Callable[[Upload, Json], Json]] = {
    "document": _describe_document,
    "video": _describe_film,
    "animation": _describe_film,
    "audio": _describe_sound,
    "voice": _describe_sound,
    "sticker": _describe_sticker,
}
