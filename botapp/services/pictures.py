"""Pictures: checked and stripped on the way in, recognised and made small on the way out."""

import io
import threading
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

# Larger than any phone's photo; unpacked, such a picture takes 160 MB.
PIXELS_MAX = 40_000_000
# Unpacked pictures are the worker's largest pieces of memory: only so many at once.
UNPACKING = threading.BoundedSemaphore(2)
INPUT_SIDE_MAX = 3072
PREVIEW_SIDE_MAX = 2048
PREVIEW_QUALITY = 90
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class UnreadableInputError(Exception):
    """A picture the person sent is missing, broken, too big or not a picture."""


@dataclass(frozen=True)
class Picture:
    """What the bytes are, whatever their name said."""

    mime_type: str
    width: int
    height: int


def preview(data: bytes) -> bytes:
    """A JPEG for the chat, within Telegram's limits for photos (payments_telegram.md B4)."""
    with UNPACKING, _open(data) as image:
        flat = image.convert("RGB")
        flat.thumbnail((PREVIEW_SIDE_MAX, PREVIEW_SIDE_MAX))
        return _encode(flat, "JPEG")


def recognise(data: bytes) -> Picture | None:
    """What picture these bytes are; None when they are none."""
    try:
        with _open(data) as image:
            width, height = image.size
            return Picture(Image.MIME.get(image.format or "", ""), width, height)
    except UnreadableInputError:
        return None


def clean(data: bytes, *, side_max: int = INPUT_SIDE_MAX) -> tuple[bytes, str]:
    """The picture re-encoded, upright and without metadata, and its type.

    Raises UnreadableInputError.
    """
    with UNPACKING, _open(data) as image:
        ImageOps.exif_transpose(image, in_place=True)
        image.thumbnail((side_max, side_max))
        if image.mode in ("RGBA", "LA", "P"):
            return _encode(image.convert("RGBA"), "PNG"), "image/png"
        return _encode(image.convert("RGB"), "JPEG"), "image/jpeg"


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow only warns about a picture that would unpack to gigabytes.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
            if image.width * image.height > PIXELS_MAX:
                raise UnreadableInputError("too many pixels")
            image.load()
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        # Pillow reports broken files by all of these (its documentation of Image.open and load).
        raise UnreadableInputError(type(error).__name__) from error
    return image


def _encode(image: Image.Image, format_: str) -> bytes:
    buffer = io.BytesIO()
    image.info.clear()
    image.save(buffer, format_, quality=PREVIEW_QUALITY)
    return buffer.getvalue()
