"""Stored files, and signed addresses under which providers and people fetch them."""

from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage

SALT = "stored-file"


def read(storage_key: str) -> bytes:
    """All bytes of a stored file. Raises FileNotFoundError."""
    with default_storage.open(storage_key, "rb") as file:
        content: bytes = file.read()
        return content


def url_for(storage_key: str) -> str:
    """Our own address of a stored file; it opens nothing else."""
    return f"{settings.PUBLIC_BASE_URL}/api/files/{signing.dumps(storage_key, salt=SALT)}"
