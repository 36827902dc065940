"""The buttons of saved references."""

from collections.abc import Iterable
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.models import SavedReference
from botapp.texts import drafts as draft_texts
from botapp.texts import saved_references as texts

COLUMNS = 2


class SavedAction(StrEnum):
    LIST = "list"
    KEEP = "keep"  # the photos that wait for words
    OPEN = "open"
    USE = "use"
    RENAME = "rename"
    DELETE = "delete"
    DELETE_SURELY = "sure"


class OnSaved(CallbackData, prefix="saved"):
    action: SavedAction
    reference_id: int = 0


class SaveAs(CallbackData, prefix="savedkind"):
    """The kind of a reference that is being saved."""

    kind: SavedReference.Kind


def listed(kept: Iterable[SavedReference]) -> InlineKeyboardMarkup:
    buttons = [_press(texts.label(one), SavedAction.OPEN, one.pk) for one in kept]
    starts = range(0, len(buttons), COLUMNS)
    return InlineKeyboardMarkup(
        inline_keyboard=[buttons[start : start + COLUMNS] for start in starts]
    )


def one(reference: SavedReference) -> InlineKeyboardMarkup:
    reference_id = reference.pk
    rows = [
        [_press(texts.use(), SavedAction.USE, reference_id)],
        [
            _press(texts.rename(), SavedAction.RENAME, reference_id),
            _press(texts.delete(), SavedAction.DELETE, reference_id),
        ],
        [_press(draft_texts.back(), SavedAction.LIST)],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def ask_delete(reference: SavedReference) -> InlineKeyboardMarkup:
    return keyboards.column(
        _press(texts.delete_surely(), SavedAction.DELETE_SURELY, reference.pk),
        _press(draft_texts.back(), SavedAction.OPEN, reference.pk),
    )


def photo_waits() -> InlineKeyboardMarkup:
    """Under the question what to do with a photo."""
    return keyboards.column(_press(texts.save(), SavedAction.KEEP), keyboards.cancel_button())


def kinds() -> InlineKeyboardMarkup:
    return keyboards.column(
        *(keyboards.press(texts.kind_button(kind), SaveAs(kind=kind)) for kind in texts.Kind)
    )


def never_mind() -> InlineKeyboardMarkup:
    """Instead of a name."""
    return keyboards.column(_press(draft_texts.back(), SavedAction.LIST))


def back_to(reference: SavedReference) -> InlineKeyboardMarkup:
    return keyboards.column(_press(draft_texts.back(), SavedAction.OPEN, reference.pk))


def _press(label: str, action: SavedAction, reference_id: int = 0) -> InlineKeyboardButton:
    return keyboards.press(label, OnSaved(action=action, reference_id=reference_id))
