"""Serving bytes that strangers made, from the address where operators are logged in.

The type comes from the bytes themselves, never from whoever sent them; what is not a known picture,
video or sound is only ever downloaded. Even so the answer may run nothing (sandbox).
"""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from botapp.files_api import find_range

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"

# (offset, bytes) → type; https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
)
UNKNOWN_TYPE = "application/octet-stream"


def respond(content: bytes, *, file_name: str, asked_range: str = "") -> HttpResponse:
    """The bytes, shown in place when they are surely harmless, else as a download.

    `asked_range` is the Range header: a player seeks in a film, and Safari plays nothing without.
    """
    mime_type = find_type(content)
    response = _part(content, asked_range)
    response["Content-Type"] = mime_type or UNKNOWN_TYPE
    disposition = content_disposition_header(mime_type is None, file_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _part(content: bytes, asked_range: str) -> HttpResponse:
    """The whole, the asked range of it (206), or word that it has none such (416)."""
    size = len(content)
    span = find_range(asked_range, size)
    if span is None:
        return HttpResponse(content)
    if not span:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    place = f"bytes {span.start}-{span.stop - 1}/{size}"
    part = content[span.start : span.stop]
    return HttpResponse(part, status=206, headers={"Content-Range": place})


def find_type(content: bytes) -> str | None:
    for offset, signature, mime_type in SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return mime_type
    return None
