"""The settings: what a person can prefer, and what becomes of their data."""

from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _

from botapp.business.preferences import Notify, OwnLimit
from botapp.catalog import Kind
from botapp.models import AIModel, Language, UserSettings
from botapp.texts import menu
from botapp.texts.amounts import tokens


def overview(kept: UserSettings) -> str:
    """All settings at a glance."""
    language = menu.language_name(Language(kept.interface_language))
    come = send_as(UserSettings.SendAs(kept.send_as))
    facts = [
        ("🌐", _("Language"), language),
        ("🎨", _("Pictures"), _model(kept.preferred_image_model)),
        ("🎬", _("Videos"), _model(kept.preferred_video_model)),
        ("📎", _("Results come as"), come),
        ("🔔", _("Notifications"), _on_off(is_on=kept.notifications_enabled)),
        ("🛡", _("My limit a day"), _amount(kept.daily_cap_tokens)),
        ("❓", _("Ask again above"), _amount(kept.confirm_above_tokens)),
    ]
    lines = "\n".join(f"{sign} {name}: {value}" for sign, name, value in facts)
    return _("⚙️ <b>Settings</b>") + "\n\n" + lines


def language_button() -> str:
    return _("🌐 Language")


def model_section(kind: Kind) -> str:
    return _("🎨 Model for pictures") if kind is Kind.IMAGE else _("🎬 Model for videos")


def send_as_section() -> str:
    return _("📎 How results come")


def notify_section() -> str:
    return _("🔔 Notifications")


def limits_section() -> str:
    return _("🛡 My limits")


def data_section() -> str:
    return _("🔐 My data")


def forget_params_button() -> str:
    return _("↩️ Forget remembered parameters")


def params_forgotten() -> str:
    return _("Every model starts with its usual parameters again.")


def choose_preferred(kind: Kind) -> str:
    """Above the list of models."""
    wanted = _("pictures") if kind is Kind.IMAGE else _("videos")
    return _("Which model shall new {what} start with?").format(what=wanted)


def no_preference() -> str:
    return _("Bot's choice")


def choose_send_as() -> str:
    return _(
        "How shall results come?\n\n<b>Preview</b> opens right in the chat, Telegram compresses "
        "it. <b>File</b> is the original, without any loss."
    )


def send_as(one: UserSettings.SendAs) -> str:
    return {
        UserSettings.SendAs.BOTH: _("preview and file"),
        UserSettings.SendAs.PREVIEW: _("preview only"),
        UserSettings.SendAs.FILE: _("file only"),
    }[one]


def choose_notify() -> str:
    return _(
        "What shall I tell you about? Results come in any case, without notifications they come "
        "silently; about bonuses and news I then do not write."
    )


def notify(name: Notify, *, is_on: bool) -> str:
    """`🔔 Results are ready`, `🔕 …` when off."""
    said = {
        Notify.ALL: _("All notifications"),
        Notify.COMPLETION: _("Results are ready"),
        Notify.BONUS: _("Bonuses"),
        Notify.NEWS: _("News"),
    }[name]
    return f"{'🔔' if is_on else '🔕'} {said}"


def choose_limit(kept: UserSettings) -> str:
    daily, above = _amount(kept.daily_cap_tokens), _amount(kept.confirm_above_tokens)
    return _(
        "🛡 <b>My limits</b>\n\n<b>A day:</b> {daily}. Above that, orders are refused until "
        "midnight (UTC).\n<b>Ask again above:</b> {above}. Dearer orders are made after one more "
        "tap."
    ).format(daily=daily, above=above)


def limit_button(name: OwnLimit) -> str:
    return {
        OwnLimit.DAILY_CAP: _("✍️ Limit a day"),
        OwnLimit.CONFIRM_ABOVE: _("✍️ Ask again above"),
    }[name]


def ask_limit(name: OwnLimit) -> str:
    asked = {
        OwnLimit.DAILY_CAP: _("How many tokens a day at most?"),
        OwnLimit.CONFIRM_ABOVE: _("From which price on shall I ask again?"),
    }[name]
    return asked + " " + _("Send a number; 0 lifts the limit.")


def not_an_amount() -> str:
    return _("That is not a number of tokens. Send for example 50, or 0 for no limit.")


def daily_cap_reached(*, cap: Decimal, spent: Decimal, price: Decimal) -> str:
    return _(
        "🛡 Your own limit is {cap} a day; {spent} are spent today, and this costs {price}. "
        "Nothing was charged. Change the limit: /settings"
    ).format(cap=tokens(cap), spent=tokens(spent), price=tokens(price))


def confirmation_needed(*, price: Decimal, threshold: Decimal) -> str:
    return _(
        "❓ This costs {price}, more than the {threshold} you let pass unasked. Nothing was "
        "charged. Change the limit in /settings and press again, or make a new order with a card."
    ).format(price=tokens(price), threshold=tokens(threshold))


def confirm_create(price: Decimal) -> str:
    return _("✅ Yes, create for {price}").format(price=tokens(price))


def remember_button() -> str:
    return _("📌 Remember")


def remembered() -> str:
    return _("📌 New drafts start with this model and these parameters.")


def my_data() -> str:
    return _(
        "🔐 <b>My data</b>\n\n<b>Export</b>: a file with everything I know about you: profile, "
        "orders, movements of tokens, messages.\n\n<b>Deletion</b>: messages, prompts, your files "
        "and results, saved references and name are deleted for good. Tokens stay on the balance. "
        "What the law wants kept stays without your words and pictures: payments with the e-mail "
        "of their receipts, dates and amounts."
    )


def export_button() -> str:
    return _("📦 Export my data")


def delete_button() -> str:
    return _("🗑 Delete my data")


def export_started() -> str:
    return _("📦 I am collecting your data: the file will come here in a minute.")


def export_too_often() -> str:
    return _("The file is on its way. The next one can be asked for in ten minutes.")


def export_caption() -> str:
    return _("📦 Everything I know about you.")


def confirm_deletion() -> str:
    return _(
        "🗑 <b>Delete everything?</b> Works, prompts and messages cannot be brought back. Messages "
        "that are already in this chat you can delete in Telegram itself."
    )


def delete_for_good() -> str:
    return _("🗑 Yes, delete for good")


def deleted() -> str:
    return _(
        "✅ Your data is deleted. Your tokens are still here: write to me whenever you like, "
        "and we start afresh."
    )


def orders_in_progress() -> str:
    return _("Something is still being made for you. Wait for it or cancel it, then delete.")


def _model(model: AIModel | None) -> str:
    return escape(model.display_name) if model is not None else _("bot's choice")


def _amount(amount: Decimal | None) -> str:
    return tokens(amount) if amount is not None else _("none")


def _on_off(*, is_on: bool) -> str:
    return _("on") if is_on else _("off")
