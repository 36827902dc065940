"""The models and their inputs (facts: provider notes, section 7.1; sizes are assumptions)."""

from sandbox.schemas import Model
from sandbox.schemas.models import (
    SEED,
    choice,
    flag,
    picture,
    pictures,
    prompt,
    sizes_near,
    text,
    whole,
)

_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
_FLUX_RATIOS = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
_IMAGEN_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")
_PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
_FULL_HD = {"16:9": (1920, 1080), "9:16": (1080, 1920), "1:1": (1080, 1080)}
_COUNT = whole(1, 4, default=1)
_FORMAT = choice("png", "jpeg", "webp")
_BANANA = {
    "prompt": prompt(),
    "aspect_ratio": choice("auto", *_RATIOS),
    "resolution": choice("1K", "2K", "4K"),
    "num_images": _COUNT,
    "output_format": _FORMAT,
    "seed": SEED,
}
_KLING = {
    "prompt": prompt(2500),
    "negative_prompt": text(),
    "duration": choice(*(str(seconds) for seconds in range(3, 16)), default="5"),
    "generate_audio": flag(default=True),
}

_ALL = (
    Model(
        id="google/nano-banana-2.1",
        title="Nano Banana 2.1 · fal",
        properties=_BANANA,
        sizes=sizes_near(1024 * 1024, *_RATIOS),
    ),
    Model(
        id="google/nano-banana-2.1/edit",
        title="Nano Banana 2.1 edit · fal",
        properties=_BANANA | {"image_urls": pictures(14)},
        sizes=sizes_near(1024 * 1024, *_RATIOS),
    ),
    Model(
        id="openai/gpt-image-2",
        title="GPT Image 2 · fal",
        properties={
            "prompt": prompt(),
            "image_size": choice(*_PRESETS, default="landscape_4_3"),
            "quality": choice("auto", "low", "medium", "high", default="high"),
            "background": choice("auto", "opaque", "transparent"),
            "num_images": _COUNT,
            "output_format": _FORMAT,
        },
        shaped_by="image_size",
        sizes=_PRESETS,
    ),
    Model(
        id="fal-ai/flux-pro/v1.1-ultra",
        title="FLUX1.1 pro ultra · fal",
        properties={
            "prompt": prompt(),
            "aspect_ratio": choice(*_FLUX_RATIOS, default="16:9"),
            "seed": SEED,
            "num_images": _COUNT,
            "output_format": choice("jpeg", "png"),
            "raw": flag(),
            "safety_tolerance": choice("1", "2", "3", "4", "5", "6", default="2"),
        },
        sizes=sizes_near(4 * 1024 * 1024, *_FLUX_RATIOS),
        blackens=True,
    ),
    Model(
        id="fal-ai/imagen4/preview",
        title="Imagen 4 · fal",
        properties={
            "prompt": prompt(),
            "negative_prompt": text(),
            "aspect_ratio": choice(*_IMAGEN_RATIOS),
            "num_images": _COUNT,
            "seed": SEED,
            "resolution": choice("1K", "2K"),
            "output_format": _FORMAT,
        },
        sizes=sizes_near(1024 * 1024, *_IMAGEN_RATIOS),
    ),
    Model(
        id="fal-ai/kling-video/v3/pro/text-to-video",
        title="Kling 3.0 Pro · fal",
        properties=_KLING | {"aspect_ratio": choice(*_FULL_HD)},
        is_film=True,
        sizes=_FULL_HD,
    ),
    Model(
        id="fal-ai/kling-video/v3/pro/image-to-video",
        title="Kling 3.0 Pro · fal",
        properties=_KLING | {"start_image_url": picture(required=True), "end_image_url": picture()},
        is_film=True,
        short_side=1080,
    ),
)
MODELS: dict[str, Model] = {model.id: model for model in _ALL}
# The part of a name under which jobs are kept.
APPS = frozenset("/".join(model_id.split("/")[:2]) for model_id in MODELS)
