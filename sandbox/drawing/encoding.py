"""Turns a drawn PNG into the file format that was asked for."""

import io

from PIL import Image


def encode_picture(png: bytes, *, kind: str, quality: int = 90) -> bytes:
    """`kind` is png, jpeg or webp; `quality` is for the latter two."""
    if kind == "png":
        return png
    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        opaque = image.convert("RGB") if kind == "jpeg" else image
        opaque.save(written, kind.upper(), quality=quality)
    return written.getvalue()
