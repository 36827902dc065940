"""Stored files, and signed addresses under which providers and people fetch them."""

import logging
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

logger = logging.getLogger(__name__)

# The storage is away, or has lost the file; what buckets' clients raise shares no ancestor with
# OSError.
STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)
SALT = "stored-file"
# A provider fetches an input within minutes; a person may come back in a week.
INPUT_LIFETIME = timedelta(days=1)
RESULT_LIFETIME = timedelta(days=7)
BUCKET_BACKEND = "storages.backends.s3.S3Storage"
# A bucket's address is followed at once.
REDIRECT_LIFETIME_S = 600
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
TYPES = {extension: mime_type for mime_type, extension in EXTENSIONS.items()}


def read(storage_key: str) -> bytes:
    """All bytes of a stored file. Raises FileNotFoundError."""
    with default_storage.open(storage_key, "rb") as file:
        content: bytes = file.read()
        return content


def store(storage_key: str, data: bytes) -> str:
    """Keep the bytes; returns the key under which they are found."""
    return default_storage.save(storage_key, ContentFile(data))


def store_once(storage_key: str, data: bytes) -> str:
    """The same for bytes that never change under their key: a repeat keeps the first copy."""
    # A copy of another size is what a worker left that died while it wrote.
    if default_storage.exists(storage_key) and default_storage.size(storage_key) == len(data):
        return storage_key
    return store(storage_key, data)


def is_stored(storage_key: str) -> bool:
    return default_storage.exists(storage_key)


def are_deleted(*storage_keys: str) -> bool:
    """False when the storage is away or refuses: one file's trouble is not all the others'."""
    try:
        for key in filter(None, storage_keys):
            default_storage.delete(key)
    except STORAGE_ERRORS:
        logger.exception("A stored file was not deleted")
        return False
    return True


def list_folder(folder: str) -> list[str]:
    """The keys of the files right inside; none where there is no such folder."""
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


def url_for(storage_key: str, *, lifetime: timedelta | None = None) -> str:
    """Our own address of a stored file, for as long as it lives; it opens nothing else."""
    until = (timezone.now() + lifetime).timestamp() if lifetime else None
    token = signing.dumps([storage_key, until], salt=SALT)
    return f"{settings.PUBLIC_BASE_URL}/api/files/{token}"


def shown_url(storage_key: str) -> str:
    """An address for a page to show, the same for an hour: what the page has is not loaded again.

    It lives as long as a result's, give or take that hour.
    """
    until = HourlySigner.hour() + RESULT_LIFETIME.total_seconds()
    token = HourlySigner(salt=SALT).sign_object([storage_key, until])
    return f"{settings.PUBLIC_BASE_URL}/api/files/{token}"


class HourlySigner(signing.TimestampSigner):
    """Signs what `signing.loads` reads, as of the beginning of the hour."""

    HOUR_S = 3600

    @classmethod
    def hour(cls) -> int:
        return int(timezone.now().timestamp()) // cls.HOUR_S * cls.HOUR_S

    def timestamp(self) -> str:
        return signing.b62_encode(self.hour())


def find_key(token: str, *, now: datetime) -> str | None:
    """The stored file that an address of ours opens; None for a forged or expired one."""
    try:
        storage_key, until = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    is_alive = until is None or now.timestamp() < until
    return str(storage_key) if is_alive else None


def type_of(storage_key: str) -> str | None:
    """The type that was found in the bytes when they were stored; None for one of no kind."""
    return TYPES.get(PurePosixPath(storage_key).suffix.removeprefix("."))


def find_bucket_url(storage_key: str) -> str | None:
    """Where a bucket gives the file itself, for a moment; None when files are stored here."""
    if settings.STORAGES["default"]["BACKEND"] != BUCKET_BACKEND:
        return None
    told = {"ResponseContentType": type_of(storage_key) or "application/octet-stream"}
    return default_storage.url(storage_key, parameters=told, expire=REDIRECT_LIFETIME_S)  # type: ignore[call-arg]  # what S3Storage takes
