"""Buttons: what can be pressed, and what a press says."""

from collections.abc import Iterable
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from django.conf import settings

from botapp.models import AIModel, GenRequest, Language
from botapp.texts import generation as generation_texts
from botapp.texts import menu


class ChooseModel(CallbackData, prefix="model"):
    slug: str


class OrderAction(StrEnum):
    AGAIN = "again"
    EDIT = "edit"
    CANCEL = "cancel"


class OnOrder(CallbackData, prefix="order"):
    action: OrderAction
    generation_id: int


class ChooseLanguage(CallbackData, prefix="lang"):
    language: Language


class Plain(StrEnum):
    """Presses that carry nothing but their name."""

    NEW = "new"
    CANCEL = "cancel"
    CREATE_DRAFT = "draft"


def main_menu() -> ReplyKeyboardMarkup:
    """The persistent menu (product.md 1.2). Top-up is a text button on purpose: a mini app
    opened from a reply keyboard gets no proof of who opened it (payments_telegram.md B7)."""
    rows = [
        [menu.create_image(), menu.create_video()],
        [menu.balance_button(), menu.top_up()],
        [menu.reference_prompt()],
        [menu.main_menu()],
        [menu.enter_promocode()],
        [menu.support()],
    ]
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=text) for text in row] for row in rows],
        resize_keyboard=True,
        is_persistent=True,
    )


def models(on_sale: Iterable[AIModel]) -> InlineKeyboardMarkup:
    return _column(
        *(_press(menu.model_button(model), ChooseModel(slug=model.slug)) for model in on_sale)
    )


def draft(model: AIModel) -> InlineKeyboardMarkup:
    return _column(
        InlineKeyboardButton(
            text=generation_texts.create(model), callback_data=Plain.CREATE_DRAFT.value
        ),
        InlineKeyboardButton(text=menu.cancel(), callback_data=Plain.CANCEL.value),
    )


def payment_page() -> InlineKeyboardMarkup:
    page = WebAppInfo(url=f"{settings.PUBLIC_BASE_URL}/miniapp/")
    return _column(InlineKeyboardButton(text=menu.open_payment_page(), web_app=page))


def cancel() -> InlineKeyboardMarkup:
    return _column(InlineKeyboardButton(text=menu.cancel(), callback_data=Plain.CANCEL.value))


def languages() -> InlineKeyboardMarkup:
    return _column(
        *(
            _press(menu.language_name(language), ChooseLanguage(language=language))
            for language in Language
        )
    )


def while_queued(order: GenRequest) -> InlineKeyboardMarkup:
    return _column(
        _press(generation_texts.cancel_order(), _on(order, OrderAction.CANCEL)),
    )


def after_result(order: GenRequest) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                _press(generation_texts.again(), _on(order, OrderAction.AGAIN)),
                _press(generation_texts.edit(), _on(order, OrderAction.EDIT)),
            ],
            [_new()],
        ]
    )


def after_failure(order: GenRequest) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[_press(generation_texts.again(), _on(order, OrderAction.AGAIN)), _new()]]
    )


def _on(order: GenRequest, action: OrderAction) -> OnOrder:
    return OnOrder(action=action, generation_id=order.pk)


def _new() -> InlineKeyboardButton:
    return InlineKeyboardButton(text=generation_texts.new(), callback_data=Plain.NEW.value)


def _press(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _column(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button] for button in buttons])
