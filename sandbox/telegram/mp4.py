"""Size and length of an MP4 film, read from its boxes (ISO/IEC 14496-12: mvhd and tkhd)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_CONTAINERS = {b"moov", b"trak"}


@dataclass(slots=True)
class Film:
    width: int = 0
    height: int = 0
    duration_s: int = 0


def read_film(content: bytes) -> Film:
    """Zeros for what the file does not tell or is not an MP4."""
    film = Film()
    for kind, body in _boxes(memoryview(content)):
        if kind == b"mvhd":
            film.duration_s = _duration_s(body)
        elif kind == b"tkhd" and len(body) >= 84:
            width, height = (number >> 16 for number in struct.unpack(">II", body[-8:]))
            film.width, film.height = max(film.width, width), max(film.height, height)
    return film


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    position = 0
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        head = 8
        if size == 1 and position + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, position + 8)
            head = 16
        end = position + size if size else len(data)
        if end < position + head or end > len(data):
            return
        body = data[position + head : end]
        if kind in _CONTAINERS:
            yield from _boxes(body)
        else:
            yield kind, body
        position = end


def _duration_s(body: memoryview) -> int:
    if not body:
        return 0
    shape, start = (">IQ", 20) if body[0] == 1 else (">II", 12)
    if len(body) < start + struct.calcsize(shape):
        return 0
    timescale, duration = struct.unpack_from(shape, body, start)
    return round(duration / timescale) if timescale else 0
