"""GET /api/files/<token>: stored files for whoever was given their signed address.

A folder's files are sent piece by piece, in ranges where asked (RFC 9110 section 14): players seek
and providers fetch in parts. A bucket gives its files itself.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from botapp.services import files

PIECE_BYTES = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
UNKNOWN_TYPE = "application/octet-stream"
# Even a file that is not what it seems runs nothing at our address.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


@require_safe
async def stored_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, a range of it (206, 416), or a redirect to the bucket; 404 for a bad token."""
    storage_key = files.find_key(token, now=timezone.now())
    if storage_key is None:
        return HttpResponse(status=404)
    bucket_url = await asyncio.to_thread(files.find_bucket_url, storage_key)
    if bucket_url is not None:
        return HttpResponseRedirect(bucket_url, headers={"Cache-Control": "no-store"})
    try:
        size = await asyncio.to_thread(default_storage.size, storage_key)
    except FileNotFoundError:
        return HttpResponse(status=404)
    return _respond(request, storage_key, size)


def _respond(request: HttpRequest, storage_key: str, size: int) -> HttpResponseBase:
    # We give no validators, so a range that depends on one is answered with the whole.
    asked = "" if "If-Range" in request.headers else request.headers.get("Range", "")
    headers = _headers(storage_key)
    span = find_range(asked, size)
    if span is None:
        span, status = range(size), 200
    elif not span:
        headers["Content-Range"] = f"bytes */{size}"
        return HttpResponse(status=416, headers=headers)
    else:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
        status = 206
    headers["Content-Length"] = str(len(span))
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(_pieces(storage_key, span), status=status, headers=headers)


def find_range(asked: str, size: int) -> range | None:
    """The bytes that a Range header means: an empty range where the file has none of them, None
    where the whole file is the answer (no header, several ranges, or nonsense)."""
    match = RANGE.fullmatch(asked.strip())
    if match is None or match[1] == match[2] == "":
        return None
    first, last = match[1], match[2]
    if not first:
        return range(max(size - int(last), 0), size)
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    return range(int(first), stop) if int(first) < size else range(0)


def _headers(storage_key: str) -> dict[str, str]:
    mime_type = files.type_of(storage_key)
    name = PurePosixPath(storage_key).name
    return {
        "Content-Type": mime_type or UNKNOWN_TYPE,
        "Content-Disposition": content_disposition_header(mime_type is None, name) or "attachment",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
    }


async def _pieces(storage_key: str, span: range) -> AsyncIterator[bytes]:
    """The bytes of the span, read on a thread while the loop serves others."""
    file = await asyncio.to_thread(default_storage.open, storage_key, "rb")
    try:
        await asyncio.to_thread(file.seek, span.start)
        left = len(span)
        while left:
            piece = await asyncio.to_thread(file.read, min(PIECE_BYTES, left))
            if not piece:
                # Cut short meanwhile: the connection breaks, for the length was promised.
                return
            left -= len(piece)
            yield piece
    finally:
        await asyncio.to_thread(file.close)
