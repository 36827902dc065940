"""Language."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from django.utils import translation

from botapp import db_threads, keyboards
from botapp.business import users
from botapp.models import Language, TgUser
from botapp.texts import menu


def setup() -> Router:
    router = Router(name="settings")
    router.message.register(show, Command("settings"))
    router.callback_query.register(change_language, keyboards.ChooseLanguage.filter())
    return router


async def show(message: Message, user: TgUser) -> None:
    language = Language(user.settings.interface_language)
    await message.answer(menu.settings(language), reply_markup=keyboards.languages())


async def change_language(
    query: CallbackQuery, callback_data: keyboards.ChooseLanguage, user: TgUser
) -> None:
    language = callback_data.language
    await db_threads.run(users.change_language, user_id=user.pk, language=language)
    with translation.override(language):
        await query.answer(menu.language_changed())
        if isinstance(query.message, Message):
            await query.message.edit_text(menu.settings(language))
            # The persistent keyboard keeps its old language until another one is sent.
            await query.message.answer(menu.choose_action(), reply_markup=keyboards.main_menu())
