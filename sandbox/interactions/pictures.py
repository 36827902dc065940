"""From an interaction to the picture it orders (notes, section 1.8)."""

from sandbox.drawing import Order
from sandbox.gemini.models import ENLARGEMENT, SIZES_1K, Model
from sandbox.interactions.body import Body
from sandbox.interactions.refusals import invalid
from sandbox.jobs import Still, without_words


def order_picture(body: Body, model: Model) -> Still:
    """Raises InteractionError."""
    if body.videos or len(body.images) > model.reference_images_max:
        raise invalid(f"At most {model.reference_images_max} images and no video.")
    if not body.text.strip():
        raise invalid("'input' has no prompt.")
    ratio = str(body.format.get("aspect_ratio") or "1:1")
    size = str(body.format.get("image_size") or "1K")
    if ratio not in model.ratios:
        raise invalid(f"'aspect_ratio' must be one of {', '.join(model.ratios)}.")
    if size not in model.image_tokens or size not in ENLARGEMENT:
        raise invalid(f"'image_size' must be one of {', '.join(model.image_tokens)}.")
    if body.format.get("mime_type", "image/jpeg") != "image/jpeg":
        raise invalid("'mime_type' must be 'image/jpeg'.")
    width, height = SIZES_1K[ratio]
    return Still(
        Order(
            prompt=without_words(body.text),
            signature=f"{model.title} · {model.id}",
            width=width * ENLARGEMENT[size],
            height=height * ENLARGEMENT[size],
            photos=tuple(image.content for image in body.images),
        ),
        kind="jpeg",
    )
