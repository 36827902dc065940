"""Veo's models and their limits (notes, section 2.1)."""

from dataclasses import dataclass

SIZES = {"720p": (720, 1280), "1080p": (1080, 1920), "4k": (2160, 3840)}
RATIOS = ("16:9", "9:16")
SECONDS = (4, 6, 8)
SECONDS_FULL = 8
EXTENSION_SECONDS = 7
SAMPLES_MAX = 4
SEED_MAX = 2**32 - 1
IMAGE_BYTES_MAX = 20 * 1024 * 1024
SOURCE_SECONDS_MAX = 30.5
IMAGE_MIMES = ("image/png", "image/jpeg", "image/webp")
VIDEO_MIMES = tuple(
    f"video/{kind}" for kind in ("mp4", "mov", "mpeg", "mpg", "avi", "wmv", "mpegps", "x-flv")
)
PERSONS = ("allow_adult", "dont_allow", "allow_all")


@dataclass(frozen=True, slots=True, kw_only=True)
class VeoModel:
    title: str
    resolutions: tuple[str, ...] = tuple(SIZES)
    references_max: int = 3


VEO_MODELS = {
    "veo-3.1-generate-001": VeoModel(title="Veo 3.1"),
    "veo-3.1-fast-generate-001": VeoModel(title="Veo 3.1 Fast"),
    "veo-3.1-lite-generate-001": VeoModel(
        title="Veo 3.1 Lite", resolutions=("720p", "1080p"), references_max=0
    ),
}
