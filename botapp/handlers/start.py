"""Greeting, main menu, help."""

import hashlib
import logging

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, FSInputFile, Message
from django.conf import settings
from django.core.cache import cache

from botapp import db_threads, keyboards
from botapp.business import bonuses, selling
from botapp.handlers import deep_links, desk, studio
from botapp.handlers.filters import MenuButton
from botapp.models import TgUser
from botapp.texts import menu

logger = logging.getLogger(__name__)

SAMPLES = settings.BASE_DIR / "static" / "bot" / "samples.jpg"
# A file id is of one bot and of one picture.
SAMPLES_KEY = (
    "samples:"
    + hashlib.sha256(settings.TELEGRAM_BOT_TOKEN.encode() + SAMPLES.read_bytes()).hexdigest()[:16]
)
SAMPLES_KEPT_S = 30 * 24 * 3600


def setup() -> Router:
    router = Router(name="start")
    router.message.register(greet, CommandStart())
    router.message.register(explain, Command("help"))
    router.message.register(show_menu, MenuButton(menu.main_menu))
    router.message.register(show_menu, Command("cancel"))
    router.callback_query.register(cancel, F.data == keyboards.Plain.CANCEL)
    return router


async def greet(message: Message, command: CommandObject, user: TgUser, state: FSMContext) -> None:
    """Who comes by a link for the first time is greeted as everybody, then sees what it opens."""
    await state.clear()
    link = deep_links.find(command.args or "")
    is_new = await db_threads.run(bonuses.grant_welcome, user=user)
    if is_new or link is None:
        await _welcome(message, user, is_new=is_new)
    if link is not None:
        follow, rest = link
        await follow(message, user, state, rest)


async def _welcome(message: Message, user: TgUser, *, is_new: bool) -> None:
    on_sale = await db_threads.run(selling.price_list)
    await message.answer(
        menu.greeting(first_name=user.first_name, on_sale=on_sale),
        reply_markup=keyboards.main_menu(),
    )
    if is_new:
        await _show_samples(message)
        await studio.name_button(message)
        await message.answer(menu.welcome_bonus(amount=bonuses.WELCOME_TOKENS, on_sale=on_sale))


async def _show_samples(message: Message) -> None:
    """What can be made here; Telegram gets the picture once and knows it from then on."""
    known = await db_threads.run(cache.get, SAMPLES_KEY)
    try:
        shown = await message.answer_photo(known or FSInputFile(SAMPLES), caption=menu.samples())
    except TelegramAPIError:
        # The greeting and the gift matter more than the picture.
        logger.warning("The samples were not shown", extra={"chat_id": message.chat.id})
        return
    if known is None and shown.photo:
        await db_threads.run(cache.set, SAMPLES_KEY, shown.photo[-1].file_id, SAMPLES_KEPT_S)


async def explain(message: Message) -> None:
    await message.answer(menu.help_(), reply_markup=keyboards.main_menu())


async def show_menu(message: Message, state: FSMContext) -> None:
    await state.clear()
    await message.answer(menu.choose_action(), reply_markup=keyboards.main_menu())


async def cancel(query: CallbackQuery, state: FSMContext, bot: Bot) -> None:
    """Whatever message it is pressed under, the draft is gone, and its card loses its buttons."""
    card = (await state.get_data()).get("card")
    await state.clear()
    await query.answer(menu.cancelled())
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=None)
        if card is not None and card != query.message.message_id:
            await desk.disarm(bot, query.message.chat.id, card)
        await query.message.answer(menu.choose_action(), reply_markup=keyboards.main_menu())
