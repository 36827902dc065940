"""Files of the mini app: recognised by their bytes, stripped of metadata, stored, forgotten."""

from datetime import datetime
from threading import BoundedSemaphore
from typing import Protocol
from uuid import uuid4

from django.core.files.storage import default_storage

from botapp.business import uploads
from botapp.models import Upload
from botapp.services import files, films, pictures
from botapp.services.pictures import UnreadableInputError

MEGABYTE = 1024 * 1024
PICTURE_BYTES_MAX = 20 * MEGABYTE
FILM_BYTES_MAX = 50 * MEGABYTE
HEAD_BYTES = 4096
# A film is held twice while it is copied: only so many files are in memory at once.
IN_MEMORY = BoundedSemaphore(3)


class Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


class FileTooBigError(Exception):
    def __init__(self, *, bytes_max: int) -> None:
        super().__init__(f"more than {bytes_max} bytes")
        self.bytes_max = bytes_max


class UnknownTypeError(Exception):
    """Neither a picture nor a film of a kind that models take."""


def keep(body: Body, *, user_id: int) -> Upload:
    """Store a person's file under a name of ours, without anything it said about itself.

    Raises FileTooBigError, UnknownTypeError, UnreadableInputError, TooManyUploadsError,
    UploadNotFoundError.
    """
    uploads.check_rate(user_id=user_id)
    with IN_MEMORY:
        head = body.read(HEAD_BYTES)
        is_film = films.find_type(head) is not None
        if not is_film and not _looks_like_picture(head):
            raise UnknownTypeError
        data = _read(body, head, FILM_BYTES_MAX if is_film else PICTURE_BYTES_MAX)
        try:
            clean, new = (_film if is_film else _picture)(data, user_id)
        except UnreadableInputError:
            # Otherwise one person could keep all who unpack busy with broken films.
            uploads.count_refused(user_id=user_id)
            raise
        # The row first: a file without one would never be found again.
        upload = uploads.begin(new, user_id=user_id)
        files.store(upload.storage_key, clean)
    try:
        uploads.finish(upload)
    except uploads.UploadNotFoundError:
        default_storage.delete(upload.storage_key)
        raise
    return upload


def prune(*, now: datetime) -> int:
    """Forget files that nobody ordered with; returns how many. What fails is tried again."""
    pruned = 0
    for upload in uploads.drop_unused(now=now):
        # The file first: a row without one is pruned again, the other way it would stay.
        if files.are_deleted(upload.storage_key):
            upload.delete()
            pruned += 1
    return pruned


def _looks_like_picture(head: bytes) -> bool:
    """The first bytes of PNG, JPEG and WebP files (RFC 2083, JFIF 1.02, RFC 9649)."""
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return is_webp or head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))


def _read(body: Body, head: bytes, bytes_max: int) -> bytes:
    data = head + body.read(bytes_max + 1 - len(head))
    if len(data) > bytes_max:
        raise FileTooBigError(bytes_max=bytes_max)
    return data


def _picture(data: bytes, user_id: int) -> tuple[bytes, uploads.NewUpload]:
    clean, mime_type = pictures.clean(data)
    picture = pictures.recognise(clean)
    if picture is None:
        raise UnreadableInputError("a picture that cannot be written")
    return clean, _new(clean, user_id, mime_type, picture.width, picture.height)


def _film(data: bytes, user_id: int) -> tuple[bytes, uploads.NewUpload]:
    film = films.probe(data)
    clean = films.strip(data)
    return clean, _new(clean, user_id, film.mime_type, film.width, film.height, film.duration_s)


def _new(
    data: bytes,
    user_id: int,
    mime_type: str,
    width: int,
    height: int,
    duration_s: float | None = None,
) -> uploads.NewUpload:
    upload_id = uuid4()
    return uploads.NewUpload(
        id=upload_id,
        storage_key=f"uploads/{user_id}/{upload_id}.{files.EXTENSIONS[mime_type]}",
        mime_type=mime_type,
        size_bytes=len(data),
        width=width,
        height=height,
        duration_s=duration_s,
    )
