"""Reads an order for pictures and refuses what the API refuses (facts: 3.2 and 3.3)."""

from dataclasses import dataclass
from typing import get_args

from sandbox.jobs import BadInputError, Opened, as_input, open_input
from sandbox.jobs.work import PictureKind
from sandbox.openai.errors import bad_image, invalid, missing, no_such_model, unknown_parameter
from sandbox.openai.forms import Form, Upload
from sandbox.openai.models import IMAGE_MODELS, STANDARD_SIZES, ImageModel

_PROMPT_MAX = 32_000
_PICTURES_MAX = 10
_PHOTOS_MAX = 16
_PHOTO_BYTES_MAX = 50 * 1024 * 1024
_MASK_BYTES_MAX = 4 * 1024 * 1024
_PHOTO_MIMES = ("image/png", "image/jpeg", "image/webp")
_USUAL_QUALITY = "medium"
_ALWAYS_KNOWN = {
    "model",
    "prompt",
    "size",
    "quality",
    "n",
    "output_format",
    "output_compression",
    "background",
    "safety_identifier",
    "user",
}
_KNOWN_OF_GENERATIONS = _ALWAYS_KNOWN | {"moderation"}
_KNOWN_OF_EDITS = _ALWAYS_KNOWN | {"input_fidelity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageQuestion:
    """`photos` are empty for a generation; where the `mask` is transparent, the first is edited."""

    model: ImageModel
    prompt: str
    width: int
    height: int
    quality: str
    count: int
    kind: PictureKind
    compression: int
    is_transparent: bool
    labels: tuple[str, ...]
    photos: tuple[Opened, ...] = ()
    mask: Opened | None = None


async def read_question(form: Form, *, is_edit: bool) -> ImageQuestion:
    """Raises OpenAiError for an order that the model would not take."""
    known = _KNOWN_OF_EDITS if is_edit else _KNOWN_OF_GENERATIONS
    for name in form.fields:
        if name not in known:
            raise unknown_parameter(name)
    model = _read_model(form)
    photos = await _read_photos(form) if is_edit else ()
    width, height = _read_size(form, model, photos)
    kind = _read_kind(form)
    return ImageQuestion(
        model=model,
        prompt=_read_prompt(form),
        width=width,
        height=height,
        quality=_read_choice(form, "quality", ("auto", *model.qualities), _USUAL_QUALITY),
        count=_read_number(form, "n", 1, 1, _PICTURES_MAX),
        kind=kind,
        compression=_read_compression(form, kind),
        is_transparent=_wants_transparency(form, kind),
        labels=_read_labels(form, model),
        photos=photos,
        mask=await _read_mask(form, photos),
    )


def _read_model(form: Form) -> ImageModel:
    name = str(form.fields.get("model", ""))
    if not name:
        raise missing("model")
    if name not in IMAGE_MODELS:
        raise no_such_model(name)
    return IMAGE_MODELS[name]


def _read_prompt(form: Form) -> str:
    prompt = form.fields.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise missing("prompt")
    if len(prompt) > _PROMPT_MAX:
        message = f"Invalid 'prompt': string too long, at most {_PROMPT_MAX} characters."
        raise invalid("prompt", message, code="string_above_max_length")
    return prompt


def _read_size(form: Form, model: ImageModel, photos: tuple[Opened, ...]) -> tuple[int, int]:
    size = str(form.fields.get("size", "auto"))
    if size == "auto":
        size = _like(photos[0]) if photos else STANDARD_SIZES[0]
    width, _, height = size.partition("x")
    if width.isdecimal() and height.isdecimal() and model.accepts_size(int(width), int(height)):
        return int(width), int(height)
    raise invalid("size", f"Invalid value: '{size}'. The size is not supported by {model.id}.")


def _like(photo: Opened) -> str:
    """The standard size whose shape is nearest to the photo's."""

    def distance(size: str) -> float:
        width, height = (int(side) for side in size.split("x"))
        return abs(width / height - photo.width / photo.height)

    return min(STANDARD_SIZES, key=distance)


def _read_kind(form: Form) -> PictureKind:
    wanted = form.fields.get("output_format", "png")
    kinds: tuple[PictureKind, ...] = get_args(PictureKind)
    for kind in kinds:
        if wanted == kind:
            return kind
    known = ", ".join(kinds)
    raise invalid("output_format", f"Invalid value: '{wanted}'. Supported values are: {known}.")


def _read_compression(form: Form, kind: PictureKind) -> int:
    if "output_compression" in form.fields and kind == "png":
        raise invalid("output_compression", "Compression less than 100 needs jpeg or webp.")
    return _read_number(form, "output_compression", 100, 0, 100)


def _wants_transparency(form: Form, kind: PictureKind) -> bool:
    background = _read_choice(form, "background", ("auto", "transparent", "opaque"), "opaque")
    if background == "transparent" and kind == "jpeg":
        raise invalid("background", "Transparent background needs png or webp.")
    return background == "transparent"


def _read_labels(form: Form, model: ImageModel) -> tuple[str, ...]:
    moderation = _read_choice(form, "moderation", ("auto", "low"), "")
    fidelity = str(form.fields.get("input_fidelity", ""))
    if fidelity and fidelity not in model.input_fidelities:
        raise invalid("input_fidelity", f"{model.id} does not support 'input_fidelity'.")
    return tuple(
        f"{name} {chosen}"
        for name, chosen in (("moderation", moderation), ("fidelity", fidelity))
        if chosen
    )


def _read_choice(form: Form, name: str, choices: tuple[str, ...], usual: str) -> str:
    """`auto` means the usual one."""
    chosen = str(form.fields.get(name, "auto"))
    if chosen not in choices:
        known = ", ".join(f"'{choice}'" for choice in choices)
        raise invalid(name, f"Invalid value: '{chosen}'. Supported values are: {known}.")
    return usual if chosen == "auto" else chosen


def _read_number(form: Form, name: str, usual: int, least: int, most: int) -> int:
    text = str(form.fields.get(name, usual))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise invalid(name, f"Invalid '{name}': must be between {least} and {most}.")
    return int(text)


async def _read_photos(form: Form) -> tuple[Opened, ...]:
    uploads = form.files_named("image", "image[]")
    if not uploads:
        raise missing("image")
    if len(uploads) > _PHOTOS_MAX:
        raise invalid("image", f"At most {_PHOTOS_MAX} images are supported.")
    return tuple([await _open(upload, "image", _PHOTO_BYTES_MAX) for upload in uploads])


async def _read_mask(form: Form, photos: tuple[Opened, ...]) -> Opened | None:
    uploads = form.files_named("mask")
    if not uploads:
        return None
    mask = await _open(uploads[0], "mask", _MASK_BYTES_MAX)
    if mask.mime != "image/png":
        raise bad_image("mask", "The mask must be a PNG with an alpha channel.")
    if not photos or (mask.width, mask.height) != (photos[0].width, photos[0].height):
        raise bad_image("mask", "The mask must have the same size as the first image.")
    return mask


async def _open(upload: Upload, param: str, bytes_max: int) -> Opened:
    if upload.content_type not in _PHOTO_MIMES:
        message = f"Invalid file '{param}': unsupported mimetype ('{upload.content_type}')."
        raise invalid(param, message, code="unsupported_file_mimetype")
    content = upload.file.read()
    if len(content) > bytes_max:
        raise bad_image(param, "The image file is too large.")
    try:
        return await open_input(as_input(content))
    except BadInputError as error:
        raise bad_image(param, "The image file could not be read.") from error
