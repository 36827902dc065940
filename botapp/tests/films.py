"""Films for tests, made on the spot: orange pictures that grow lighter, as long as needed."""

import io
from typing import Any

import av
from PIL import Image

FRAMES_PER_S = 10
SOUND_RATE = 48_000
SAMPLES = 1024


def make_film(
    seconds: float = 2.0,
    *,
    size: tuple[int, int] = (64, 48),
    format_: str = "mp4",
    codec: str = "libx264",
    turned: int = 0,
    with_sound: bool = False,
    black_frames: int = 0,
    metadata: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a film; `turned` is how the camera was held, in degrees against the clock."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format_) as film:
        film.metadata.update(metadata or {})
        # What kind of stream it is depends on the codec: nothing a type could tell.
        pictures: Any = film.add_stream(codec, rate=FRAMES_PER_S, width=size[0], height=size[1])
        pictures.pix_fmt = "yuv420p"
        if turned:
            pictures.set_display_rotation(turned)
        sound = film.add_stream("aac", rate=SOUND_RATE) if with_sound else None
        for number in range(round(seconds * FRAMES_PER_S)):
            color = "black" if number < black_frames else (255, min(128 + number, 255), 0)
            frame = av.VideoFrame.from_image(Image.new("RGB", size, color))
            film.mux(pictures.encode(frame))
        film.mux(pictures.encode())
        if sound is not None:
            _add_silence(film, sound, seconds)
    return buffer.getvalue()


def make_sound(seconds: float = 1.0) -> bytes:
    """An MP4 without pictures."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as film:
        _add_silence(film, film.add_stream("aac", rate=SOUND_RATE), seconds)
    return buffer.getvalue()


def _add_silence(film: Any, sound: Any, seconds: float) -> None:
    for number in range(round(seconds * SOUND_RATE / SAMPLES)):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=SAMPLES)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts = SOUND_RATE, number * SAMPLES
        film.mux(sound.encode(frame))
    film.mux(sound.encode())
