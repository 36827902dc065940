"""Buttons: what can be pressed, and what a press says."""

from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from django.conf import settings

from botapp import catalog
from botapp.business.selling import OnSale
from botapp.catalog import FOLLOW_UPS, Mode
from botapp.models import AIModel, GenRequest, Language, TokenPackage
from botapp.providers import registry
from botapp.providers.base import Failure
from botapp.texts import generation as generation_texts
from botapp.texts import menu, money, writing


class ChooseModel(CallbackData, prefix="model"):
    slug: str


class OrderAction(StrEnum):
    AGAIN = "again"
    EDIT = "edit"
    EXTEND = "extend"
    CANCEL = "cancel"


class OnOrder(CallbackData, prefix="order"):
    action: OrderAction
    generation_id: int


class FollowUp(CallbackData, prefix="follow"):
    """Upscale or vary one result; `mode` is a follow-up."""

    mode: Mode
    generation_id: int
    index: int


class MakeSafer(CallbackData, prefix="safer"):
    """Other words for an order that the model refused."""

    generation_id: int


class ChooseLanguage(CallbackData, prefix="lang"):
    language: Language


class Plain(StrEnum):
    """Presses that carry nothing but their name."""

    NEW = "new"
    NEW_VIDEO = "new_video"
    CANCEL = "cancel"
    CREATE_DRAFT = "draft"
    CREATE_DRAFT_SURELY = "draft_sure"


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


def models(on_sale: Iterable[OnSale]) -> InlineKeyboardMarkup:
    return column(
        *(press(menu.model_button(one), ChooseModel(slug=one.model.slug)) for one in on_sale)
    )


def payment_page(package: TokenPackage | None = None) -> InlineKeyboardMarkup:
    return column(open_payment_page(package))


def open_payment_page(package: TokenPackage | None = None) -> InlineKeyboardButton:
    """The shop; with the package chosen that fills a gap."""
    if package is None:
        return open_shop(menu.open_payment_page())
    return open_shop(money.top_up_package(package), package=package.code)


def open_shop(label: str, **chosen: str) -> InlineKeyboardButton:
    page = urlencode({"screen": "shop"} | chosen)
    return InlineKeyboardButton(
        text=label, web_app=WebAppInfo(url=f"{settings.PUBLIC_BASE_URL}/miniapp/?{page}")
    )


def cancel() -> InlineKeyboardMarkup:
    return column(cancel_button())


def cancel_button() -> InlineKeyboardButton:
    return InlineKeyboardButton(text=menu.cancel(), callback_data=Plain.CANCEL.value)


def languages() -> InlineKeyboardMarkup:
    return column(
        *(
            press(menu.language_name(language), ChooseLanguage(language=language))
            for language in Language
        )
    )


def while_queued(order: GenRequest) -> InlineKeyboardMarkup:
    return column(
        press(generation_texts.cancel_order(), _on(order, OrderAction.CANCEL)),
    )


def while_working(order: GenRequest) -> InlineKeyboardMarkup | None:
    return while_queued(order) if can_cancel(order) else None


def can_cancel(order: GenRequest) -> bool:
    """Cancelling is offered as long as it can succeed."""
    is_queued = order.status == GenRequest.Status.QUEUED
    is_stoppable = order.status == GenRequest.Status.PROCESSING and registry.can_cancel(
        order.provider
    )
    return is_queued or (is_stoppable and order.cancel_requested_at is None)


def after_result(order: GenRequest) -> InlineKeyboardMarkup:
    """What can be done with the results goes by the card of the model that made them."""
    card = catalog.find(order.ai_model.slug)
    modes = card.modes if card is not None else ()
    first_row = [_again(order)]
    if Mode.IMAGE_TO_IMAGE in modes:
        first_row.append(press(generation_texts.edit(), _on(order, OrderAction.EDIT)))
    if Mode.EXTEND in modes:
        first_row.append(press(generation_texts.extend(), _on(order, OrderAction.EXTEND)))
    rows = [first_row, *_follow_ups(order, modes), [_new(order)]]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def after_failure(order: GenRequest) -> InlineKeyboardMarkup:
    rows = [[_again(order), _new(order)]]
    if order.error_code == Failure.POLICY and order.generation_type not in FOLLOW_UPS:
        safer = MakeSafer(generation_id=order.pk)
        rows.insert(0, [press(writing.make_safer(), safer)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def press(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def column(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button] for button in buttons])


def _follow_ups(order: GenRequest, modes: Iterable[Mode]) -> list[list[InlineKeyboardButton]]:
    """A row for each follow-up, a button for each result; what was upscaled is one picture of
    its provider's job and goes no further."""
    if order.generation_type == Mode.UPSCALE:
        return []
    labels = {Mode.UPSCALE: generation_texts.upscale, Mode.VARIATION: generation_texts.vary}
    return [
        [
            press(label(index + 1), FollowUp(mode=mode, generation_id=order.pk, index=index))
            for index in range(order.results_expected)
        ]
        for mode, label in labels.items()
        if mode in modes
    ]


def _again(order: GenRequest) -> InlineKeyboardButton:
    return press(generation_texts.again(), _on(order, OrderAction.AGAIN))


def _on(order: GenRequest, action: OrderAction) -> OnOrder:
    return OnOrder(action=action, generation_id=order.pk)


def _new(order: GenRequest) -> InlineKeyboardButton:
    is_video = order.ai_model.type == AIModel.Type.VIDEO
    data = Plain.NEW_VIDEO if is_video else Plain.NEW
    text = generation_texts.new_film() if is_video else generation_texts.new_picture()
    return InlineKeyboardButton(text=text, callback_data=data.value)
