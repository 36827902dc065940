"""Buttons around a prompt from a reference."""

from collections.abc import Iterable
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.business.references import Brief
from botapp.business.selling import OnSale
from botapp.catalog import Kind
from botapp.keyboards import column, press
from botapp.models import TextTask
from botapp.texts import drafts as draft_texts
from botapp.texts import menu
from botapp.texts import reference as texts


class ReferenceAction(StrEnum):
    MAKE = "make"
    EDIT = "edit"
    MODELS = "models"  # `name` is the kind
    MODEL = "model"
    BACK = "back"


class OnReference(CallbackData, prefix="ref"):
    """A press under a reference that is not paid for yet."""

    action: ReferenceAction
    name: str = ""


class PromptAction(StrEnum):
    CREATE = "create"
    WISH = "wish"
    RETRY = "retry"
    ANOTHER = "another"


class OnPrompt(CallbackData, prefix="refp"):
    """A press under a prompt, or under what became of it."""

    action: PromptAction
    task_id: int


def received(brief: Brief) -> InlineKeyboardMarkup:
    kind = brief.model.type
    return column(
        _press(texts.edit(brief.reference), ReferenceAction.EDIT),
        _press(texts.make(brief), ReferenceAction.MAKE),
        _press(draft_texts.model_button(brief.model), ReferenceAction.MODELS, kind),
        keyboards.cancel_button(),
    )


def models(kind: Kind, on_sale: Iterable[OnSale]) -> InlineKeyboardMarkup:
    """Models of one kind, and the way to the other kind."""
    to_films = _press(draft_texts.to_films(), ReferenceAction.MODELS, Kind.VIDEO.value)
    to_pictures = _press(draft_texts.to_pictures(), ReferenceAction.MODELS, Kind.IMAGE.value)
    return column(
        *(_press(menu.model_button(one), ReferenceAction.MODEL, one.model.slug) for one in on_sale),
        to_films if kind is Kind.IMAGE else to_pictures,
        _press(draft_texts.back(), ReferenceAction.BACK),
    )


def after_result(task: TextTask) -> InlineKeyboardMarkup:
    return column(
        press(texts.create(), OnPrompt(action=PromptAction.CREATE, task_id=task.pk)),
        press(texts.other_wishes(), OnPrompt(action=PromptAction.WISH, task_id=task.pk)),
    )


def after_failure(task: TextTask, *, can_retry: bool) -> InlineKeyboardMarkup:
    retry = press(texts.try_again(task), OnPrompt(action=PromptAction.RETRY, task_id=task.pk))
    another = press(texts.another(), OnPrompt(action=PromptAction.ANOTHER, task_id=task.pk))
    return column(retry, another) if can_retry else column(another)


def _press(label: str, action: ReferenceAction, name: str = "") -> InlineKeyboardButton:
    return press(label, OnReference(action=action, name=name))
