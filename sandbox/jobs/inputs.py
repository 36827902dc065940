"""Reads what a caller hands over as a data URI, as bare base64 or as an address of this machine."""

import asyncio
import base64
import binascii
import io
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

import aiohttp
from PIL import Image, UnidentifiedImageError

from sandbox.film.source import BadFilmError, probe_film

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_THIS_MACHINE = ("127.0.0.1", "localhost")


class BadInputError(Exception):
    """The input cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Input:
    """`mime` is what the bytes are, whatever the caller called them."""

    mime: str
    content: bytes

    @property
    def is_image(self) -> bool:
        return self.mime.startswith("image/")

    @property
    def is_video(self) -> bool:
        return self.mime.startswith("video/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A picture or a film that could be opened; `seconds` is 0 for a picture."""

    mime: str
    content: bytes
    width: int
    height: int
    seconds: float = 0.0


async def read_input(given: str) -> Input:
    """Raises BadInputError; only http(s) addresses of this machine are fetched."""
    if given.startswith("data:"):
        return as_input(_read_data_uri(given))
    if given.startswith(("http://", "https://")):
        return as_input(await _fetch(given))
    return as_input(_decode(given))


def as_input(content: bytes) -> Input:
    """Raises BadInputError when the bytes are no picture, film or sound that is known here."""
    mime = sniff_mime(content)
    if mime is None:
        raise BadInputError(f"{len(content)} bytes of an unknown kind")
    return Input(mime, _shared(content))


async def open_input(found: Input) -> Opened:
    """Raises BadInputError when it is neither a picture nor a film, or a broken one."""
    if found.is_image:
        return await asyncio.to_thread(_open_picture, found)
    if found.is_video:
        return await asyncio.to_thread(_open_film, found)
    raise BadInputError(f"{found.mime} instead of a picture or a film")


def sniff_mime(content: bytes) -> str | None:
    """What the first bytes say."""
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12])
    return next((mime for start, mime in _STARTS.items() if content.startswith(start)), None)


_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"\x1aE\xdf\xa3": "video/webm",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
}
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"heic": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
}


def _open_picture(found: Input) -> Opened:
    try:
        with Image.open(io.BytesIO(found.content)) as picture:
            picture.load()
            width, height = picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise BadInputError("a broken picture") from error
    return Opened(mime=found.mime, content=found.content, width=width, height=height)


def _open_film(found: Input) -> Opened:
    try:
        (width, height), seconds = probe_film(found.content)
    except BadFilmError as error:
        raise BadInputError("a broken film") from error
    return Opened(
        mime=found.mime, content=found.content, width=width, height=height, seconds=seconds
    )


@lru_cache(maxsize=256)
def _shared(content: bytes) -> bytes:
    """One copy in memory of what many jobs were given."""
    return content


def _read_data_uri(given: str) -> bytes:
    head, comma, body = given.partition(",")
    if not comma:
        raise BadInputError("a data URI without data")
    return _decode(body) if head.endswith(";base64") else unquote_to_bytes(body)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInputError("neither an address nor base64") from error


async def _fetch(url: str) -> bytes:
    try:
        if urlsplit(url).hostname not in _THIS_MACHINE:
            raise BadInputError("the sandbox fetches nothing from other machines")
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise BadInputError(f"HTTP {response.status} instead of a file")
            return await response.read()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise BadInputError(f"cannot fetch the file: {error!r}") from error
