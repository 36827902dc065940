"""Writes frames and sound into an MP4 that starts to play before it is all there."""

import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from sandbox.film import tone
from sandbox.film.sheet import Sheet

# An even quality: what a picture deserves need not be found out, which is a quarter of the work.
_VIDEO = {"preset": "ultrafast", "qp": "27", "threads": "1"}
_AUDIO = {"aac_coder": "fast"}
_AUDIO_BITS_PER_S = 32_000
# How `Sheet` codes colours; unsaid, players take another matrix for large films.
_BT_601 = Colorspace.ITU601
_CHUNK_SAMPLES = 1024


def record(frames: Iterable[Sheet], *, fps: int, samples: bytes | None) -> bytes:
    """`samples` are signed 16-bit mono at `tone.RATE`, or None for a silent film."""
    # The index can only be moved to the front of a real file.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with av.open(path, "w", format="mp4", options={"movflags": "faststart"}) as container:
            # All streams must be there before anything is written.
            pictures = _add_pictures(container, fps)
            sound = None if samples is None else _add_sound(container)
            _write_frames(container, pictures, frames)
            if sound is not None and samples is not None:
                _write_sound(container, sound, samples)
        return path.read_bytes()


def _add_pictures(container: OutputContainer, fps: int) -> VideoStream:
    stream = container.add_stream("libx264", rate=fps, options=_VIDEO)
    stream.pix_fmt = "yuv420p"
    stream.codec_context.gop_size = fps * 2
    stream.codec_context.colorspace = _BT_601
    return stream


def _add_sound(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("aac", rate=tone.RATE, options=_AUDIO)
    stream.layout, stream.bit_rate = "mono", _AUDIO_BITS_PER_S
    return stream


def _write_frames(container: OutputContainer, stream: VideoStream, frames: Iterable[Sheet]) -> None:
    for number, sheet in enumerate(frames):
        if number == 0:
            stream.width, stream.height = sheet.size
        frame = sheet.as_frame()
        frame.pts, frame.time_base = number, 1 / Fraction(stream.codec_context.framerate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _write_sound(container: OutputContainer, stream: AudioStream, samples: bytes) -> None:
    bytes_per_chunk = _CHUNK_SAMPLES * 2
    for start in range(0, len(samples), bytes_per_chunk):
        chunk = samples[start : start + bytes_per_chunk]
        frame = av.AudioFrame("s16", "mono", len(chunk) // 2)
        frame.sample_rate = tone.RATE
        frame.pts, frame.time_base = start // 2, Fraction(1, tone.RATE)
        plane = frame.planes[0]
        plane.update(chunk.ljust(plane.buffer_size, b"\0"))
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
