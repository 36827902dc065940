"""The pictures that the proxy is given, as data URIs only."""

import io

from PIL import Image, ImageStat

from sandbox.jobs import BadInputError, open_input, read_input
from sandbox.midjourney import errors

_BRIGHT = 128


async def open_pictures(given: object) -> tuple[bytes, ...]:
    """Raises ProxyError."""
    if not isinstance(given, list):
        raise errors.invalid("base64Array参数错误")
    opened = []
    for uri in given:
        if not isinstance(uri, str) or not uri.startswith("data:image/"):
            raise errors.invalid("base64格式错误")
        try:
            opened.append(await open_input(await read_input(uri)))
        except BadInputError as error:
            raise errors.invalid("base64格式错误") from error
    return tuple(picture.content for picture in opened)


def describe(photo: bytes) -> str:
    """Four prompts for a picture, as Midjourney numbers them."""
    with Image.open(io.BytesIO(photo)) as opened:
        width, height = opened.size
        light = ImageStat.Stat(opened.convert("L")).mean[0]
    mood = "bright" if light > _BRIGHT else "dark"
    kinds = ("photo", "painting", "drawing", "poster")
    lines = (f"{n}️⃣ a {mood} {kind} --ar {width}:{height}" for n, kind in enumerate(kinds, 1))
    return "\n\n".join(lines)
