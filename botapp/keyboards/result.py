"""What opens in place of the buttons under a result or a refusal, and goes back to them."""

from collections.abc import Iterable
from decimal import Decimal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.business.drafts import Alternative
from botapp.keyboards import OrderAction, on_order
from botapp.models import AIModel, GenRequest
from botapp.texts import drafts as draft_texts
from botapp.texts import generation as generation_texts
from botapp.texts import preferences as settings_texts
from botapp.texts import results as texts

NUMBERS_IN_ROW = 4


def front(order: GenRequest, *, extra: Decimal | None = None) -> InlineKeyboardMarkup:
    """What stands under the order when nothing is open."""
    has_failed = order.status == GenRequest.Status.ERROR
    return (
        keyboards.after_failure(order) if has_failed else keyboards.after_result(order, extra=extra)
    )


def more(order: GenRequest) -> InlineKeyboardMarkup:
    """Everything that does not stand in front."""
    making = [on_order(order, OrderAction.MODELS, texts.other_model())]
    if order.ai_model.type == AIModel.Type.IMAGE:
        making.insert(0, on_order(order, OrderAction.ANIMATE, texts.animate()))
    removing = [on_order(order, OrderAction.DELETE, texts.delete())]
    return _with_back(order, [making, _opinions(order), removing])


def models(order: GenRequest, alternatives: Iterable[Alternative]) -> InlineKeyboardMarkup:
    """Other models for the same, each with its price and the difference."""
    rows = [
        [
            keyboards.press(
                texts.model(one),
                keyboards.OtherModel(generation_id=order.pk, slug=one.model.slug),
            )
        ]
        for one in alternatives
    ]
    return _with_back(order, rows)


def numbers(order: GenRequest, action: OrderAction, indexes: Iterable[int]) -> InlineKeyboardMarkup:
    """Which of several pictures is meant for the action."""
    buttons = [
        keyboards.press(
            str(index + 1),
            keyboards.OnResult(action=action, generation_id=order.pk, index=index),
        )
        for index in indexes
    ]
    starts = range(0, len(buttons), NUMBERS_IN_ROW)
    return _with_back(order, [buttons[start : start + NUMBERS_IN_ROW] for start in starts])


def after_dislike(order: GenRequest) -> InlineKeyboardMarkup:
    """What may help when the result is not what was wanted."""
    again = on_order(order, OrderAction.AGAIN, generation_texts.again())
    other_words = on_order(order, OrderAction.PROMPT, texts.other_words())
    other_model = on_order(order, OrderAction.MODELS, texts.other_model())
    return _with_back(order, [[other_model], [again, other_words]])


def confirm(order: GenRequest, price: Decimal, surely: CallbackData) -> InlineKeyboardMarkup:
    """One more tap before a dear order."""
    return _with_back(order, [[keyboards.press(settings_texts.confirm_create(price), surely)]])


def ask_delete(order: GenRequest) -> InlineKeyboardMarkup:
    return _with_back(order, [[on_order(order, OrderAction.DELETE_SURE, texts.delete_sure())]])


def _opinions(order: GenRequest) -> list[InlineKeyboardButton]:
    said = {
        OrderAction.LIKE: (texts.like(), order.is_liked is True),
        OrderAction.DISLIKE: (texts.dislike(), order.is_liked is False),
    }
    return [
        on_order(order, action, draft_texts.chosen(label) if is_said else label)
        for action, (label, is_said) in said.items()
    ]


def _with_back(order: GenRequest, rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    back = on_order(order, OrderAction.BACK, draft_texts.back())
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [back]])
