"""Settings: one message whose buttons open its sections."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from django.utils import translation

from botapp import db_threads, keyboards
from botapp.business import preferences, selling, users
from botapp.business.preferences import Notify, OwnLimit
from botapp.catalog import Kind
from botapp.handlers import studio
from botapp.keyboards import settings as buttons
from botapp.keyboards.settings import OnSettings, SettingsAction
from botapp.models import TgUser, UserSettings
from botapp.states import Talking
from botapp.texts import menu
from botapp.texts import preferences as texts


def setup() -> Router:
    router = Router(name="settings")
    router.message.register(show, Command("settings"))
    router.callback_query.register(change_language, keyboards.ChooseLanguage.filter())
    presses: dict[SettingsAction, Callable[..., Awaitable[None]]] = {
        SettingsAction.HOME: go_home,
        SettingsAction.LANGUAGE: open_languages,
        SettingsAction.SEND: open_send_as,
        SettingsAction.NOTIFY: open_notify,
        SettingsAction.LIMITS: open_limits,
        SettingsAction.FORGET: forget_params,
    }
    named: dict[SettingsAction, tuple[Callable[..., Awaitable[None]], type[StrEnum]]] = {
        SettingsAction.MODELS: (open_models, Kind),
        SettingsAction.MODEL: (prefer_model, Kind),
        SettingsAction.SET_NOTIFY: (set_notify, Notify),
        SettingsAction.LIMIT: (ask_limit, OwnLimit),
    }
    # Each says what shall be: pressing it often does no harm.
    again = {"repeatable": True}
    for action, handler in presses.items():
        router.callback_query.register(handler, OnSettings.filter(F.action == action), flags=again)
    for action, (handler, names) in named.items():
        pressed = OnSettings.filter((F.action == action) & F.name.in_(set(names)))
        router.callback_query.register(handler, pressed, flags=again)
    sent_as = OnSettings.filter(
        (F.action == SettingsAction.SEND_AS) & F.name.in_(set(UserSettings.SendAs.values))
    )
    router.callback_query.register(set_send_as, sent_as, flags=again)
    return router


def setup_answers() -> Router:
    """After every menu button: a press of one is no amount."""
    router = Router(name="settings answers")
    router.message.register(take_limit, Talking.limit, F.text, ~F.text.startswith("/"))
    return router


async def show(message: Message, user: TgUser, state: FSMContext) -> None:
    await state.set_state(None)
    kept = await _settings(user)
    await message.answer(texts.overview(kept), reply_markup=buttons.home(kept))


async def go_home(query: CallbackQuery, user: TgUser, state: FSMContext) -> None:
    await state.set_state(None)
    kept = await _settings(user)
    await turn(query, texts.overview(kept), buttons.home(kept))


async def open_languages(query: CallbackQuery, user: TgUser) -> None:
    await turn(query, texts.overview(await _settings(user)), buttons.languages())


async def change_language(
    query: CallbackQuery, callback_data: keyboards.ChooseLanguage, user: TgUser
) -> None:
    language = callback_data.language
    await db_threads.run(users.change_language, user_id=user.pk, language=language)
    with translation.override(language):
        kept = await _settings(user)
        await query.answer(menu.language_changed())
        if isinstance(query.message, Message):
            await query.message.edit_text(texts.overview(kept), reply_markup=buttons.home(kept))
            # The persistent keyboard keeps its old language until another one is sent.
            await query.message.answer(menu.choose_action(), reply_markup=keyboards.main_menu())
            await studio.name_button(query.message)


async def open_models(query: CallbackQuery, callback_data: OnSettings, user: TgUser) -> None:
    kind = Kind(callback_data.name)
    kept, on_sale = await _settings(user), await db_threads.run(selling.price_list, kind)
    await turn(query, texts.choose_preferred(kind), buttons.models(kept, kind, on_sale))


async def prefer_model(
    query: CallbackQuery, callback_data: OnSettings, user: TgUser, state: FSMContext
) -> None:
    kind = Kind(callback_data.name)
    slug = callback_data.value
    await db_threads.run(preferences.prefer_model, user_id=user.pk, kind=kind, slug=slug)
    # The model that was chosen last gives way to the preferred one.
    data = await state.get_data()
    await state.set_data({name: value for name, value in data.items() if name != "model"})
    await go_home(query, user, state)


async def open_send_as(query: CallbackQuery, user: TgUser) -> None:
    await turn(query, texts.choose_send_as(), buttons.send_as(await _settings(user)))


async def set_send_as(
    query: CallbackQuery, callback_data: OnSettings, user: TgUser, state: FSMContext
) -> None:
    wanted = UserSettings.SendAs(callback_data.name)
    await db_threads.run(preferences.set_send_as, user_id=user.pk, wanted=wanted)
    await go_home(query, user, state)


async def open_notify(query: CallbackQuery, user: TgUser) -> None:
    await turn(query, texts.choose_notify(), buttons.notify(await _settings(user)))


async def set_notify(query: CallbackQuery, callback_data: OnSettings, user: TgUser) -> None:
    name, wanted = Notify(callback_data.name), callback_data.value == "1"
    await db_threads.run(preferences.set_notify, user_id=user.pk, name=name, wanted=wanted)
    await open_notify(query, user)


async def open_limits(query: CallbackQuery, user: TgUser) -> None:
    await turn(query, texts.choose_limit(await _settings(user)), buttons.limits())


async def ask_limit(query: CallbackQuery, callback_data: OnSettings, state: FSMContext) -> None:
    name = OwnLimit(callback_data.name)
    await state.set_state(Talking.limit)
    await state.update_data(limit=name.value)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(texts.ask_limit(name), reply_markup=keyboards.cancel())


async def take_limit(message: Message, user: TgUser, state: FSMContext) -> None:
    name = OwnLimit((await state.get_data())["limit"])
    said = message.text or ""
    await db_threads.run(preferences.set_limit, user_id=user.pk, name=name, said=said)
    await show(message, user, state)


async def forget_params(query: CallbackQuery, user: TgUser, state: FSMContext) -> None:
    await db_threads.run(preferences.forget_params, user_id=user.pk)
    await query.answer(texts.params_forgotten(), show_alert=True)
    await go_home(query, user, state)


async def turn(query: CallbackQuery, text: str, markup: InlineKeyboardMarkup) -> None:
    """The message of the settings becomes another page of them."""
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text(text, reply_markup=markup)


async def _settings(user: TgUser) -> UserSettings:
    return await db_threads.run(preferences.get, user_id=user.pk)
