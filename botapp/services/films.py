"""Films: recognised by their bytes, measured, shown by one frame, stripped of metadata.

Nothing a file says about itself is believed: a film is as long as its packets and as large as its
first frame.
"""

import io
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import TypeVar

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from botapp.services import pictures
from botapp.services.pictures import UnreadableInputError

# A little more than 4K in either direction: 4096 × 2304 and its upright twin.
PIXELS_MAX = 10_000_000
SECONDS_MAX = 600.0
# Ten minutes at 120 frames a second; a decoder that lags behind is stopped by the clock.
ITEMS_MAX = 72_000
WORK_S_MAX = 30.0
# A decoder of 4K keeps a dozen frames of 12 MB each: only so many at once.
UNPACKING = BoundedSemaphore(2)
# Darker pictures than this (of 255) are taken for the black before a film begins.
DARK = 24.0
LOOKED_AT_MAX = 75
LOOK_EVERY = 5
# The last frame is looked for from the key frame before this.
TAIL_US = 1_000_000
# A film that ends this much earlier than it says was cut off on its way.
MISSING_S_MAX = 1.0
MISSING_SHARE_MAX = 0.1

# Pictures come in the same boxes (https://mp4ra.org, brands).
PICTURE_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
FORMATS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm"}
DEMUXERS = {"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska"}
# The index in front, so that a film plays while it is still being fetched; no date, no program.
FAST_START = {"movflags": "+faststart", "fflags": "+bitexact"}
MUXER_OPTIONS = {
    "video/mp4": FAST_START,
    "video/quicktime": FAST_START,
    "video/webm": {"fflags": "+bitexact"},
}

T = TypeVar("T")


@dataclass(frozen=True)
class Film:
    """What the bytes are, whatever their name said; width and height as the film is shown."""

    mime_type: str
    width: int
    height: int
    duration_s: float
    has_audio: bool


def find_type(data: bytes) -> str | None:
    """The type of the film's container, by its first bytes; None when they are none."""
    if data[4:8] == b"ftyp":
        if data[8:12] in PICTURE_BRANDS:
            return None
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    if data[:4] == b"\x1aE\xdf\xa3" and b"webm" in data[:64]:
        return "video/webm"
    return None


def probe(data: bytes) -> Film:
    """Measure the whole film. Raises UnreadableInputError when it is broken, endless or a bomb."""
    with _open(data) as (container, stream):
        first, duration_s = _measure(container, stream)
        width, height = first.width, first.height
        if _turn(first) in (90, 270):
            width, height = height, width
        has_audio = bool(container.streams.audio)
    return Film(find_type(data) or "", width, height, duration_s, has_audio)


def thumbnail(data: bytes) -> bytes:
    """A small JPEG of an early frame that is not black. Raises UnreadableInputError."""
    best: tuple[float, Image.Image] | None = None
    with _open(data) as (container, stream):
        for number, frame in enumerate(_in_bounds(container.decode(stream))):
            if number % LOOK_EVERY:
                continue
            image = _draw(frame, side_max=pictures.THUMBNAIL_SIDE_MAX)
            brightness = ImageStat.Stat(image.convert("L")).mean[0]
            if best is None or brightness > best[0]:
                best = brightness, image
            if best[0] > DARK or number >= LOOKED_AT_MAX:
                break
    if best is None:
        raise UnreadableInputError("a film without frames")
    return pictures.encode(best[1], "JPEG")


def last_frame(data: bytes) -> bytes:
    """The frame a film ends with, as a PNG in full size. Raises UnreadableInputError."""
    last: VideoFrame | None = None
    with _open(data) as (container, stream):
        if container.duration:
            container.seek(max(container.duration - TAIL_US, 0))
        for frame in _in_bounds(container.decode(stream)):
            last = frame
        if last is None:
            raise UnreadableInputError("a film without frames")
        return pictures.encode(_draw(last), "PNG")


def strip(data: bytes) -> bytes:
    """The same film in a fresh container of its kind, without metadata and foreign tracks.

    Pictures and sound are copied, not encoded again. Raises UnreadableInputError.
    """
    mime_type = find_type(data) or ""
    with _open(data) as (container, video), TemporaryDirectory() as folder:
        # The index can be moved to the front only in a file.
        path = Path(folder, "film")
        options = MUXER_OPTIONS[mime_type]
        with av.open(str(path), "w", format=FORMATS[mime_type], options=options) as out:
            kept = [video, *container.streams.audio[:1]]
            copies = {one.index: out.add_stream_from_template(one, opaque=True) for one in kept}
            for packet in container.demux(*kept):
                if packet.dts is not None:
                    packet.stream = copies[packet.stream.index]
                    out.mux(packet)
        return path.read_bytes()


@contextmanager
def _open(data: bytes) -> Iterator[tuple[InputContainer, VideoStream]]:
    mime_type = find_type(data)
    if mime_type is None:
        raise UnreadableInputError("not an MP4, MOV or WebM film")
    with UNPACKING:
        try:
            # The demuxer is named: others follow addresses that stand in the file.
            with av.open(
                io.BytesIO(data), "r", format=DEMUXERS[mime_type], metadata_errors="ignore"
            ) as container:
                yield container, _video_of(container)
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableInputError(f"a broken film: {type(error).__name__}") from error


def _video_of(container: InputContainer) -> VideoStream:
    """The stream that is the film; a cover picture is none."""
    films = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not films:
        raise UnreadableInputError("a film without pictures")
    stream = films[0]
    if stream.codec_context is None:
        raise UnreadableInputError("a film in an unknown encoding")
    if not 0 < stream.width * stream.height <= PIXELS_MAX:
        raise UnreadableInputError(f"a film of {stream.width} × {stream.height}")
    # The size may grow inside the film.
    stream.codec_context.options = {"max_pixels": str(PIXELS_MAX)}
    stream.codec_context.thread_count = 1
    return stream


def _measure(container: InputContainer, stream: VideoStream) -> tuple[VideoFrame, float]:
    """The first frame, and the seconds from the first packet to the end of the last."""
    first: VideoFrame | None = None
    starts: list[int] = []
    ends: list[int] = []
    for packet in _in_bounds(container.demux(stream)):
        if first is None:
            first = next(iter(packet.decode()), None)
        if packet.pts is not None and not packet.is_discard:
            starts.append(packet.pts)
            ends.append(packet.pts + (packet.duration or 0))
    if first is None or not starts:
        raise UnreadableInputError("a film without frames")
    duration_s = float((max(ends) - min(starts)) * (stream.time_base or 0))
    if not 0 < duration_s <= SECONDS_MAX:
        raise UnreadableInputError(f"a film of {duration_s:.1f} s")
    said_s = float((stream.duration or 0) * (stream.time_base or 0))
    if said_s - duration_s > max(MISSING_S_MAX, said_s * MISSING_SHARE_MAX):
        raise UnreadableInputError(f"a film cut off after {duration_s:.1f} s of {said_s:.1f}")
    return first, duration_s


def _in_bounds(items: Iterable[T]) -> Iterator[T]:
    """The same, as long as it is not more than an honest film would take."""
    end = time.monotonic() + WORK_S_MAX
    for number, item in enumerate(items):
        if number >= ITEMS_MAX or time.monotonic() > end:
            raise UnreadableInputError("an endless film, or one too heavy to unpack")
        yield item


def _draw(frame: VideoFrame, *, side_max: int | None = None) -> Image.Image:
    """The frame as it is shown: upright, and scaled while it is unpacked."""
    scale = min(1.0, side_max / max(frame.width, frame.height)) if side_max else 1.0
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    image: Image.Image = frame.to_image(width=width, height=height)  # type: ignore[no-untyped-call]
    return image.rotate(_turn(frame), expand=True)


def _turn(frame: VideoFrame) -> int:
    """By how much the camera was turned: 0, 90, 180 or 270 degrees against the clock."""
    return round(frame.rotation / 90) * 90 % 360
