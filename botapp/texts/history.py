"""What was made before, and sharing how it was made."""

from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.catalog import Kind
from botapp.models import GenRequest
from botapp.texts import generation
from botapp.texts.amounts import tokens

PROMPT_MAX = 600


def work(order: GenRequest, *, count: int) -> str:
    """The caption of a work with so many files; at most 1024 characters."""
    many = ngettext("{count} file", "{count} files", count).format(count=count)
    facts = [f"{order.created_at:%d.%m.%Y}", tokens(order.cost - order.refunded)]
    if count > 1:
        facts.append(many)
    number = _("Work #{number}").format(number=order.pk)
    head = f"{number} · {escape(order.ai_model.display_name)}"
    quote = f"<blockquote expandable>{generation.cut(order.prompt, PROMPT_MAX)}</blockquote>"
    return "\n".join([f"<b>{head}</b>", " · ".join(facts), quote])


def without_preview(order: GenRequest, *, count: int) -> str:
    return f"{work(order, count=count)}\n" + _("There is no preview: press “📂 Open”.")


def what_next() -> str:
    """Below several files, which can have no buttons of their own."""
    return _("What shall we do with it?")


def nothing(kind: Kind | None) -> str:
    if kind is Kind.IMAGE:
        return _("🎨 No pictures here yet. Make the first one:")
    if kind is Kind.VIDEO:
        return _("🎬 No videos here yet. Make the first one:")
    return _(
        "🗂 Everything you make will be kept here: to look at, to repeat, to share.\n"
        "Nothing yet — describe a picture in a message, or begin here:"
    )


def newer() -> str:
    return _("◀️ Newer")


def older() -> str:
    return _("Older ▶️")


def open_work() -> str:
    return _("📂 Open")


def repeat() -> str:
    return _("🔁 Repeat")


def file() -> str:
    return _("📎 File")


def hide() -> str:
    return _("🗑 Hide")


def hidden() -> str:
    return _("It is not in the history any more.")


def restore(number: int) -> str:
    return _("↩️ Bring back #{number}").format(number=number)


def kind_filter(kind: Kind | None, *, is_on: bool) -> str:
    label = {None: _("All"), Kind.IMAGE: "🎨", Kind.VIDEO: "🎬"}[kind]
    return f"✅ {label}" if is_on else label


def share(*, link: str, inputs: int) -> str:
    """What those who have the link will see, before it is given to anybody."""
    parts = [
        _("🔗 <b>A link to your recipe</b>") + f"\n{escape(link)}",
        _(
            "Whoever has the link sees the result, its description (the whole prompt) and the "
            "settings, and can make their own. Take the work out of the history, and the link "
            "opens nothing any more."
        ),
    ]
    if inputs:
        parts.append(_("The photos and videos that you gave for it stay yours: nobody gets them."))
    return "\n\n".join(parts)


def send_to_friend() -> str:
    return _("📤 Send to a friend")


def invitation(order: GenRequest) -> str:
    """Plain text beside the link, in the message to a friend; the prompt is behind the link."""
    return _("Look what I made with {model}. Make your own by my recipe:").format(
        model=order.ai_model.display_name
    )


def recipe(order: GenRequest) -> str:
    """The caption of somebody's result for a person who came by the link."""
    model = escape(order.ai_model.display_name)
    return "\n\n".join(
        [
            _("🔗 <b>A recipe</b> · {model}").format(model=model),
            _("Its description and settings are on the card below. Change what you like."),
        ]
    )


def other_model(order: GenRequest) -> str:
    return _("{model} is not available any more: the card is for another model.").format(
        model=escape(order.ai_model.display_name)
    )


def recipe_gone() -> str:
    return _(
        "There is no such recipe: the link is incomplete, or its author has removed the work. "
        "Describe your own picture in a message — I will make it."
    )
