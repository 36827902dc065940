"""Ordering, waiting, results and failures."""

from collections.abc import Iterable
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business.generation import UNFIT_INPUT, UNREADABLE_INPUT
from botapp.catalog import Mode, Role
from botapp.models import AIModel, GenRequest, GenResult
from botapp.providers.base import Failure
from botapp.texts import params
from botapp.texts.amounts import duration, tokens

CAPTION_PROMPT_MAX = 500
STATUS_PROMPT_MAX = 1000
MEGABYTE = 1024 * 1024
FOLLOW_UPS = frozenset({Mode.UPSCALE, Mode.VARIATION})
# File types as people call them.
NAMES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "video/webm": "WebM",
}


def ask_edit() -> str:
    return _("✏️ What should be changed in this picture? Describe it in one message.")


def ask_edit_of(number: int) -> str:
    return _("✏️ What should be changed in picture {number}? Describe it in one message.").format(
        number=number
    )


def made_at_once(price: Decimal) -> str:
    """Below a question whose answer is an order already."""
    return _("I make it as soon as you answer: {price}.").format(price=tokens(price))


def ask_photo_caption() -> str:
    return _("📷 Nice photo! What should be changed in it? Describe it in one message.")


def queued(order: GenRequest, *, ahead: int = 0, usual_s: float = 0.0) -> str:
    line = _("⏳ In the queue…")
    if ahead:
        line += " " + _("{count} before you").format(count=ahead)
    return _status(order, line, _usual(usual_s))


def generating(order: GenRequest, *, elapsed_s: float, usual_s: float = 0.0) -> str:
    doing = _("🎬 Filming… {elapsed}") if _is_film(order) else _("🎨 Drawing… {elapsed}")
    line = doing.format(elapsed=duration(elapsed_s))
    if order.progress_percent:
        line += f" · {order.progress_percent}%"
    return _status(order, line, _usual(usual_s))


def _usual(usual_s: float) -> str:
    return _("Usually takes {time}").format(time=duration(usual_s)) if usual_s else ""


def waiting_for_provider(order: GenRequest, *, elapsed_s: float) -> str:
    return _status(
        order,
        _("⏳ The model is busy, your turn is coming… {elapsed}").format(
            elapsed=duration(elapsed_s)
        ),
    )


def delivering(order: GenRequest) -> str:
    return _status(order, _("📤 Ready, sending…"))


def result(order: GenRequest, *, balance: Decimal) -> str:
    """The caption of the preview: model, parameters, price, balance, prompt.

    At most 1024 characters.
    """
    return "\n".join([_ready(order), receipt(order, balance=balance), "", _quote(order)])


def album(order: GenRequest) -> str:
    """The caption of several pictures; their receipt follows below."""
    return "\n".join([_ready(order), "", _quote(order)])


def receipt(order: GenRequest, *, balance: Decimal) -> str:
    return "\n".join([_receipt(order), _("Balance: {balance}").format(balance=tokens(balance))])


def original(result: GenResult, *, is_one_of_many: bool = False) -> str:
    """The caption of the original file; under several files only the last one's is read."""
    size = f" · {result.width}×{result.height}" if result.width and result.height else ""
    length = f" · {duration(result.duration_s)}" if result.duration_s else ""
    if is_one_of_many:
        return _("📎 Originals without compression{size}").format(size=size + length)
    return _("📎 Original without compression{size}").format(size=size + length)


def link(*, url: str, days: int, size_bytes: int) -> str:
    """Where to fetch what is too big for Telegram."""
    words = _("download it here")
    said = _("📎 The original is too big for Telegram ({megabytes} MB): {link}").format(
        megabytes=round(size_bytes / 1024**2), link=f'<a href="{escape(url)}">{words}</a>'
    )
    lives = ngettext(
        "The link works for {days} day.", "The link works for {days} days.", days
    ).format(days=days)
    return f"{said}\n{lives}"


def _ready(order: GenRequest) -> str:
    ready = _("✅ <b>Ready</b> · {model}").format(model=_made_by(order))
    chosen = params.summary(order.generation_params, quantity=order.quantity)
    if chosen:
        ready += f"\n{escape(chosen)}"
    if not _is_late(order):
        return ready
    return f"{ready}\n" + _("🎁 It came late, after your tokens were returned: it is free.")


def _made_by(order: GenRequest) -> str:
    """The model, and what it does to an earlier result: the words are the same as there."""
    model = escape(order.ai_model.display_name)
    if order.generation_type in FOLLOW_UPS:
        return f"{model} · {params.mode(Mode(order.generation_type))}"
    return model


def _is_late(order: GenRequest) -> bool:
    """Given up with all tokens back, and made after all."""
    return bool(order.error_code) and order.refunded == order.cost


def _quote(order: GenRequest) -> str:
    return f"<blockquote expandable>{cut(order.prompt, CAPTION_PROMPT_MAX)}</blockquote>"


def _is_film(order: GenRequest) -> bool:
    return order.ai_model.type == AIModel.Type.VIDEO


def _receipt(order: GenRequest) -> str:
    """Only what is true: no return where nothing came back."""
    parts = [
        _("Order №{number}: charged {charged}").format(number=order.pk, charged=tokens(order.cost))
    ]
    if order.refunded:
        parts.append(_("returned {returned}").format(returned=tokens(order.refunded)))
        parts.append(_("net {net}").format(net=tokens(order.cost - order.refunded)))
    said = " → ".join(parts)
    if order.upgrades_id is None:
        return said
    return said + "\n" + _("Order №{number} is counted in.").format(number=order.upgrades_id)


def failed(order: GenRequest, *, balance: Decimal) -> str:
    """Why there is no result, and that the tokens are back."""
    return "\n\n".join(
        [f"❌ {reason(order)}", receipt(order, balance=balance), _quote(order)],
    )


def cancelled(order: GenRequest, *, balance: Decimal) -> str:
    return "\n".join([_("🚫 Cancelled."), receipt(order, balance=balance)])


def too_late_to_cancel() -> str:
    return _("Too late to cancel: the model is already at work.")


def could_not_stop(order: GenRequest) -> str:
    return _status(
        order,
        _("🚫 It could not be stopped at once"),
        _("If the model finishes it, the result comes here."),
    )


def reason(order: GenRequest) -> str:
    """Why a failed order has no result, in plain text."""
    unavailable = _("This model is unavailable right now; we already know. Try another model.")
    reasons: dict[str, str] = {
        Failure.POLICY: _(
            "The model refused this prompt: its rules forbid such content. "
            "Try to put it differently."
        ),
        UNFIT_INPUT: _(
            "This model does not take such a small picture, or such a narrow one. "
            "Send a larger or wider one, or choose another model."
        ),
        Failure.RATE: _("The model is overloaded right now. Please try again a little later."),
        Failure.MODEL_GONE: unavailable,
        Failure.AUTH: unavailable,
        Failure.NO_PROVIDER_MONEY: unavailable,
    }
    by_kind = _film_reasons() if _is_film(order) else _picture_reasons()
    return (reasons | by_kind).get(order.error_code) or by_kind[""]


def _picture_reasons() -> dict[str, str]:
    return {
        Failure.BAD_INPUT: _(
            "The model could not work with this prompt or picture. Try another one."
        ),
        Failure.EMPTY_RESULT: _(
            "The model answered without a picture. Try to put the prompt differently."
        ),
        UNREADABLE_INPUT: _(
            "Your picture could not be read. Send it again as a photo or as a file."
        ),
        "": _("The picture could not be made because of a failure on our side. Try again."),
    }


def _film_reasons() -> dict[str, str]:
    return {
        Failure.BAD_INPUT: _("The model could not work with this prompt or file. Try another one."),
        Failure.EMPTY_RESULT: _(
            "The model answered without a video. Try to put the prompt differently."
        ),
        UNREADABLE_INPUT: _(
            "Your file could not be read, or the model does not take such a long or large one. "
            "Try another photo, or a shorter video in MP4."
        ),
        "": _("The video could not be made because of a failure on our side. Try again."),
    }


def _status(order: GenRequest, line: str, remark: str = "") -> str:
    return "\n".join(
        [
            f"<b>{line}</b>",
            *([remark] if remark else []),
            _("{model} · {price} · order №{number}").format(
                model=_made_by(order),
                price=tokens(order.cost),
                number=order.pk,
            ),
            f"<blockquote expandable>{cut(order.prompt, STATUS_PROMPT_MAX)}</blockquote>",
        ]
    )


def cut(text: str, length_max: int) -> str:
    """Shortened, as Telegram counts (in UTF-16), before escaping: no entity is cut in half."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) > 2 * length_max:
        text = units[: 2 * (length_max - 1)].decode("utf-16-le", "ignore") + "…"
    return escape(text)


def again() -> str:
    return _("🔁 Again")


def edit() -> str:
    return _("🖌 Edit")


def extend() -> str:
    return _("⏩ Continue")


def upscale(number: int) -> str:
    return f"🔍 U{number}"


def vary(number: int) -> str:
    return f"🎲 V{number}"


def ask_extension() -> str:
    return _("⏩ What happens next? Describe it in one message.")


def asked_to_stop(order: GenRequest) -> str:
    return _("We have asked the model to stop. If it does, {tokens} come back.").format(
        tokens=tokens(order.cost)
    )


def share() -> str:
    return _("🔗 Share")


def new_picture() -> str:
    return _("✨ New picture")


def new_film() -> str:
    return _("✨ New video")


def cancel_order() -> str:
    return _("🚫 Cancel")


def not_enough(*, required: Decimal, available: Decimal) -> str:
    return _(
        "Not enough tokens: {required} needed, {available} on the balance, {missing} missing."
    ).format(
        required=tokens(required),
        available=tokens(available),
        missing=tokens(required - available),
    )


def empty_prompt() -> str:
    return _("Describe in words what you want to see.")


def prompt_too_long(*, length: int, length_max: int) -> str:
    return _("The prompt is too long: {length} characters, at most {length_max}.").format(
        length=length, length_max=length_max
    )


def too_many_inputs(*, count_max: int) -> str:
    return _("Too many files: this model takes at most {count} of this kind.").format(
        count=count_max
    )


def price_changed() -> str:
    return _("The price has changed. Nothing was charged: please try again.")


def input_not_taken(role: Role) -> str:
    if role is Role.VIDEO:
        return _("This model takes no videos. Choose another one.")
    if role is Role.IMAGE:
        return _("This model takes no photos. Choose another one.")
    return _("This model has no use for such a file. Choose another one.")


def wrong_file_type(mime_types: Iterable[str]) -> str:
    names = ", ".join(NAMES.get(mime_type, mime_type) for mime_type in mime_types)
    return _("This file does not fit: the model takes {types}.").format(types=names)


def file_too_large(*, bytes_max: int) -> str:
    return _("The file is too big: at most {megabytes} MB.").format(megabytes=bytes_max // MEGABYTE)


def not_a_number(*, minimum: int, maximum: int) -> str:
    return _("A whole number from {minimum} to {maximum} is needed.").format(
        minimum=minimum, maximum=maximum
    )


def invalid_parameter() -> str:
    return _("This setting is not possible any more. Choose another one.")


def cooling_down(*, wait_s: float) -> str:
    return _("This model has to rest. Try again in {time}.").format(time=duration(wait_s + 1))


def daily_limit(*, count_max: int) -> str:
    return ngettext(
        "This model makes {count} order a day for one person. Come back tomorrow or choose "
        "another one.",
        "This model makes {count} orders a day for one person. Come back tomorrow or choose "
        "another one.",
        count_max,
    ).format(count=count_max)


def model_unavailable() -> str:
    return _("This model is unavailable right now. Choose another one.")


def settings_unavailable() -> str:
    return _(
        "This model cannot be made with these settings right now. "
        "Choose others; nothing was charged."
    )


def too_many_orders(*, count_max: int) -> str:
    return ngettext(
        "{count} order is already being made. Wait until it is ready.",
        "{count} orders are already being made. Wait until one is ready.",
        count_max,
    ).format(count=count_max)


def order_not_found() -> str:
    return _("This order was not found.")


def order_erased() -> str:
    return _(
        "This work was deleted together with your data, so nothing can be made of it any more. "
        "Describe a new one in a message — I will make it."
    )


def film_too_long(*, seconds_max: float) -> str:
    return _("The video is too long: this model takes at most {seconds} s.").format(
        seconds=f"{seconds_max:g}"
    )


def film_too_short(*, seconds_min: float) -> str:
    return _("The video is too short: this model takes at least {seconds} s.").format(
        seconds=f"{seconds_min:g}"
    )


def film_too_big(*, bytes_max: int) -> str:
    return _("The video is too big: this model takes at most {megabytes} MB.").format(
        megabytes=bytes_max // 1024**2
    )


def picture_too_small(*, side_min: int) -> str:
    return _(
        "The picture is too small: this model needs at least {pixels} pixels a side. "
        "Send a larger one or choose another model."
    ).format(pixels=side_min)


def picture_too_narrow(*, ratio_max: float) -> str:
    return _(
        "The picture is too narrow: for this model one side may be at most {times} times "
        "as long as the other. Crop it or choose another model."
    ).format(times=f"{ratio_max:g}")


def wrong_film_type(*, mime_types: tuple[str, ...]) -> str:
    names = (NAMES.get(mime_type, mime_type) for mime_type in mime_types)
    return _("This model does not take such a file. Send a video in {types}.").format(
        types=", ".join(names)
    )


def not_a_picture() -> str:
    return _("This file is neither a picture nor a video. Send a PNG, JPEG, WEBP, MP4 or MOV.")


def mask_is_a_file() -> str:
    return _("The mask must come as a file: Telegram takes the transparency out of photos.")


def unexpected() -> str:
    return _("Something broke on our side. We already know; please try again in a minute.")
