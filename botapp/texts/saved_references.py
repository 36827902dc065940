"""Saved references: characters, styles and sets under a name."""

from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business.saved_references import COUNT_MAX, NAME_LENGTH_MAX
from botapp.models import SavedReference

Kind = SavedReference.Kind

SIGNS = {Kind.CHARACTER: "🧑", Kind.STYLE: "🖌", Kind.SET: "🗃"}


def label(reference: SavedReference) -> str:
    """`🧑 Ginger cat`, on a button."""
    return f"{SIGNS[Kind(reference.kind)]} {reference.name}"


def kind_button(kind: SavedReference.Kind) -> str:
    names = {Kind.CHARACTER: _("Character"), Kind.STYLE: _("Style"), Kind.SET: _("Set")}
    return f"{SIGNS[kind]} {names[kind]}"


def overview(*, count: int) -> str:
    if not count:
        return "\n\n".join([_("🖼 <b>My references</b>"), how_to()])
    return "\n\n".join(
        [
            _("🖼 <b>My references</b>"),
            _("Choose one to use it with any model that takes photos, to rename or to delete it."),
        ]
    )


def how_to() -> str:
    return _(
        "Nothing is saved yet. Send a photo of a character or a style, press “💾 Save as a "
        "reference”, and it is at hand for every model."
    )


def none_yet() -> str:
    """A toast: at most 200 characters."""
    return _("No references yet: add photos to the card and press “💾 Save as a reference”.")


def one(reference: SavedReference) -> str:
    count = len(reference.sources)
    photos = ngettext("{count} photo", "{count} photos", count).format(count=count)
    kind = kind_button(Kind(reference.kind))
    return f"<b>{escape(reference.name)}</b>\n{kind} · {photos}"


def choose() -> str:
    return _("🖼 My references")


def save() -> str:
    return _("💾 Save as a reference")


def ask_kind() -> str:
    return _("💾 What is in the photos?")


def ask_name() -> str:
    return _("✍️ What shall it be called? Up to {count} characters.").format(count=NAME_LENGTH_MAX)


def saved(reference: SavedReference) -> str:
    name = escape(reference.name)
    return _("💾 “{name}” is saved. Find it under “🖼 My references” on any card.").format(name=name)


def renamed(reference: SavedReference) -> str:
    return _("✅ Now it is called “{name}”.").format(name=escape(reference.name))


def put_on() -> str:
    return _("The photos are on the card.")


def some_left_out() -> str:
    return _("This model takes fewer photos: some were left out.")


def use() -> str:
    return _("✨ Use it")


def rename() -> str:
    return _("✏️ Rename")


def delete() -> str:
    return _("🗑 Delete")


def delete_surely() -> str:
    return _("🗑 Yes, delete")


def ask_delete(reference: SavedReference) -> str:
    return one(reference) + "\n\n" + _("Delete it? The works made with it stay.")


def deleted() -> str:
    return _("Deleted")


def not_found() -> str:
    return _("This reference is not there any more.")


def too_many() -> str:
    return _("{count} references are saved already: delete one that you do not need.").format(
        count=COUNT_MAX
    )


def bad_name() -> str:
    return _("A name has from 1 to {count} characters. Send another one.").format(
        count=NAME_LENGTH_MAX
    )


def name_taken() -> str:
    return _("You have a reference of this name already. Send another one.")


def nothing_to_save() -> str:
    return _("There are no photos to save: send some first.")
