"""The buttons of a draft's card, and the grids that open from them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.business import balance, drafts, saved_references
from botapp.business.selling import OnSale
from botapp.catalog import Choice, Kind, Param, ParamValue, Range, Role, Switch, Text
from botapp.models import SavedReference
from botapp.texts import drafts as texts
from botapp.texts import menu, params, writing
from botapp.texts import preferences as settings_texts
from botapp.texts import saved_references as saved_texts

# A range of more values than this shows steps, and any other value is typed.
GRID_MAX = 16
STEPS = 8
# Steps of such a range would say nothing: only its default is shown.
UNCOUNTABLE = 10_000
NARROW_LABEL = 7
GRID_COLUMNS = 4
WIDE_COLUMNS = 2

Row = list[InlineKeyboardButton]


class CardAction(StrEnum):
    OPEN = "open"  # the grid of a parameter
    SET = "set"
    TYPE = "type"
    MODES = "modes"
    MODE = "mode"
    MODELS = "models"  # `name` is the kind
    MODEL = "model"
    MASK = "mask"
    EMPTY = "empty"
    REFERENCES = "refs"
    REFERENCE = "ref"  # `name` is its id
    SAVE = "save"
    KEEP = "keep"  # for the next drafts
    IMPROVE = "improve"
    BACK = "back"


class OnCard(CallbackData, prefix="card", sep="|"):
    """A press on the card; values hold colons (16:9), hence the other separator."""

    action: CardAction
    name: str = ""
    value: str = ""


def card(offer: drafts.Offer) -> InlineKeyboardMarkup:
    rows = [*_pairs(_settings(offer)), [_model_button(offer)]]
    if len(offer.modes) > 1:
        rows.insert(0, [_press(texts.mode_button(offer.mode), CardAction.MODES)])
    if saved_references.takes_pictures(offer.card):
        rows.append(_references(offer))
    if offer.draft.sources:
        rows.append([_press(texts.remove_inputs(), CardAction.EMPTY)])
    if offer.draft.prompt:
        rows.append([_press(writing.improve(), CardAction.IMPROVE)])
    if isinstance(offer.obstacle, balance.NotEnoughTokensError):
        rows.append([keyboards.open_payment_page(offer.package)])
    create = InlineKeyboardButton(
        text=texts.create(offer), callback_data=keyboards.Plain.CREATE_DRAFT.value
    )
    keep = _press(settings_texts.remember_button(), CardAction.KEEP)
    rows += [[create], [keep, keyboards.cancel_button()]]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def grid(offer: drafts.Offer, name: str) -> InlineKeyboardMarkup:
    """The values of a parameter, the chosen one marked."""
    param, chosen = offer.options[name], offer.values[name]
    buttons = [
        _option(params.value(name, one), CardAction.SET, name, _packed(one), is_on=one == chosen)
        for one in choices(param, chosen)
        if drafts.can_set(offer.card, offer.draft, name, one)
    ]
    width = max((len(button.text) for button in buttons), default=0)
    rows = _rows(buttons, GRID_COLUMNS if width <= NARROW_LABEL else WIDE_COLUMNS)
    if is_typed(param):
        rows.append([_press(texts.type_it(), CardAction.TYPE, name)])
    return _with_back(rows)


def confirm(price: Decimal) -> InlineKeyboardMarkup:
    """One more tap before a dear order."""
    surely = InlineKeyboardButton(
        text=settings_texts.confirm_create(price),
        callback_data=keyboards.Plain.CREATE_DRAFT_SURELY.value,
    )
    return _with_back([[surely]])


def modes(offer: drafts.Offer) -> InlineKeyboardMarkup:
    buttons = [
        _option(params.mode(mode), CardAction.MODE, mode.value, "", is_on=mode is offer.mode)
        for mode in offer.modes
    ]
    return _with_back(_rows(buttons, 1))


def models(offer: drafts.Offer, kind: Kind, on_sale: Iterable[OnSale]) -> InlineKeyboardMarkup:
    """Models of one kind, and the way to the other kind."""
    slug = offer.model.slug
    buttons = [
        _option(
            menu.model_button(one),
            CardAction.MODEL,
            one.model.slug,
            "",
            is_on=one.model.slug == slug,
        )
        for one in on_sale
    ]
    to_films = _press(texts.to_films(), CardAction.MODELS, Kind.VIDEO.value)
    to_pictures = _press(texts.to_pictures(), CardAction.MODELS, Kind.IMAGE.value)
    to_other = to_films if kind is Kind.IMAGE else to_pictures
    return _with_back([*_rows(buttons, 1), [to_other]])


def saved(kept: Iterable[SavedReference]) -> InlineKeyboardMarkup:
    """The person's references: a press puts one on the card."""
    buttons = [_press(saved_texts.label(one), CardAction.REFERENCE, str(one.pk)) for one in kept]
    return _with_back(_pairs(buttons))


def choices(param: Param, chosen: ParamValue) -> list[ParamValue]:
    """The values worth a button; the chosen one is always among them."""
    match param:
        case Choice():
            return list(param.options)
        case Switch():
            return [True, False]
        case Text():
            return [""] if chosen == "" else [str(chosen), ""]
        case Range():
            return list(_steps(param, int(chosen)))


def is_typed(param: Param) -> bool:
    if isinstance(param, Range):
        return _size(param) > GRID_MAX
    return isinstance(param, Text)


def _steps(param: Range, chosen: int) -> list[int]:
    size = _size(param)
    if size > UNCOUNTABLE:
        return sorted({param.default, chosen})
    every = 1 if size <= GRID_MAX else -(-size // STEPS)
    shown = set(range(param.minimum, param.maximum + 1, param.step * every))
    return sorted(shown | {param.maximum, param.default, chosen})


def _size(param: Range) -> int:
    return (param.maximum - param.minimum) // param.step + 1


def _settings(offer: drafts.Offer) -> Iterator[InlineKeyboardButton]:
    for name, param in offer.options.items():
        value = offer.values[name]
        if isinstance(param, Switch):
            turned = _packed(not value)
            yield _press(params.labelled(name, value), CardAction.SET, name, turned)
        else:
            yield _press(params.labelled(name, value), CardAction.OPEN, name)
    if drafts.may_have_mask(offer.card, offer.draft):
        is_given = Role.MASK in drafts.count_inputs(offer.draft)
        yield _press(texts.mask_button(is_given=is_given), CardAction.MASK)


def _model_button(offer: drafts.Offer) -> InlineKeyboardButton:
    return _press(texts.model_button(offer.model), CardAction.MODELS, offer.card.kind.value)


def _references(offer: drafts.Offer) -> Row:
    row = [_press(saved_texts.choose(), CardAction.REFERENCES)]
    if saved_references.pictures(offer.draft):
        row.append(_press(saved_texts.save(), CardAction.SAVE))
    return row


def _packed(value: ParamValue) -> str:
    """As `drafts.set_value` reads it. A long text is only ever shown as chosen already."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _option(
    label: str, action: CardAction, name: str, value: str, *, is_on: bool
) -> InlineKeyboardButton:
    if is_on:
        return _press(texts.chosen(label), CardAction.BACK)
    return _press(label, action, name, value)


def _press(label: str, action: CardAction, name: str = "", value: str = "") -> InlineKeyboardButton:
    return keyboards.press(label, OnCard(action=action, name=name, value=value))


def _pairs(buttons: Iterable[InlineKeyboardButton]) -> list[Row]:
    return _rows(list(buttons), WIDE_COLUMNS)


def _rows(buttons: list[InlineKeyboardButton], columns: int) -> list[Row]:
    return [buttons[start : start + columns] for start in range(0, len(buttons), columns)]


def _with_back(rows: list[Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_press(texts.back(), CardAction.BACK)]])
