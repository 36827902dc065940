"""Pictures in and out: loaded, checked and stripped on the way in, recognised on the way out."""

import io
import threading
import warnings
from dataclasses import dataclass

import aiohttp
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from botapp import catalog, telegram
from botapp.business.generation import StoredFile
from botapp.models import GenRequest
from botapp.providers.base import Failure, InputFile, ProviderError

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


def load_inputs(order: GenRequest) -> tuple[InputFile, ...]:
    """The order's source pictures, re-encoded without metadata. Raises UnreadableInputError."""
    return tuple(_clean(_load(source)) for source in order.source_media)


def store_result(order: GenRequest, index: int, data: bytes) -> StoredFile:
    """Put one result into storage; the same index overwrites itself.

    Raises ProviderError(EMPTY_RESULT) when the bytes are not a picture.
    """
    picture = recognise(data)
    if picture is None or picture.mime_type not in EXTENSIONS:
        raise ProviderError(Failure.EMPTY_RESULT, "the result is not a picture")
    key = f"results/{order.run_code}/{index}.{EXTENSIONS[picture.mime_type]}"
    return StoredFile(
        index=index,
        storage_key=default_storage.save(key, ContentFile(data)),
        mime_type=picture.mime_type,
        size_bytes=len(data),
        width=picture.width,
        height=picture.height,
    )


def read_stored(storage_key: str) -> bytes:
    with default_storage.open(storage_key, "rb") as file:
        content: bytes = file.read()
        return content


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


def _load(source: dict[str, str]) -> bytes:
    if "storage_key" in source:
        try:
            return read_stored(source["storage_key"])
        except FileNotFoundError as error:
            raise UnreadableInputError("the stored picture is gone") from error
    try:
        return telegram.download(source["file_id"])
    except TelegramBadRequest as error:
        raise UnreadableInputError(error.message) from error
    except (TelegramAPIError, aiohttp.ClientError, TimeoutError) as error:
        # Nothing was sent to the provider yet: the order may try again.
        raise ProviderError(Failure.TRANSIENT, f"Telegram: {type(error).__name__}") from error


def _clean(data: bytes) -> InputFile:
    with UNPACKING, _open(data) as image:
        ImageOps.exif_transpose(image, in_place=True)
        image.thumbnail((INPUT_SIDE_MAX, INPUT_SIDE_MAX))
        if image.mode in ("RGBA", "LA", "P"):
            return InputFile(_encode(image.convert("RGBA"), "PNG"), "image/png")
        return InputFile(_encode(image.convert("RGB"), "JPEG"), "image/jpeg")


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


def accepts(mime_type: str) -> bool:
    """Whether a document of this declared type may be a source picture."""
    return mime_type in catalog.Inputs().mime_types
