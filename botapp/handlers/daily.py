"""The gift of every day."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from django.utils import timezone

from botapp import db_threads
from botapp.business import daily
from botapp.keyboards.money import OnMoney
from botapp.models import TgUser
from botapp.texts import money as texts


def setup() -> Router:
    router = Router(name="daily")
    router.message.register(claim, Command("daily"))
    router.callback_query.register(claim_from_balance, F.data == OnMoney.DAILY)
    return router


async def claim(message: Message, user: TgUser) -> None:
    now = timezone.now()
    gift = await db_threads.run(daily.claim, user_id=user.pk, now=now)
    await message.answer(texts.daily(gift, now=now))


async def claim_from_balance(query: CallbackQuery, user: TgUser) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await claim(query.message, user)
