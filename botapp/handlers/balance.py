"""Tokens: how many there are, what they buy, where to get more."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from botapp import db_threads, keyboards
from botapp.business import balance, pricing, selling
from botapp.handlers.filters import MenuButton
from botapp.models import TgUser
from botapp.texts import menu


def setup() -> Router:
    router = Router(name="balance")
    router.message.register(show, Command("balance"))
    router.message.register(show, MenuButton(menu.balance_button))
    router.message.register(top_up, MenuButton(menu.top_up))
    return router


async def show(message: Message, user: TgUser) -> None:
    amount = await db_threads.run(balance.get_balance, user_id=user.pk)
    token_price_usd = await db_threads.run(pricing.token_price_usd)
    on_sale = await db_threads.run(selling.price_list)
    await message.answer(
        menu.balance(amount=amount, token_price_usd=token_price_usd, on_sale=on_sale),
        reply_markup=keyboards.payment_page(),
    )


async def top_up(message: Message) -> None:
    await message.answer(menu.top_up_offer(), reply_markup=keyboards.payment_page())
