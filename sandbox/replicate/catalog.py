"""The models and their inputs (facts: provider notes, section 7.2; sizes are assumptions)."""

from sandbox.schemas import Model
from sandbox.schemas.models import (
    SEED,
    choice,
    flag,
    picture,
    prompt,
    sizes_near,
    text,
    whole,
)

_FLUX_RATIOS = ("1:1", "16:9", "3:2", "2:3", "4:3", "3:4", "9:16", "21:9", "9:21")
_IMAGEN_RATIOS = ("1:1", "9:16", "16:9", "3:4", "4:3")

_ALL = (
    Model(
        id="black-forest-labs/flux-1.1-pro-ultra",
        title="FLUX 1.1 Pro Ultra · Replicate",
        properties={
            "prompt": prompt(),
            "aspect_ratio": choice(*_FLUX_RATIOS),
            "seed": SEED,
            "output_format": choice("jpg", "png"),
            "raw": flag(),
            "safety_tolerance": whole(1, 6, default=2),
            "image_prompt": picture(),
        },
        sizes=sizes_near(4 * 1024 * 1024, *_FLUX_RATIOS),
    ),
    Model(
        id="google/imagen-4",
        title="Imagen 4 · Replicate",
        properties={
            "prompt": prompt(),
            "negative_prompt": text(),
            "aspect_ratio": choice(*_IMAGEN_RATIOS),
            "output_format": choice("jpg", "png"),
        },
        sizes=sizes_near(1024 * 1024, *_IMAGEN_RATIOS),
    ),
)
MODELS: dict[str, Model] = {model.id: model for model in _ALL}
