"""Cards of the picture models.

Costs that prices are made of: product.md 2.1 (what users know), scaled between options as the
providers' own prices are (providers.md 1.9, 3.5, 6.1, 7.1, 7.3). Ids, ratios, sizes and counts:
providers.md 1.2, 3.2, 6.1, 7.
"""

from botapp.catalog.vocabulary import (
    Card,
    Choice,
    CostUnit,
    Field,
    Kind,
    Mode,
    Range,
    Role,
    Route,
    Slot,
    Text,
    usd,
)

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
PICTURE_MODES = (Mode.TEXT_TO_IMAGE, Mode.IMAGE_TO_IMAGE)
# Zero: the provider chooses.
SEED = Range(0, 2**31 - 1, default=0)

_FAL_BANANA = {
    "aspect_ratio": Field("aspect_ratio"),
    "image_size": Field("resolution"),
    "count": Field("num_images"),
    Role.IMAGE: Field("image_urls", as_list=True),
}
_KIE_BANANA = {
    "aspect_ratio": Field("aspect_ratio"),
    "image_size": Field("resolution"),
    Role.IMAGE: Field("image_input", as_list=True),
}
_FLUX_INPUT = {"aspect_ratio": Field("aspect_ratio"), "seed": Field("seed")}

IMAGE_CARDS: tuple[Card, ...] = (
    Card(
        slug="nano-banana",
        name="Nano Banana",
        display_name="🍌 Nano Banana",
        kind=Kind.IMAGE,
        modes=PICTURE_MODES,
        routes=(
            Route(
                "gemini",
                "gemini-nano-banana-2.1",
                (
                    usd("0.1131", image_size="4K"),
                    usd("0.0504", image_size="2K"),
                    usd("0.0336"),
                ),
            ),
            Route(
                "fal",
                "google/nano-banana-2.1",
                (usd("0.1340", image_size="4K"), usd("0.0600", image_size="2K"), usd("0.0400")),
                models={Mode.IMAGE_TO_IMAGE: "google/nano-banana-2.1/edit"},
                fields=_FAL_BANANA,
            ),
        ),
        costs=(usd("0.0675", image_size="4K"), usd("0.0300", image_size="2K"), usd("0.0200")),
        cost_unit=CostUnit.IMAGE,
        prompt_length_max=4000,
        order=1,
        short_description="Быстрые картинки и правка фото",
        quantity_max=4,
        params={"aspect_ratio": Choice(RATIOS), "image_size": Choice(("1K", "2K", "4K"))},
        inputs={Role.IMAGE: Slot(count_max=5)},
        usual_time_s=12,
    ),
    Card(
        slug="nano-banana-pro",
        name="Nano Banana Pro",
        display_name="🍌 Nano Banana Pro",
        kind=Kind.IMAGE,
        modes=PICTURE_MODES,
        routes=(
            Route(
                "gemini",
                "gemini-3-pro-image",
                (usd("0.2400", image_size="4K"), usd("0.1340")),
            ),
            Route(
                "kie",
                "nano-banana-pro",
                (usd("0.1200", image_size="4K"), usd("0.0900")),
                fields=_KIE_BANANA,
                constants={"output_format": "png"},
            ),
        ),
        costs=(usd("0.2700", image_size="4K"), usd("0.1500")),
        cost_unit=CostUnit.GENERATION,
        prompt_length_max=4000,
        order=2,
        short_description="Сложные сцены, точный текст на картинке",
        params={"aspect_ratio": Choice(RATIOS), "image_size": Choice(("1K", "2K", "4K"))},
        inputs={Role.IMAGE: Slot(count_max=6)},
        usual_time_s=30,
    ),
    Card(
        slug="nano-banana-lite",
        name="Nano Banana Lite",
        display_name="🍌 Nano Banana Lite",
        kind=Kind.IMAGE,
        modes=PICTURE_MODES,
        routes=(
            Route("gemini", "gemini-3.1-flash-lite-image", (usd("0.0340"),)),
            Route(
                "kie",
                "nano-banana-2-lite",
                (usd("0.0200"),),
                fields={
                    "aspect_ratio": Field("aspect_ratio"),
                    Role.IMAGE: Field("image_input", as_list=True),
                },
                results_max=1,
            ),
        ),
        costs=(usd("0.0180"),),
        cost_unit=CostUnit.IMAGE,
        prompt_length_max=4000,
        order=3,
        short_description="Самая дешёвая: наброски и простые правки",
        quantity_max=4,
        params={"aspect_ratio": Choice(RATIOS)},
        inputs={Role.IMAGE: Slot(count_max=5)},
        usual_time_s=8,
    ),
    Card(
        slug="gpt-image-1",
        name="GPT Image",
        display_name="🖼️ GPT Image",
        kind=Kind.IMAGE,
        modes=PICTURE_MODES,
        routes=(
            Route(
                "openai",
                "gpt-image-2.5-flare",
                (
                    usd("0.0100", quality="low"),
                    usd("0.2000", quality="high"),
                    usd("0.0530"),
                ),
            ),
            Route(
                "fal",
                "openai/gpt-image-2",
                (usd("0.0150", quality="low"), usd("0.2200", quality="high"), usd("0.0700")),
                modes=(Mode.TEXT_TO_IMAGE,),
                fields={
                    "quality": Field("quality"),
                    "background": Field("background"),
                    "count": Field("num_images"),
                    "aspect_ratio": Field(
                        "image_size",
                        values={
                            "1:1": "square_hd",
                            "9:16": "portrait_16_9",
                            "16:9": "landscape_16_9",
                        },
                    ),
                },
                only={"aspect_ratio": ("1:1", "9:16", "16:9")},
            ),
        ),
        costs=(usd("0.0120", quality="low"), usd("0.1600", quality="high"), usd("0.0400")),
        cost_unit=CostUnit.IMAGE,
        prompt_length_max=4000,
        order=4,
        short_description="Точно следует описанию, прозрачный фон",
        quantity_max=4,
        params={
            "aspect_ratio": Choice(("1:1", "2:3", "3:2", "9:16", "16:9")),
            "quality": Choice(("medium", "low", "high")),
            "background": Choice(("auto", "opaque", "transparent")),
        },
        inputs={
            Role.IMAGE: Slot(count_max=4),
            Role.MASK: Slot(mime_types=("image/png",), bytes_max=4 * 1024 * 1024),
        },
        usual_time_s=35,
    ),
    Card(
        slug="midjourney-v7-fast",
        name="Midjourney",
        display_name="🎨 Midjourney",
        kind=Kind.IMAGE,
        modes=(*PICTURE_MODES, Mode.UPSCALE, Mode.VARIATION),
        routes=(
            Route(
                "kie_mj",
                "mj",
                (
                    usd("0.1080", speed="turbo"),
                    usd("0.0150", speed="relaxed"),
                    usd("0.0400"),
                ),
            ),
            Route(
                "midjourney_proxy",
                "midjourney",
                (usd("0.0400"),),
                only={"speed": ("fast",)},
            ),
        ),
        costs=(usd("0.1080", speed="turbo"), usd("0.0250", speed="relaxed"), usd("0.0400")),
        cost_unit=CostUnit.GENERATION,
        prompt_length_max=2000,
        order=5,
        short_description="Художественный стиль, четыре варианта сразу",
        results_per_unit=4,
        params={
            "aspect_ratio": Choice(
                (
                    "1:1",
                    "1:2",
                    "9:16",
                    "2:3",
                    "3:4",
                    "5:6",
                    "6:5",
                    "4:3",
                    "3:2",
                    "16:9",
                    "2:1",
                )
            ),
            "version": Choice(("7", "6.1", "6", "5.2", "5.1", "niji6", "niji7")),
            "speed": Choice(("fast", "relaxed", "turbo")),
            "stylization": Range(0, 1000, default=100, step=50),
            "weirdness": Range(0, 3000, default=0, step=100),
            "variety": Range(0, 100, default=5, step=5),
        },
        params_not_in=dict.fromkeys(
            ("aspect_ratio", "version", "speed", "stylization", "weirdness", "variety"),
            (Mode.UPSCALE, Mode.VARIATION),
        ),
        inputs={Role.IMAGE: Slot(count_max=1)},
        usual_time_s=60,
    ),
    Card(
        slug="flux-pro",
        name="FLUX 1.1 Pro",
        display_name="⚡ FLUX 1.1 Pro",
        kind=Kind.IMAGE,
        modes=(Mode.TEXT_TO_IMAGE,),
        routes=(
            Route(
                "fal",
                "fal-ai/flux-pro/v1.1-ultra",
                (usd("0.0600"),),
                fields=_FLUX_INPUT | {"count": Field("num_images")},
                constants={"output_format": "png"},
            ),
            Route(
                "replicate",
                "black-forest-labs/flux-1.1-pro-ultra",
                (usd("0.0600"),),
                fields=_FLUX_INPUT,
                constants={"output_format": "png"},
            ),
        ),
        costs=(usd("0.0600"),),
        cost_unit=CostUnit.GENERATION,
        prompt_length_max=4000,
        order=6,
        short_description="Фотореализм и повторяемость по номеру (seed)",
        params={
            "aspect_ratio": Choice(("1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9", "21:9")),
            "seed": SEED,
        },
        usual_time_s=12,
    ),
    Card(
        slug="imagen-3",
        name="Imagen",
        display_name="🎨 Imagen",
        kind=Kind.IMAGE,
        modes=(Mode.TEXT_TO_IMAGE,),
        routes=(
            Route(
                "replicate",
                "google/imagen-4",
                (usd("0.0400"),),
                fields={
                    "aspect_ratio": Field("aspect_ratio"),
                    "negative_prompt": Field("negative_prompt"),
                },
                constants={"output_format": "png"},
            ),
            Route(
                "fal",
                "fal-ai/imagen4/preview",
                (usd("0.0500"),),
                fields={
                    "aspect_ratio": Field("aspect_ratio"),
                    "negative_prompt": Field("negative_prompt"),
                    "count": Field("num_images"),
                },
            ),
        ),
        # Google ended its own Imagen on 2026-08-17 (providers.md 0.1): off until an operator
        # has seen a reseller still serve it.
        is_active=False,
        costs=(usd("0.0750"),),
        cost_unit=CostUnit.GENERATION,
        prompt_length_max=4000,
        order=7,
        short_description="Классическая модель Google",
        params={
            "aspect_ratio": Choice(("1:1", "16:9", "9:16", "4:3", "3:4")),
            "negative_prompt": Text(length_max=500),
        },
        usual_time_s=12,
    ),
)
