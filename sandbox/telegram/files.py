"""The files of one bot, by `file_id`. `file_unique_id` depends on the content alone."""

import hashlib
import itertools
import mimetypes
import secrets
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sandbox.telegram.errors import bad_request

DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024
UPLOAD_BYTES_MAX = 50 * 1024 * 1024

# Kind of file: beginning of its file_id, its folder, its name in refusals.
_KINDS = {
    "photo": ("AgACAgIAAxkBAAI", "photos", "Photo"),
    "thumbnail": ("AAMCAgADGQEAAg", "thumbnails", "Thumbnail"),
    "document": ("BQACAgIAAxkBAAI", "documents", "Document"),
    "video": ("BAACAgIAAxkBAAI", "videos", "Video"),
    "animation": ("CgACAgIAAxkBAAI", "animations", "Animation"),
    "audio": ("CQACAgIAAxkBAAI", "music", "Audio"),
    "voice": ("AwACAgIAAxkBAAI", "voice", "VoiceNote"),
    "sticker": ("CAACAgIAAxkBAAI", "stickers", "Sticker"),
}

# Not every system and Python knows these.
for _mime_type, _suffix in (("image/webp", ".webp"), ("audio/ogg", ".ogg"), ("audio/ogg", ".oga")):
    mimetypes.add_type(_mime_type, _suffix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Bytes on their way in: a form part, a download, or a picture made here."""

    content: bytes
    filename: str = ""
    mime_type: str = ""

    @property
    def guessed_mime_type(self) -> str:
        guessed = mimetypes.guess_type(self.filename)[0]
        return guessed or self.mime_type or "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    file_id: str
    file_unique_id: str
    kind: str
    path: str
    upload: Upload
    # The message field made of this file, so that it can be sent again without an upload.
    thumbnail_id: str = ""
    description: dict[str, object] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.upload.content)


class FileStore:
    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._numbers = itertools.count()

    def add(
        self,
        kind: str,
        upload: Upload,
        *,
        thumbnail_id: str = "",
        description: dict[str, object] | None = None,
    ) -> StoredFile:
        beginning, folder, _ = _KINDS[kind]
        digest = hashlib.sha256(upload.content).hexdigest()
        suffix = PurePosixPath(upload.filename).suffix
        suffix = suffix or mimetypes.guess_extension(upload.guessed_mime_type) or ""
        stored = StoredFile(
            file_id=beginning + secrets.token_urlsafe(36),
            file_unique_id=f"AQAD{digest[:12]}",
            kind=kind,
            path=f"{folder}/file_{next(self._numbers)}{suffix}",
            upload=upload,
            thumbnail_id=thumbnail_id,
            description=description or {},
        )
        self._files[stored.file_id] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        """Raises ApiError for a file_id that this bot has never had."""
        stored = self.find(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    def find_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self._files.values() if stored.path == path), None)


def check_kind(stored: StoredFile, wanted: str) -> None:
    """A photo stays a photo; among the other kinds a file goes out as what it is."""
    if stored.kind == "thumbnail" or (stored.kind == "photo") != (wanted == "photo"):
        raise bad_request(f"can't use file of type {_KINDS[stored.kind][2]} as {_KINDS[wanted][2]}")
