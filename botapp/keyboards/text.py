"""Buttons under what the text model wrote."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from botapp.keyboards import column, press
from botapp.models import TextTask
from botapp.texts import writing as texts


class TextAction(StrEnum):
    TAKE = "take"
    MORE = "more"
    KEEP = "keep"


class OnText(CallbackData, prefix="text"):
    action: TextAction
    task_id: int


def suggestion(task: TextTask) -> InlineKeyboardMarkup:
    return column(
        press(texts.take(), OnText(action=TextAction.TAKE, task_id=task.pk)),
        press(texts.more(), OnText(action=TextAction.MORE, task_id=task.pk)),
        press(texts.keep(), OnText(action=TextAction.KEEP, task_id=task.pk)),
    )


def heard(task: TextTask) -> InlineKeyboardMarkup:
    return column(press(texts.make_it(), OnText(action=TextAction.TAKE, task_id=task.pk)))
