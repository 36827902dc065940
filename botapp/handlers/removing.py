"""A result goes from the chat and from its person's history, after one more question."""

import logging
from collections.abc import Iterable

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery
from django.utils import timezone

from botapp import db_threads, keyboards
from botapp.business import generation
from botapp.handlers.results import show
from botapp.keyboards import OrderAction
from botapp.keyboards import result as result_keyboard
from botapp.models import TgUser
from botapp.texts import results as texts

logger = logging.getLogger(__name__)


def setup() -> Router:
    router = Router(name="removing")
    on_order = keyboards.OnOrder
    flags = {"repeatable": True}
    router.callback_query.register(
        ask, on_order.filter(F.action == OrderAction.DELETE), flags=flags
    )
    router.callback_query.register(delete, on_order.filter(F.action == OrderAction.DELETE_SURE))
    return router


async def ask(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    order = await db_threads.run(
        generation.get_own, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await query.answer(texts.ask_delete(), show_alert=True)
    await show(query, result_keyboard.ask_delete(order))


async def delete(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, bot: Bot
) -> None:
    messages = await db_threads.run(
        generation.hide,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        now=timezone.now(),
    )
    if messages is None:
        await query.answer(texts.still_at_work(), show_alert=True)
        return
    pressed = {query.message.message_id} if query.message else set()
    if await _delete(bot, user.chat_id, {*messages, *pressed}):
        await query.answer(texts.deleted())
    else:
        await query.answer(texts.too_old_to_delete(), show_alert=True)


async def _delete(bot: Bot, chat_id: int, message_ids: Iterable[int]) -> bool:
    """False when some stay: Telegram deletes no message older than two days
    (https://core.telegram.org/bots/api#deletemessage)."""
    is_whole = True
    for message_id in sorted(message_ids):
        try:
            await bot.delete_message(chat_id, message_id)
        except TelegramBadRequest as error:
            is_gone = "message to delete not found" in error.message
            is_whole = is_whole and is_gone
            logger.info("A message is not deleted", extra={"chat_id": chat_id})
    return is_whole
