"""Promo codes."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from django.utils import timezone

from botapp import db_threads, keyboards
from botapp.business import promo
from botapp.handlers.filters import MenuButton
from botapp.keyboards.money import OnMoney
from botapp.models import TgUser
from botapp.states import Talking
from botapp.texts import menu


def setup_menu() -> Router:
    router = Router(name="promo menu")
    router.message.register(take_command, Command("promo"))
    router.message.register(ask, MenuButton(menu.enter_promocode))
    router.callback_query.register(ask_from_balance, F.data == OnMoney.PROMOCODE)
    return router


def setup() -> Router:
    router = Router(name="promo")
    router.message.register(take, Talking.promocode, F.text, ~F.text.startswith("/"))
    return router


async def ask(message: Message, state: FSMContext) -> None:
    await state.set_state(Talking.promocode)
    await message.answer(menu.ask_promocode(), reply_markup=keyboards.cancel())


async def ask_from_balance(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await ask(query.message, state)


async def take_command(
    message: Message, command: CommandObject, user: TgUser, state: FSMContext
) -> None:
    if command.args:
        await _redeem(message, user, state, command.args)
    else:
        await ask(message, state)


async def take(message: Message, user: TgUser, state: FSMContext) -> None:
    await _redeem(message, user, state, message.text or "")


async def _redeem(message: Message, user: TgUser, state: FSMContext, code: str) -> None:
    """A mistyped code can be sent again; a draft that waits goes on waiting."""
    runs = await db_threads.run(promo.runs, code, now=timezone.now())
    await state.set_state(None if runs else Talking.promocode)
    redeemed = await db_threads.run(
        promo.redeem,
        user_id=user.pk,
        code=code,
        key=f"promo:tg:{message.chat.id}:{message.message_id}",
        now=timezone.now(),
    )
    await state.set_state(None)
    await message.answer(
        menu.promocode_redeemed(granted=redeemed.granted, balance=redeemed.balance),
        reply_markup=keyboards.main_menu(),
    )


async def open_link(message: Message, user: TgUser, state: FSMContext, code: str) -> None:
    """`/start promo_<code>`: who pressed a link has nothing to type again when it is over."""
    if await db_threads.run(promo.runs, code, now=timezone.now()):
        await _redeem(message, user, state, code)
    else:
        await message.answer(menu.promocode_link_over(), reply_markup=keyboards.main_menu())
