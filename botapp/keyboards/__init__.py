"""Buttons: what can be pressed, and what a press says.

Those of the menu and of orders are here, those of each screen in a module of its own.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from django.conf import settings as product_settings

from botapp import catalog
from botapp.business.selling import OnSale
from botapp.catalog import FOLLOW_UPS, Mode
from botapp.models import AIModel, GenRequest, Language, TokenPackage
from botapp.providers import registry
from botapp.providers.base import Failure
from botapp.texts import generation as generation_texts
from botapp.texts import menu, results, writing
from botapp.texts import money as money_texts


class ChooseModel(CallbackData, prefix="model"):
    slug: str


class OrderAction(StrEnum):
    AGAIN = "again"
    EDIT = "edit"
    EXTEND = "extend"
    CANCEL = "cancel"
    PROMPT = "prompt"  # the same with other words
    MODELS = "models"  # the same by another model
    MORE = "more"
    BACK = "back"
    ANIMATE = "animate"
    LIKE = "like"
    DISLIKE = "dislike"
    DELETE = "delete"
    DELETE_SURE = "delete_sure"
    SHARE = "share"


class OnOrder(CallbackData, prefix="order"):
    action: OrderAction
    generation_id: int


class FollowUp(CallbackData, prefix="follow"):
    """Upscale or vary one result; `mode` is a follow-up."""

    mode: Mode
    generation_id: int
    index: int


class FollowUpSurely(FollowUp, prefix="follow_sure"):
    """The same after one more tap, for this price and no other."""

    price: Decimal


class AgainSurely(CallbackData, prefix="again_sure"):
    """The same order once more, after one more tap, for this price and no other."""

    generation_id: int
    price: Decimal


class OtherModel(CallbackData, prefix="other"):
    """The same order by this model."""

    generation_id: int
    slug: str


class OnResult(CallbackData, prefix="result"):
    """Edit or animate one of several results."""

    action: OrderAction
    generation_id: int
    index: int


class Final(CallbackData, prefix="final"):
    """A draft in the best quality, for this price and no other; `is_sure` after one more tap."""

    generation_id: int
    price: Decimal
    is_sure: bool = False


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
    """One a row, and the same as a form in the mini app."""
    return column(
        *(press(menu.model_button(one), ChooseModel(slug=one.model.slug)) for one in on_sale),
        open_studio(),
    )


def open_studio() -> InlineKeyboardButton:
    return InlineKeyboardButton(text=menu.open_studio(), web_app=_studio())


def studio_button() -> MenuButtonWebApp:
    """Beside the composer."""
    return MenuButtonWebApp(text=menu.mini_app_button(), web_app=_studio())


def _studio() -> WebAppInfo:
    return WebAppInfo(url=f"{product_settings.PUBLIC_BASE_URL}/miniapp/?screen=create")


def payment_page(package: TokenPackage | None = None) -> InlineKeyboardMarkup:
    return column(open_payment_page(package))


def open_payment_page(package: TokenPackage | None = None) -> InlineKeyboardButton:
    """The shop; with the package chosen that fills a gap."""
    if package is None:
        return open_shop(menu.open_payment_page())
    return open_shop(money_texts.top_up_package(package), package=package.code)


def open_shop(label: str, **chosen: str) -> InlineKeyboardButton:
    page = urlencode({"screen": "shop"} | chosen)
    return InlineKeyboardButton(
        text=label, web_app=WebAppInfo(url=f"{product_settings.PUBLIC_BASE_URL}/miniapp/?{page}")
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
        on_order(order, OrderAction.CANCEL, generation_texts.cancel_order()),
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


def after_result(order: GenRequest, *, extra: Decimal | None = None) -> InlineKeyboardMarkup:
    """What is done most; the rest opens in place, see `keyboards.result`.

    What can be done with the results goes by the card of the model that made them. `extra` is the
    price of the final, where the order is a draft that can have one.
    """
    card = catalog.find(order.ai_model.slug)
    modes = card.modes if card is not None else ()
    first_row = [_again(order), on_order(order, OrderAction.PROMPT, results.other_words())]
    if Mode.IMAGE_TO_IMAGE in modes:
        first_row.append(on_order(order, OrderAction.EDIT, generation_texts.edit()))
    if Mode.EXTEND in modes:
        first_row.append(on_order(order, OrderAction.EXTEND, generation_texts.extend()))
    rows = [first_row, *_follow_ups(order, modes)]
    if extra is not None:
        final = Final(generation_id=order.pk, price=extra)
        rows.append([press(results.final(extra), final)])
    rows.append([on_order(order, OrderAction.SHARE, generation_texts.share())])
    rows.append([_new(order), on_order(order, OrderAction.MORE, results.more())])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def after_failure(order: GenRequest) -> InlineKeyboardMarkup:
    rows = [
        [_again(order), on_order(order, OrderAction.PROMPT, results.other_words())],
        [on_order(order, OrderAction.MODELS, results.other_model())],
        [_new(order)],
    ]
    if can_soften(order):
        safer = MakeSafer(generation_id=order.pk)
        rows.insert(0, [press(writing.make_safer(), safer)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def can_soften(order: GenRequest) -> bool:
    """Whether other words may be what a refused order needs."""
    return order.error_code == Failure.POLICY and order.generation_type not in FOLLOW_UPS


def on_order(order: GenRequest, action: OrderAction, text: str) -> InlineKeyboardButton:
    return press(text, OnOrder(action=action, generation_id=order.pk))


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
    return on_order(order, OrderAction.AGAIN, generation_texts.again())


def _new(order: GenRequest) -> InlineKeyboardButton:
    is_video = order.ai_model.type == AIModel.Type.VIDEO
    data = Plain.NEW_VIDEO if is_video else Plain.NEW
    text = generation_texts.new_film() if is_video else generation_texts.new_picture()
    return InlineKeyboardButton(text=text, callback_data=data.value)
