"""What Telegram does to pictures: several JPEG sizes of a photo, a thumbnail of a document."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import Upload

PHOTO_BYTES_MAX = 10 * 1024 * 1024
THUMBNAIL_SIDE_MAX = 320

_SIDES_SUM_MAX = 10_000
_SIDES_RATIO_MAX = 20
_PHOTO_SIDES = (90, 320, 800, 1280)
_JPEG_QUALITY = 87


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    upload: Upload
    width: int
    height: int


def photo_sizes(upload: Upload) -> list[Picture]:
    """Recompress as Telegram does, smallest first. Raises ApiError for what is not a photo."""
    size = len(upload.content)
    if size > PHOTO_BYTES_MAX:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo;"
            f" the maximum size is {PHOTO_BYTES_MAX} bytes"
        )
    image = _open(upload)
    if image is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(image.size) > _SIDES_SUM_MAX or max(image.size) > _SIDES_RATIO_MAX * min(image.size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    image = _on_white(image)
    longest = max(image.size)
    sides = [side for side in _PHOTO_SIDES if side < longest]
    sides.append(min(longest, _PHOTO_SIDES[-1]))
    return [_scaled(image, side) for side in dict.fromkeys(sides)]


def thumbnail(upload: Upload) -> Picture | None:
    """A small JPEG of a picture; None for any other file."""
    image = _open(upload)
    return _scaled(_on_white(image), THUMBNAIL_SIDE_MAX) if image else None


def dimensions(upload: Upload) -> tuple[int, int]:
    image = _open(upload)
    return image.size if image else (0, 0)


def _open(upload: Upload) -> Image.Image | None:
    try:
        image = Image.open(io.BytesIO(upload.content))
        image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        return None
    return ImageOps.exif_transpose(image)


def _on_white(image: Image.Image) -> Image.Image:
    """JPEG has no transparency."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        background = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(background, layer).convert("RGB")
    return image.convert("RGB")


def _scaled(image: Image.Image, side: int) -> Picture:
    scaled = image.copy()
    # A coarse step first makes large pictures several times faster.
    scaled.thumbnail((side, side), reducing_gap=2.0)
    output = io.BytesIO()
    scaled.save(output, "JPEG", quality=_JPEG_QUALITY)
    upload = Upload(content=output.getvalue(), filename="photo.jpg", mime_type="image/jpeg")
    return Picture(upload=upload, width=scaled.width, height=scaled.height)
