"""Inviting friends, and coming by an invitation."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads, keyboards
from botapp.business import referrals
from botapp.keyboards import money as money_keyboard
from botapp.keyboards.money import OnMoney
from botapp.models import TgUser
from botapp.texts import menu
from botapp.texts import money as texts


def setup() -> Router:
    router = Router(name="invite")
    router.message.register(show, Command("invite"))
    router.callback_query.register(open_from_balance, F.data == OnMoney.INVITE)
    return router


async def show(message: Message, user: TgUser, bot: Bot) -> None:
    code = await db_threads.run(referrals.code_of, user_id=user.pk)
    count, earned = await db_threads.run(referrals.stats, user.pk)
    link = f"https://t.me/{(await bot.me()).username}?start=ref_{code}"
    await message.answer(
        texts.invite(link=link, count=count, earned=earned),
        reply_markup=money_keyboard.invitation(link),
    )


async def open_from_balance(query: CallbackQuery, user: TgUser, bot: Bot) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await show(query.message, user, bot)


async def join_link(message: Message, user: TgUser, _: FSMContext, code: str) -> None:
    """`/start ref_<code>`: whether the invitation counts or not, Start is answered."""
    inviter_id = await db_threads.run(referrals.code_owner, code)
    if inviter_id is not None and await db_threads.run(
        referrals.join, user_id=user.pk, inviter_id=inviter_id
    ):
        await message.answer(texts.joined())
    else:
        await message.answer(menu.choose_action(), reply_markup=keyboards.main_menu())
