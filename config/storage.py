"""STORAGE_URL → Django's STORAGES: a local folder or an S3-compatible bucket."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.module_loading import import_string

STATICFILES = {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}
# Its own patience is a minute an attempt, five times over, with a request's place held meanwhile.
PATIENCE = {
    "connect_timeout": 3,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}


def storages_config(storage_url: str) -> dict[str, dict[str, Any]]:
    """`file:///folder` or `s3://key:secret@endpoint-host/bucket?region=…&scheme=https`.

    Credentials may be left out of the S3 address; then the usual AWS variables apply.
    """
    parts = urlsplit(storage_url)
    if parts.scheme == "file":
        return {"default": _local(parts.path), "staticfiles": STATICFILES}
    query = dict(parse_qsl(parts.query))
    host = parts.hostname or ""
    endpoint_host = f"{host}:{parts.port}" if parts.port else host
    options = {
        "bucket_name": parts.path.strip("/"),
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "region_name": query.get("region"),
        "endpoint_url": f"{query.get('scheme', 'https')}://{endpoint_host}",
        # By name: who keeps files in a folder need not load the client of buckets.
        "client_config": import_string("botocore.config.Config")(**PATIENCE),
        "querystring_auth": True,
        "file_overwrite": True,
    }
    default = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    return {"default": default, "staticfiles": STATICFILES}


def _local(folder: str) -> dict[str, Any]:
    # No base_url: files are private, nothing serves them over HTTP.
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": unquote(folder), "allow_overwrite": True},
    }
