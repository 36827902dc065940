"""The card of a draft: what will be made, for how much, and what is still missing."""

from html import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from botapp.business.drafts import Offer, count_inputs
from botapp.catalog import Card, Mode, Param, Range, Role, Slot, Text
from botapp.models import AIModel, Language
from botapp.texts import generation, params, refusals
from botapp.texts.amounts import about, tokens

PROMPT_SHOWN_MAX = 1000
MEGABYTE = 1024 * 1024


def card(offer: Offer) -> str:
    parts = [_head(offer), _prompt(offer.draft.prompt), f"{_money(offer)}\n{_wait(offer)}"]
    if offer.obstacle is not None:
        parts.append(f"<b>{refusals.refusal(offer.obstacle)}</b>")
    return "\n\n".join(parts)


def ask_prompt(model: AIModel, card: Card) -> str:
    """What a chosen model can be given."""
    hints = "\n".join(_hints(card))
    # Operators describe their models in Russian only.
    about = model.short_description if get_language() == Language.RU else ""
    head = f"<b>{escape(model.display_name)}</b>\n{escape(about)}".strip()
    return f"{head}\n\n{hints}"


def ask_value(param: str, known: Param) -> str:
    if isinstance(known, Range):
        asked = _("✍️ {name}: send a whole number from {minimum} to {maximum}.").format(
            name=params.name(param), minimum=known.minimum, maximum=known.maximum
        )
        step = _("Step: {step}.").format(step=known.step)
        return f"{asked} {step}" if known.step > 1 else asked
    if isinstance(known, Text):
        return _("✍️ {name}: describe it in one message, up to {count} characters.").format(
            name=params.name(param), count=known.length_max
        )
    raise TypeError(f"{param} is chosen, not typed")


def ask_mask() -> str:
    return _("🎭 Send the mask as a PNG file: what is transparent in it will be drawn anew.")


def mode_button(mode: Mode) -> str:
    return _("Mode: {mode}").format(mode=params.mode(mode))


def model_button(model: AIModel) -> str:
    return _("Model: {model}").format(model=model.display_name)


def mask_button(*, is_given: bool) -> str:
    return _("Mask: {value}").format(value=_("yes") if is_given else _("no"))


def to_pictures() -> str:
    return _("🎨 Models for pictures")


def to_films() -> str:
    return _("🎬 Models for videos")


def remove_inputs() -> str:
    return _("🗑 Remove files")


def create(offer: Offer) -> str:
    if offer.obstacle is not None:
        return _("🔒 Create · {price}").format(price=tokens(offer.price))
    return _("✨ Create · {price}").format(price=tokens(offer.price))


def chosen(label: str) -> str:
    return f"✅ {label}"


def type_it() -> str:
    return _("✍️ Type it")


def back() -> str:
    return _("⬅️ Back")


def gone() -> str:
    return _("This card is out of date. Send the description again, please.")


def price_changed() -> str:
    return _("The price has changed. Nothing was charged: look at the new one and press again.")


def inputs_dropped() -> str:
    return _("This model does not take all your files: some were removed.")


def _head(offer: Offer) -> str:
    lines = [
        f"<b>{escape(offer.model.display_name)}</b> · {params.mode(offer.mode)}",
    ]
    if offer.draft.sources:
        lines.append(f"📎 {params.inputs(count_inputs(offer.draft))}")
    return "\n".join(lines)


def _prompt(prompt: str) -> str:
    if not prompt.strip():
        return _("✍️ No description yet: send it in a message.")
    return f"<blockquote expandable>{generation.cut(prompt, PROMPT_SHOWN_MAX)}</blockquote>"


def _money(offer: Offer) -> str:
    price = _("Price: {price}").format(price=tokens(offer.price))
    balance = _("Balance: {balance}").format(balance=tokens(offer.balance))
    after = offer.balance - offer.price
    return f"{price}\n{balance} → {tokens(after)}" if after >= 0 else f"{price}\n{balance}"


def _wait(offer: Offer) -> str:
    """Told before paying, not after."""
    time = about(offer.wait.usual_s)
    if offer.wait.is_slow:
        return _("🐢 Slow today: about {time}").format(time=time)
    return _("⏱ Usually about {time}").format(time=time)


def _hints(card: Card) -> list[str]:
    said: dict[Mode, str] = {
        Mode.TEXT_TO_IMAGE: _("✍️ Describe the picture."),
        Mode.IMAGE_TO_IMAGE: _("📷 Or send a photo with a caption that says what to change."),
        Mode.TEXT_TO_VIDEO: _("✍️ Describe the video."),
        Mode.IMAGE_TO_VIDEO: _("📷 Send a photo to bring to life, with a caption."),
        Mode.FRAMES_TO_VIDEO: _("📷📷 Two photos become the first and the last frame."),
        Mode.VIDEO_TO_VIDEO: _("🎞 Send a video with a caption that says what to change."),
        Mode.EXTEND: _("🎞 A video can be continued."),
    }
    hints = [said[mode] for mode in card.modes if mode in said]
    references = card.slot(Role.REFERENCE)
    if Mode.REFERENCES_TO_VIDEO in card.modes and references is not None:
        hints.append(
            _("🖼 Up to {count} photos can be references.").format(count=references.count_max)
        )
    film = card.slot(Role.VIDEO)
    return [*hints, _film_limits(film)] if film is not None else hints


def _film_limits(film: Slot) -> str:
    return _("Videos: up to {seconds} s and {megabytes} MB.").format(
        seconds=int(film.seconds_max), megabytes=min(film.bytes_max // MEGABYTE, 20)
    )
