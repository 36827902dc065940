"""A person's own data: exported or deleted, from the settings."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from django.core.cache import cache
from django.utils import timezone

from botapp import db_threads, tasks
from botapp.business import personal_data
from botapp.handlers.settings import turn
from botapp.keyboards import settings as buttons
from botapp.keyboards.settings import OnSettings, SettingsAction
from botapp.models import TgUser
from botapp.texts import preferences as texts

EXPORT_EVERY_S = 600


def setup() -> Router:
    router = Router(name="personal data")
    on = OnSettings.filter
    again = {"repeatable": True}
    router.callback_query.register(show, on(F.action == SettingsAction.DATA), flags=again)
    router.callback_query.register(export, on(F.action == SettingsAction.EXPORT))
    asked = on(F.action == SettingsAction.DELETE)
    router.callback_query.register(ask_to_delete, asked, flags=again)
    router.callback_query.register(delete, on(F.action == SettingsAction.DELETE_FOR_GOOD))
    return router


async def show(query: CallbackQuery) -> None:
    await turn(query, texts.my_data(), buttons.data())


async def export(query: CallbackQuery, user: TgUser) -> None:
    if await db_threads.run(cache.add, f"export:{user.pk}", 1, timeout=EXPORT_EVERY_S):
        await db_threads.run(tasks.ring_export, user_id=user.pk)
        await query.answer(texts.export_started(), show_alert=True)
    else:
        await query.answer(texts.export_too_often(), show_alert=True)


async def ask_to_delete(query: CallbackQuery) -> None:
    await turn(query, texts.confirm_deletion(), buttons.confirm_deletion())


async def delete(query: CallbackQuery, user: TgUser, state: FSMContext) -> None:
    await db_threads.run(personal_data.erase, user_id=user.pk, now=timezone.now())
    await db_threads.run(tasks.ring_delete_files)
    await state.clear()
    await query.answer(texts.deleted(), show_alert=True)
    if query.message is not None and query.bot is not None:
        await query.bot.edit_message_text(
            texts.deleted(), chat_id=query.from_user.id, message_id=query.message.message_id
        )
