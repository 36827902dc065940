"""Pictures with holes: a subject without a background, and a photo edited in a part only."""

import io

from PIL import Image, ImageDraw, ImageOps

from sandbox.drawing.lettering import Caption
from sandbox.drawing.pen import Box, Pen
from sandbox.drawing.picture import Order, difference, draw_picture
from sandbox.drawing.vocabulary import Figure, read_prompt

_BLANK = (1, 254, 3)


def draw_cutout(order: Order) -> bytes:
    """A PNG of the ordered size: figures and lettering, transparent around them.

    What has no figures, or is made of photos, is cut out as an oval.
    """
    size = (order.width, order.height)
    figures = read_prompt(order.prompt).figures
    caption = Caption(size, text=order.prompt, signature=order.whole_signature)
    if figures and not order.photos:
        whole = _standing(size, figures, feet=caption.top)
    else:
        whole = _oval(order, feet=caption.top)
    panel = caption.panel()
    whole.alpha_composite(panel, (0, order.height - panel.height))
    return _as_png(whole)


def retouch(order: Order, *, photo: bytes, mask: bytes) -> bytes:
    """A PNG: the photo where the mask is opaque, what was ordered where it is transparent."""
    size = (order.width, order.height)
    drawn = Image.open(io.BytesIO(draw_picture(order))).convert("RGB")
    kept = ImageOps.fit(Image.open(io.BytesIO(photo)).convert("RGB"), size)
    alpha = Image.open(io.BytesIO(mask)).convert("RGBA").getchannel("A")
    drawn.paste(kept, (0, 0), ImageOps.fit(alpha, size))
    Caption(size, text=order.prompt, signature=order.whole_signature).paint(drawn)
    return _as_png(drawn)


def _standing(size: tuple[int, int], figures: list[Figure], *, feet: float) -> Image.Image:
    share = size[0] / len(figures)
    side = min(share, feet) * 0.9
    blank = Image.new("RGB", size, _BLANK)
    layer = blank.copy()
    for number, figure in enumerate(figures):
        left = number * share + (share - side) / 2
        figure.draw(Pen(layer, Box(left, feet - side * 1.02, side, side)), figure.color)
    whole = layer.convert("RGBA")
    whole.putalpha(difference(layer, blank))
    return whole


def _oval(order: Order, *, feet: float) -> Image.Image:
    whole = Image.open(io.BytesIO(draw_picture(order))).convert("RGBA")
    mask = Image.new("L", whole.size)
    margin = order.width * 0.06
    ImageDraw.Draw(mask).ellipse([margin, margin, order.width - margin, feet - margin / 2], 255)
    whole.putalpha(mask)
    return whole


def _as_png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=2)
    return written.getvalue()
