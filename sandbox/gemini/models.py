"""The models that exist and what each accepts (facts: provider notes, sections 0.1 and 1.2)."""

from dataclasses import dataclass
from typing import Any

# Pixels of a 1K picture; the 9:16 size was seen on 2.1, the others are its published siblings.
SIZES_1K: dict[str, tuple[int, int]] = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
    "1:4": (512, 2048),
    "4:1": (2048, 512),
    "1:8": (384, 3072),
    "8:1": (3072, 384),
}
ENLARGEMENT = {"1K": 1, "2K": 2, "4K": 4}
_USUAL_RATIOS = tuple(ratio for ratio in SIZES_1K if ratio not in ("1:4", "4:1", "1:8", "8:1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    id: str
    title: str
    makes_images: bool = False
    ratios: tuple[str, ...] = ()
    # Size name -> tokens billed for one picture of it.
    image_tokens: dict[str, int]
    reference_images_max: int
    # Empty: the level is not checked.
    thinking_levels: tuple[str, ...] = ()
    shows_drafts: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "name": f"models/{self.id}",
            "version": "001",
            "displayName": self.title,
            "description": f"Local stand-in of {self.title}",
            "inputTokenLimit": 131072 if self.makes_images else 1048576,
            "outputTokenLimit": 32768 if self.makes_images else 65536,
            "supportedGenerationMethods": ["generateContent"],
        }


_ALL = (
    Model(
        id="gemini-nano-banana-2.1",
        title="Nano Banana 2.1",
        makes_images=True,
        ratios=tuple(SIZES_1K),
        image_tokens={"1K": 1120, "2K": 1680, "4K": 3770},
        reference_images_max=14,
        thinking_levels=("MINIMAL", "MEDIUM", "HIGH"),
    ),
    Model(
        id="gemini-3-pro-image",
        title="Nano Banana Pro",
        makes_images=True,
        ratios=_USUAL_RATIOS,
        image_tokens={"1K": 1120, "2K": 1120, "4K": 2000},
        reference_images_max=14,
        shows_drafts=True,
    ),
    Model(
        id="gemini-3.1-flash-lite-image",
        title="Nano Banana 2 Lite",
        makes_images=True,
        ratios=_USUAL_RATIOS,
        image_tokens={"1K": 1120},
        reference_images_max=14,
    ),
    Model(
        id="gemini-3.8-flash", title="Gemini 3.8 Flash", image_tokens={}, reference_images_max=3000
    ),
    Model(
        id="gemini-3.5-flash-lite",
        title="Gemini 3.5 Flash-Lite",
        image_tokens={},
        reference_images_max=3000,
    ),
)
MODELS: dict[str, Model] = {model.id: model for model in _ALL}
