"""Tokens: how many there are, what they buy, where to get more, where they went."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads, keyboards
from botapp.business import balance, deposits, movements, pricing, selling
from botapp.handlers import desk
from botapp.handlers.filters import MenuButton
from botapp.keyboards import money as money_keyboard
from botapp.keyboards.money import OnMoney, TurnPage
from botapp.models import TgUser
from botapp.texts import menu
from botapp.texts import money as texts


def setup() -> Router:
    router = Router(name="balance")
    router.message.register(show, Command("balance"))
    router.message.register(show, MenuButton(menu.balance_button))
    router.message.register(top_up, MenuButton(menu.top_up))
    router.callback_query.register(open_history, F.data == OnMoney.HISTORY)
    router.callback_query.register(turn_page, TurnPage.filter(), flags={"repeatable": True})
    router.callback_query.register(back_to_draft, F.data == OnMoney.BACK_TO_DRAFT)
    return router


async def show(message: Message, user: TgUser) -> None:
    amount = await db_threads.run(balance.get_balance, user_id=user.pk)
    token_price_usd = await db_threads.run(pricing.token_price_usd)
    on_sale = await db_threads.run(selling.price_list)
    await message.answer(
        menu.balance(amount=amount, token_price_usd=token_price_usd, on_sale=on_sale),
        reply_markup=money_keyboard.balance(),
    )


async def top_up(message: Message, user: TgUser) -> None:
    has_paid = await db_threads.run(deposits.has_paid, user_id=user.pk)
    await message.answer(
        texts.top_up_offer(is_first=not has_paid), reply_markup=keyboards.payment_page()
    )


async def open_history(query: CallbackQuery, user: TgUser) -> None:
    page = await db_threads.run(movements.page, user_id=user.pk)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(
            texts.history_page(page), reply_markup=money_keyboard.history(page)
        )


async def turn_page(query: CallbackQuery, callback_data: TurnPage, user: TgUser) -> None:
    page = await db_threads.run(
        movements.page, user_id=user.pk, way=callback_data.way, edge=callback_data.edge
    )
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text(
            texts.history_page(page), reply_markup=money_keyboard.history(page)
        )


async def back_to_draft(query: CallbackQuery, user: TgUser, state: FSMContext) -> None:
    """After a payment: the card that waited for it, with the new balance."""
    draft = await desk.current(state)
    if draft is None:
        await query.answer(texts.no_draft(), show_alert=True)
        return
    await query.answer()
    if isinstance(query.message, Message):
        await desk.lay(query.message, user, state, draft)
