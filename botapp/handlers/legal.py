"""What Telegram asks every bot that sells something to answer."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message
from django.conf import settings

from botapp.texts import legal as texts


def setup() -> Router:
    router = Router(name="legal")
    router.message.register(show_terms, Command("terms"))
    router.message.register(show_privacy, Command("privacy"))
    router.message.register(help_with_payment, Command("paysupport"))
    return router


async def show_terms(message: Message) -> None:
    await message.answer(texts.terms())


async def show_privacy(message: Message) -> None:
    await message.answer(texts.privacy())


async def help_with_payment(message: Message) -> None:
    await message.answer(texts.payment_support(settings.SUPPORT_USERNAME))
