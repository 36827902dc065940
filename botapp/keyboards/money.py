"""The buttons about tokens: the balance, its history, invitations, the way back to an order."""

from enum import StrEnum
from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.business.movements import Page, Way
from botapp.texts import money as texts


class OnMoney(StrEnum):
    """Presses that carry nothing but their name."""

    HISTORY = "money_history"
    PROMOCODE = "money_promo"
    INVITE = "money_invite"
    DAILY = "money_daily"
    BACK_TO_DRAFT = "back_to_draft"


class TurnPage(CallbackData, prefix="moves"):
    """Another page of the history: what lies beyond the row `edge`."""

    way: Way
    edge: int


def balance() -> InlineKeyboardMarkup:
    rows = [
        [keyboards.open_shop(texts.top_up())],
        [_plain(texts.history_button(), OnMoney.HISTORY)],
        [_plain(texts.promocode_button(), OnMoney.PROMOCODE)],
        [
            _plain(texts.invite_button(), OnMoney.INVITE),
            _plain(texts.daily_button(), OnMoney.DAILY),
        ],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def history(page: Page) -> InlineKeyboardMarkup | None:
    """The arrows that lead somewhere."""
    row = []
    if page.rows and page.has_newer:
        row.append(keyboards.press("◀️", TurnPage(way=Way.NEWER, edge=page.rows[0].pk)))
    if page.rows and page.has_older:
        row.append(keyboards.press("▶️", TurnPage(way=Way.OLDER, edge=page.rows[-1].pk)))
    return InlineKeyboardMarkup(inline_keyboard=[row]) if row else None


def after_payment() -> InlineKeyboardMarkup:
    return keyboards.column(_plain(texts.back_to_order(), OnMoney.BACK_TO_DRAFT))


def invitation(link: str) -> InlineKeyboardMarkup:
    share = urlencode({"url": link, "text": texts.share_text()})
    return keyboards.column(
        InlineKeyboardButton(text=texts.share_button(), url=f"https://t.me/share/url?{share}")
    )


def _plain(text: str, data: OnMoney) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.value)
