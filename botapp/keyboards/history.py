"""The buttons of the history: one work with its neighbours, and of a shared recipe."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.business.history import Page
from botapp.catalog import Kind
from botapp.texts import generation as generation_texts
from botapp.texts import history as texts

KINDS: tuple[Kind | None, ...] = (None, Kind.IMAGE, Kind.VIDEO)


class HistoryAction(StrEnum):
    SHOW = "show"
    OPEN = "open"
    REPEAT = "repeat"
    FILE = "file"
    HIDE = "hide"
    RESTORE = "restore"


class OnHistory(CallbackData, prefix="hist"):
    """A press on a work; `kind` is the filter that is on, nothing for all."""

    action: HistoryAction
    generation_id: int = 0
    kind: str = ""


def work(page: Page, kind: Kind | None, *, hidden_id: int | None = None) -> InlineKeyboardMarkup:
    """`hidden_id` is the work that was hidden a moment ago, if it can come back."""
    order_id = page.order.pk
    share = keyboards.OnOrder(action=keyboards.OrderAction.SHARE, generation_id=order_id)
    rows = [
        _turning(page, kind),
        [
            _press(texts.open_work(), HistoryAction.OPEN, order_id, kind),
            _press(texts.repeat(), HistoryAction.REPEAT, order_id, kind),
        ],
        [
            _press(texts.file(), HistoryAction.FILE, order_id, kind),
            keyboards.press(generation_texts.share(), share),
        ],
        [_press(texts.hide(), HistoryAction.HIDE, order_id, kind)],
        filters(kind),
    ]
    if hidden_id is not None:
        rows.insert(0, [_press(texts.restore(hidden_id), HistoryAction.RESTORE, hidden_id, kind)])
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def nothing(kind: Kind | None, *, hidden_id: int | None = None) -> InlineKeyboardMarkup:
    """Ways to make the first one."""
    picture = InlineKeyboardButton(
        text=generation_texts.new_picture(), callback_data=keyboards.Plain.NEW.value
    )
    film = InlineKeyboardButton(
        text=generation_texts.new_film(), callback_data=keyboards.Plain.NEW_VIDEO.value
    )
    rows = [[picture, film]]
    if kind is not None:
        rows.append(filters(kind))
    if hidden_id is not None:
        rows.insert(0, [_press(texts.restore(hidden_id), HistoryAction.RESTORE, hidden_id, kind)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def filters(chosen: Kind | None) -> list[InlineKeyboardButton]:
    """The filter that is on shows the newest work again."""
    return [
        _press(texts.kind_filter(kind, is_on=kind is chosen), HistoryAction.SHOW, 0, kind)
        for kind in KINDS
    ]


def share(url: str) -> InlineKeyboardMarkup:
    """Telegram's own way to send an address to a friend."""
    return keyboards.column(InlineKeyboardButton(text=texts.send_to_friend(), url=url))


def _turning(page: Page, kind: Kind | None) -> list[InlineKeyboardButton]:
    beside = [(page.newer_id, texts.newer()), (page.older_id, texts.older())]
    return [
        _press(label, HistoryAction.SHOW, order_id, kind)
        for order_id, label in beside
        if order_id is not None
    ]


def _press(
    label: str, action: HistoryAction, order_id: int, kind: Kind | None
) -> InlineKeyboardButton:
    data = OnHistory(action=action, generation_id=order_id, kind=kind.value if kind else "")
    return keyboards.press(label, data)
