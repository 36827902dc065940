"""Pictures: checked and stripped on the way in, recognised and made small on the way out."""

import io
import math
import struct
import threading
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

# Larger than any phone's photo; unpacked, such a picture takes 160 MB.
PIXELS_MAX = 40_000_000
# Unpacked pictures are the worker's largest pieces of memory: only so many at once.
UNPACKING = threading.BoundedSemaphore(2)
INPUT_SIDE_MAX = 3072
# A picture that is too heavy is made smaller by so much again and again, but not for ever.
SHRINK = 0.75
INPUT_SIDE_MIN = 256
# Telegram's limits for photos and thumbnails (payments_telegram.md B4, B5).
PREVIEW_SIDE_MAX = 2048
PREVIEW_RATIO_MAX = 20
THUMBNAIL_SIDE_MAX = 320
QUALITY = 90
# What puts a picture upright, by what its camera noted (EXIF 2.32, tag Orientation).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
WITH_ALPHA = {"RGBA", "LA", "PA", "P"}


class UnreadableInputError(Exception):
    """A picture or film is missing, broken, too big or not what it should be.

    The text is the reason, for operators.
    """


@dataclass(frozen=True)
class Picture:
    """What the bytes are, whatever their name said."""

    mime_type: str
    width: int
    height: int


def preview(data: bytes) -> bytes:
    """A JPEG for the chat, within Telegram's limits for photos; a very long one gets margins."""
    with UNPACKING, _open(data) as image:
        flat = image.convert("RGB")
        flat.thumbnail((PREVIEW_SIDE_MAX, PREVIEW_SIDE_MAX))
        side_min = math.ceil(max(flat.size) / PREVIEW_RATIO_MAX)
        if min(flat.size) < side_min:
            size = max(flat.width, side_min), max(flat.height, side_min)
            flat = ImageOps.pad(flat, size, color="white")
        return encode(flat, "JPEG")


def thumbnail(data: bytes) -> bytes:
    """A small JPEG for lists and galleries. Raises UnreadableInputError."""
    with UNPACKING, _open(data) as image:
        flat = image.convert("RGB")
        flat.thumbnail((THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX))
        return encode(flat, "JPEG")


def recognise(data: bytes) -> Picture | None:
    """What picture these bytes are; None when they are none."""
    try:
        with UNPACKING, _open(data) as image:
            width, height = image.size
            return Picture(Image.MIME.get(image.format or "", ""), width, height)
    except UnreadableInputError:
        return None


def clean(
    data: bytes, *, side_max: int = INPUT_SIDE_MAX, bytes_max: int | None = None
) -> tuple[bytes, str]:
    """The picture re-encoded, upright and without metadata, within the limits; and its type.

    Raises UnreadableInputError.
    """
    with UNPACKING, _open(data) as image:
        has_alpha = image.mode in WITH_ALPHA
        bare = _upright(image).convert("RGBA" if has_alpha else "RGB")
        return _fit(bare, "PNG" if has_alpha else "JPEG", side_max, bytes_max)


def clean_mask(data: bytes, *, size: tuple[int, int], bytes_max: int) -> bytes:
    """A PNG whose transparency is exactly the mask's, in the size of the picture it belongs to.

    Its colours mean nothing and go. Raises UnreadableInputError.
    """
    with UNPACKING, _open(data) as image:
        if "A" not in image.getbands() and "transparency" not in image.info:
            raise UnreadableInputError("a mask without transparency")
        alpha = _upright(image.convert("RGBA")).getchannel("A")
        if alpha.size != size:
            alpha = alpha.resize(size, Image.Resampling.NEAREST)
        mask = Image.new("RGBA", size)
        mask.putalpha(alpha)
        encoded = encode(mask, "PNG")
    if len(encoded) > bytes_max:
        raise UnreadableInputError(f"a mask of {len(encoded)} bytes")
    return encoded


def cut(data: bytes, *, side: int) -> list[bytes]:
    """The pictures of a grid of `side` by `side`, row by row, in the grid's own format.

    Raises UnreadableInputError.
    """
    with UNPACKING, _open(data) as image:
        width, height = image.width // side, image.height // side
        corners = [(column * width, row * height) for row in range(side) for column in range(side)]
        format_ = image.format or "PNG"
        return [
            encode(image.crop((left, top, left + width, top + height)), format_)
            for left, top in corners
        ]


def encode(image: Image.Image, format_: str) -> bytes:
    """The bytes of an unpacked picture, without anything that was said about it."""
    buffer = io.BytesIO()
    image.info.clear()
    image.save(buffer, format_, quality=QUALITY)
    return buffer.getvalue()


def _fit(
    image: Image.Image, format_: str, side_max: int, bytes_max: int | None
) -> tuple[bytes, str]:
    image.thumbnail((side_max, side_max))
    encoded = encode(image, format_)
    while bytes_max is not None and len(encoded) > bytes_max:
        side = round(max(image.size) * SHRINK)
        if side < INPUT_SIDE_MIN:
            raise UnreadableInputError(f"a picture of {len(encoded)} bytes cannot be made smaller")
        image.thumbnail((side, side))
        encoded = encode(image, format_)
    return encoded, Image.MIME[format_]


def _upright(image: Image.Image) -> Image.Image:
    """The picture as the camera was held; one whose notes are broken stays as it is.

    Pillow's own `exif_transpose` writes all the notes anew, and fails over any that is broken.
    """
    try:
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (SyntaxError, TypeError, ValueError, struct.error):
        # What reading broken EXIF raises; it makes the picture no worse.
        return image
    return image.transpose(turn) if turn is not None else image


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
    # Pillow keeps a PNG's remarks where it keeps the colour that is transparent.
    if isinstance(image.info.get("transparency"), str):
        del image.info["transparency"]
    return image
