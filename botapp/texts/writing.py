"""What the text model writes for a person: better and safer prompts, spoken words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business.generation import UNREADABLE_INPUT
from botapp.models import TextTask
from botapp.providers.base import Failure
from botapp.texts.generation import cut

Kind = TextTask.Kind
# With a heading, and within what a message holds.
RESULT_MAX = 3500


def improving() -> str:
    return _("✨ Improving the prompt…")


def softening() -> str:
    return _("🛡 Looking for safer words…")


def listening() -> str:
    return _("🎙 Listening…")


def suggestion(task: TextTask) -> str:
    heading = _("🛡 It can be put like this:") if task.kind == Kind.SAFER else suggested()
    return f"{heading}\n\n{_copyable(task)}"


def suggested() -> str:
    return _("✨ How about this prompt?")


def heard(task: TextTask) -> str:
    return "\n\n".join([_("🎙 I heard:"), _copyable(task)])


def failed(task: TextTask) -> str:
    reasons: dict[str, str] = {
        Failure.POLICY: _("The text model refused these words: its rules forbid them."),
        Failure.RATE: _("The text model is overloaded right now. Please try a little later."),
        UNREADABLE_INPUT: _("This recording could not be read. Please record it once more."),
    }
    if task.kind == Kind.VOICE:
        reasons[Failure.EMPTY_RESULT] = _(
            "I could not make out any words. Please say it once more, or type it."
        )
    usual = _("The text model does not answer right now. Please try a little later.")
    return f"😔 {reasons.get(task.error_code, usual)}"


def take() -> str:
    return _("✅ Take it")


def more() -> str:
    return _("🔄 Another version")


def keep() -> str:
    return _("↩️ Leave it as it was")


def make_it() -> str:
    return _("✅ Make it")


def improve() -> str:
    return _("✨ Improve the prompt")


def make_safer() -> str:
    return _("🛡 Put it differently")


def kept() -> str:
    return _("The prompt stays as it was.")


def draft_gone() -> str:
    return _(
        "The card this was written for is gone. Copy the text and send it to me: I will make "
        "a new card."
    )


def already_working() -> str:
    return _("The text model is already writing for you. A moment, please.")


def used_up(*, count_max: int) -> str:
    return ngettext(
        "The text model helps {count} time a day for free, and today's help is used up. Come "
        "back tomorrow.",
        "The text model helps {count} times a day for free, and today's help is used up. Come "
        "back tomorrow.",
        count_max,
    ).format(count=count_max)


def not_found() -> str:
    return _("This suggestion was not found.")


def recording_too_long(*, minutes_max: int) -> str:
    return ngettext(
        "That is too long for me: up to {minutes} minute, please. The main thing is enough.",
        "That is too long for me: up to {minutes} minutes, please. The main thing is enough.",
        minutes_max,
    ).format(minutes=minutes_max)


def recording_of_unknown_kind() -> str:
    return _("I cannot listen to such a file. Send a voice message, please.")


def _copyable(task: TextTask) -> str:
    return f"<code>{cut(task.result, RESULT_MAX)}</code>"
