"""The image models and what each accepts (facts: provider notes, sections 0.1, 3.2 and 3.3)."""

from dataclasses import dataclass

STANDARD_SIZES = ("1024x1024", "1536x1024", "1024x1536")
_QUALITIES = ("low", "medium", "high")
_FINE_QUALITIES = (*_QUALITIES, "xhigh", "max")
_SIDE_STEP = 16
_LONGEST_SIDE = 3840
_PIXELS_MIN, _PIXELS_MAX = 655_360, 3840 * 2160
_RATIO_MAX = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageModel:
    id: str
    qualities: tuple[str, ...] = _QUALITIES
    takes_any_size: bool = True
    input_fidelities: tuple[str, ...] = ()

    def accepts_size(self, width: int, height: int) -> bool:
        if not self.takes_any_size:
            return f"{width}x{height}" in STANDARD_SIZES
        return (
            width % _SIDE_STEP == 0
            and height % _SIDE_STEP == 0
            and max(width, height) <= _LONGEST_SIDE
            and _PIXELS_MIN <= width * height <= _PIXELS_MAX
            and 1 / _RATIO_MAX <= width / height <= _RATIO_MAX
        )


def _newest() -> list[ImageModel]:
    names = ("2.5-sunburst", "2.5-flare", "2.6-sunburst", "2.6-flare")
    dated = ("2.5-sunburst-2026-09-08", "2.5-flare-2026-09-08")
    return [ImageModel(id=f"gpt-image-{n}", qualities=_FINE_QUALITIES) for n in names + dated]


_ALL = (
    *_newest(),
    ImageModel(id="gpt-image-2"),
    ImageModel(id="gpt-image-2-2026-04-21"),
    ImageModel(id="gpt-image-1.5", takes_any_size=False, input_fidelities=("low", "high")),
    ImageModel(id="gpt-image-1-mini", takes_any_size=False, input_fidelities=("low",)),
    ImageModel(id="chatgpt-image-latest", takes_any_size=False, input_fidelities=("low", "high")),
)
IMAGE_MODELS: dict[str, ImageModel] = {model.id: model for model in _ALL}

# Tokens of a picture of 1024x1024; the upper two are assumptions.
_TOKENS = {"low": 272, "medium": 1056, "high": 4160, "xhigh": 8320, "max": 16640}
TOKENS_PER_INPUT = 258
_CHARACTERS_PER_TOKEN = 4


def picture_tokens(quality: str, width: int, height: int) -> int:
    return round(_TOKENS[quality] * width * height / (1024 * 1024))


def text_tokens(text: str) -> int:
    return 1 + len(text) // _CHARACTERS_PER_TOKEN
