"""The film models of the Interactions API (notes, sections 0.1 and 1.8)."""

from dataclasses import dataclass

TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")
# Pixels of the short and of the long side.
SIZES = {"360p": (360, 640), "720p": (720, 1280), "1080p": (1080, 1920), "4k": (2160, 3840)}
RATIOS = ("16:9", "9:16")
SECONDS_MIN = 3
# Between two frames, and in one go on from a film.
STEP_SECONDS_MAX = 10
UPLOADED_SECONDS_MAX = 10.5
WHOLE_SECONDS_MAX = 30
IMAGES_MAX = 7
IMAGE_MIMES = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")
VIDEO_MIMES = tuple(
    f"video/{kind}" for kind in ("mp4", "mpeg", "mpg", "mov", "avi", "x-flv", "webm", "wmv", "3gpp")
)


@dataclass(frozen=True, slots=True)
class FilmModel:
    id: str
    title: str
    seconds_max: int
    # What it makes when it is not told.
    seconds_usual: int = 8


FILM_MODELS = {
    model.id: model
    for model in (
        FilmModel("gemini-omni-1.1-flash", "Gemini Omni 1.1 Flash", 10),
        FilmModel("gemini-omni-1.2-flash", "Gemini Omni 1.2 Flash", 15),
    )
}
