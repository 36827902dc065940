"""The buttons of the settings: sections, and what can be chosen in each."""

from collections.abc import Iterable
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from botapp import keyboards
from botapp.business.preferences import PREFERRED, Notify, OwnLimit
from botapp.business.selling import OnSale
from botapp.catalog import Kind
from botapp.models import UserSettings
from botapp.texts import drafts as draft_texts
from botapp.texts import preferences as texts


class SettingsAction(StrEnum):
    HOME = "home"
    LANGUAGE = "language"
    MODELS = "models"  # `name` is the kind
    MODEL = "model"  # `name` the kind, `value` the slug
    SEND = "send"
    SEND_AS = "send_as"
    NOTIFY = "notify"
    SET_NOTIFY = "set_notify"
    LIMITS = "limits"
    LIMIT = "limit"
    FORGET = "forget"
    DATA = "data"
    EXPORT = "export"
    DELETE = "delete"
    DELETE_FOR_GOOD = "deleteall"


class OnSettings(CallbackData, prefix="set"):
    action: SettingsAction
    name: str = ""
    value: str = ""


def home(kept: UserSettings) -> InlineKeyboardMarkup:
    buttons = [
        _press(texts.language_button(), SettingsAction.LANGUAGE),
        _press(texts.model_section(Kind.IMAGE), SettingsAction.MODELS, Kind.IMAGE.value),
        _press(texts.model_section(Kind.VIDEO), SettingsAction.MODELS, Kind.VIDEO.value),
        _press(texts.send_as_section(), SettingsAction.SEND),
        _press(texts.notify_section(), SettingsAction.NOTIFY),
        _press(texts.limits_section(), SettingsAction.LIMITS),
    ]
    if kept.default_params:
        buttons.append(_press(texts.forget_params_button(), SettingsAction.FORGET))
    return keyboards.column(*buttons, _press(texts.data_section(), SettingsAction.DATA))


def models(kept: UserSettings, kind: Kind, on_sale: Iterable[OnSale]) -> InlineKeyboardMarkup:
    preferred = getattr(kept, PREFERRED[kind])
    slug = preferred.slug if preferred is not None else ""
    choices = [("", texts.no_preference())]
    choices += [(one.model.slug, one.model.display_name) for one in on_sale]
    return _with_back(
        _choice(label, SettingsAction.MODEL, kind.value, value, is_on=value == slug)
        for value, label in choices
    )


def send_as(kept: UserSettings) -> InlineKeyboardMarkup:
    return _with_back(
        _choice(
            texts.send_as(one), SettingsAction.SEND_AS, one.value, "", is_on=one == kept.send_as
        )
        for one in UserSettings.SendAs
    )


def notify(kept: UserSettings) -> InlineKeyboardMarkup:
    """Each button says what shall be: pressing it twice does no harm."""
    found = []
    for name in Notify:
        is_on = bool(getattr(kept, name))
        label = texts.notify(name, is_on=is_on)
        found.append(_press(label, SettingsAction.SET_NOTIFY, name.value, "0" if is_on else "1"))
    return _with_back(found)


def limits() -> InlineKeyboardMarkup:
    return _with_back(
        _press(texts.limit_button(name), SettingsAction.LIMIT, name.value) for name in OwnLimit
    )


def data() -> InlineKeyboardMarkup:
    return _with_back(
        [
            _press(texts.export_button(), SettingsAction.EXPORT),
            _press(texts.delete_button(), SettingsAction.DELETE),
        ]
    )


def confirm_deletion() -> InlineKeyboardMarkup:
    return _with_back([_press(texts.delete_for_good(), SettingsAction.DELETE_FOR_GOOD)])


def languages() -> InlineKeyboardMarkup:
    rows = keyboards.languages().inline_keyboard
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_back()]])


def _with_back(buttons: Iterable[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return keyboards.column(*buttons, _back())


def _back() -> InlineKeyboardButton:
    return _press(draft_texts.back(), SettingsAction.HOME)


def _choice(
    label: str, action: SettingsAction, name: str, value: str, *, is_on: bool
) -> InlineKeyboardButton:
    return _press(draft_texts.chosen(label) if is_on else label, action, name, value)


def _press(
    label: str, action: SettingsAction, name: str = "", value: str = ""
) -> InlineKeyboardButton:
    return keyboards.press(label, OnSettings(action=action, name=name, value=value))
