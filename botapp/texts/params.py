"""How parameters, their values, modes and inputs are called."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business.drafts import QUANTITY
from botapp.catalog import Kind, Mode, ParamValue, Role

VALUE_LENGTH_MAX = 16
UNSAID = {("seed", 0), ("negative_prompt", "")}


def name(param: str) -> str:
    return _names()[param]


def value(param: str, chosen: ParamValue) -> str:
    """`16:9`, `5 s`, `high`, `yes`."""
    if isinstance(chosen, bool):
        return _("yes") if chosen else _("no")
    if param == "duration":
        return _("{seconds} s").format(seconds=chosen)
    return _words().get((param, chosen)) or _short(str(chosen))


def labelled(param: str, chosen: ParamValue) -> str:
    """`Format: 16:9`."""
    return f"{name(param)}: {value(param, chosen)}"


def summary(chosen: Mapping[str, ParamValue], *, quantity: int) -> str:
    """`Format: 16:9 · Length: 5 s`: what was ordered, without what was left to chance."""
    # The database keeps parameters in an order of its own.
    said = [
        labelled(param, chosen[param])
        for param in _names()
        if param in chosen and (param, chosen[param]) not in UNSAID
    ]
    if quantity > 1:
        said.append(labelled(QUANTITY, quantity))
    return " · ".join(said)


def mode(chosen: Mode) -> str:
    modes: Mapping[Mode, str] = {
        Mode.TEXT_TO_IMAGE: _("from text"),
        Mode.IMAGE_TO_IMAGE: _("edit a photo"),
        Mode.UPSCALE: _("upscale"),
        Mode.VARIATION: _("variations"),
        Mode.TEXT_TO_VIDEO: _("from text"),
        Mode.IMAGE_TO_VIDEO: _("bring a photo to life"),
        Mode.FRAMES_TO_VIDEO: _("first and last frame"),
        Mode.REFERENCES_TO_VIDEO: _("from reference photos"),
        Mode.VIDEO_TO_VIDEO: _("change a video"),
        Mode.EXTEND: _("continue a video"),
    }
    return modes[chosen]


def needed(role: Role) -> str:
    """What to send when an input of this role is missing."""
    asked: Mapping[Role, str] = {
        Role.IMAGE: _("📷 Send a photo first."),
        Role.MASK: _("🎭 Send a mask first."),
        Role.FIRST_FRAME: _("📷 Send a photo first: the video starts with it."),
        Role.LAST_FRAME: _("📷 Send one more photo: the video ends with it."),
        Role.REFERENCE: _("📷 Send reference photos first."),
        Role.VIDEO: _("🎞 Send a video first."),
    }
    return asked[role]


def inputs(given: Mapping[Role | Kind, int]) -> str:
    """`2 photos, a video`."""
    said: dict[Role | Kind, Callable[[int], str]] = {
        Kind.IMAGE: lambda count: ngettext("{count} photo", "{count} photos", count),
        Kind.VIDEO: lambda count: ngettext("{count} video", "{count} videos", count),
        Role.MASK: lambda _count: _("mask"),
    }
    return ", ".join(said[kind](count).format(count=count) for kind, count in given.items())


def _names() -> dict[str, str]:
    return {
        "aspect_ratio": _("Format"),
        "image_size": _("Size"),
        "resolution": _("Resolution"),
        "quality": _("Quality"),
        "background": _("Background"),
        "version": _("Version"),
        "speed": _("Speed"),
        "stylization": _("Stylization"),
        "weirdness": _("Weirdness"),
        "variety": _("Variety"),
        "seed": _("Seed"),
        "negative_prompt": _("Avoid"),
        "duration": _("Length"),
        "audio": _("Sound"),
        "motion": _("Motion"),
        QUANTITY: _("How many"),
    }


def _words() -> dict[tuple[str, str | int], str]:
    return {
        ("seed", 0): _("random"),
        ("negative_prompt", ""): _("nothing"),
        ("aspect_ratio", "auto"): _("automatic"),
        ("quality", "low"): _("low"),
        ("quality", "medium"): _("medium"),
        ("quality", "high"): _("high"),
        ("background", "auto"): _("automatic"),
        ("background", "opaque"): _("opaque"),
        ("background", "transparent"): _("transparent"),
        ("speed", "fast"): _("fast"),
        ("speed", "relaxed"): _("relaxed"),
        ("speed", "turbo"): _("turbo"),
        ("motion", "low"): _("little"),
        ("motion", "high"): _("much"),
        ("resolution", "4k"): "4K",
    }


def _short(text: str) -> str:
    return text if len(text) <= VALUE_LENGTH_MAX else text[: VALUE_LENGTH_MAX - 1] + "…"
