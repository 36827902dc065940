"""Prompts from a reference: what is asked, made, and why it could not be."""

from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _

from botapp.business.generation import UNREADABLE_INPUT
from botapp.business.reference_errors import Trouble
from botapp.business.references import Brief, Reference
from botapp.models import TextTask
from botapp.providers.base import Failure
from botapp.texts.amounts import tokens
from botapp.texts.generation import cut

# With everything around it, within what a message holds.
RESULT_MAX = 3500
QUOTE_MAX = 600


def ask(*, price: Decimal) -> str:
    return "\n\n".join(
        [
            _("📲 <b>Prompt from a reference</b>"),
            _(
                "Show me something you like, and I will write a prompt that makes something "
                "similar. I take:\n"
                "• a photo, a video or a GIF\n"
                "• a link to YouTube, Instagram or TikTok, or to a file\n"
                "• a description in your own words"
            ),
            _("One prompt costs {price}. If nothing comes of it, the tokens come back.").format(
                price=tokens(price)
            ),
        ]
    )


def received(brief: Brief) -> str:
    parts = [_("✅ <b>Reference received</b>")]
    if brief.reference.description:
        parts.append(f"<i>{cut(brief.reference.description, QUOTE_MAX)}</i>")
    parts.append(
        _("The prompt will be for {model}.").format(
            model=f"<b>{escape(brief.model.display_name)}</b>"
        )
    )
    if brief.reference.wishes:
        wishes = cut(brief.reference.wishes, QUOTE_MAX)
        parts.append(_("Your wishes: {wishes}").format(wishes=f"<i>{wishes}</i>"))
    else:
        parts.append(_("Shall something be different from the reference?"))
    return "\n\n".join(parts)


def edit(reference: Reference) -> str:
    return _("✏️ Other wishes") if reference.wishes else _("✏️ Change something")


def make(brief: Brief) -> str:
    label = _("✅ Write the prompt") if brief.reference.wishes else _("✅ As it is")
    return f"{label} · {tokens(brief.price)}"


def ask_wishes(*, price: Decimal) -> str:
    return _(
        "✏️ Say in one message what shall be different: the subject, the place, the season, the "
        "style. I will begin at once, for {price}."
    ).format(price=tokens(price))


def not_a_reference() -> str:
    return _("This I cannot look at. Send a photo, a video, a GIF, a link or a description.")


def wishes_are_words() -> str:
    return _("Say it in words, please: one message about what shall be different.")


def studying() -> str:
    return _("🔎 Studying the reference… It takes a minute or two.")


def result(task: TextTask, *, balance: Decimal) -> str:
    return "\n\n".join(
        [
            _("📝 <b>The prompt is ready</b>"),
            f"<code>{cut(task.result, RESULT_MAX)}</code>",
            _("Charged: {charged} · left: {left}").format(
                charged=tokens(task.cost), left=tokens(balance)
            ),
        ]
    )


def failed(task: TextTask, *, balance: Decimal) -> str:
    reasons: dict[str, str] = {what.value: trouble(what) for what in Trouble} | {
        Failure.POLICY: _("The text model refused this reference: its rules forbid it."),
        Failure.RATE: _("The text model is overloaded right now. Please try a little later."),
        Failure.BAD_INPUT: _("The text model could not open this reference. Try another one."),
        UNREADABLE_INPUT: _(
            "This file could not be read. Send a picture, or an MP4, MOV or WebM video of up to "
            "10 minutes."
        ),
    }
    usual = _("The text model does not answer right now. Please try a little later.")
    returned = _("Returned: {returned} · balance: {balance}").format(
        returned=tokens(task.refunded), balance=tokens(balance)
    )
    return f"😔 {reasons.get(task.error_code, usual)}\n\n{returned}"


def create() -> str:
    return _("✨ Create")


def other_wishes() -> str:
    return _("✏️ Other wishes")


def try_again(task: TextTask) -> str:
    return _("🔁 Try again · {price}").format(price=tokens(task.cost))


def another() -> str:
    return _("📎 Another link or file")


def gone() -> str:
    return _("This reference is gone. Press “📲 Prompt from a reference” to show another one.")


def trouble(what: Trouble) -> str:
    """Why the reference cannot be looked at, and what to do about it."""
    reasons = {
        Trouble.BAD_LINK: _(
            "I cannot open this link. Send a link to a public page, or the file itself."
        ),
        Trouble.NOT_FOUND: _(
            "There is nothing at this link any more. Check it, or send the file itself."
        ),
        Trouble.LOGIN_NEEDED: _(
            "This page is open only to those who are logged in. "
            "Save the video and send it here as a file."
        ),
        Trouble.TOO_LARGE: _("The file is too large. Send a shorter video or a piece of it."),
        Trouble.TOO_LONG: _("The video is too long. Send one of up to 10 minutes."),
        Trouble.NO_MEDIA: _(
            "I found no picture and no video there. Send a direct link or the file itself."
        ),
        Trouble.NO_ANSWER: _(
            "The site did not give the video away. Try again later, or send the file itself."
        ),
    }
    return reasons[what]
