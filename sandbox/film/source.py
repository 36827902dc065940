"""Opens the films that callers give."""

import io
from collections.abc import Iterator

import av
from PIL import Image

Size = tuple[int, int]


class BadFilmError(Exception):
    """The bytes are no film that can be opened."""


def probe_film(content: bytes) -> tuple[Size, float]:
    """Pixel size and length in seconds. Raises BadFilmError."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            if not container.streams.video or not container.duration:
                raise BadFilmError("no moving pictures in it")
            stream = container.streams.video[0]
            return (stream.width, stream.height), container.duration / av.time_base
    except av.FFmpegError as error:
        raise BadFilmError(str(error)) from error


def read_pictures(content: bytes, *, fps: int) -> Iterator[Image.Image]:
    """Its pictures, `fps` of them for every second; none when it cannot be opened."""
    wanted = 0
    try:
        with av.open(io.BytesIO(content), "r") as container:
            for frame in container.decode(video=0):
                while frame.time * fps >= wanted:
                    yield _as_picture(frame)
                    wanted += 1
    except av.FFmpegError as error:
        raise BadFilmError(str(error)) from error


def _as_picture(frame: av.VideoFrame) -> Image.Image:
    plane = frame.reformat(format="rgb24").planes[0]
    size = (frame.width, frame.height)
    return Image.frombytes("RGB", size, bytes(plane), "raw", "RGB", plane.line_size, 1)
