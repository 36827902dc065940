"""A word to the people behind the bot; operators read it in the chat log."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from django.conf import settings

from botapp import keyboards
from botapp.handlers.filters import MenuButton
from botapp.states import Talking
from botapp.texts import menu


def setup() -> Router:
    router = Router(name="support")
    router.message.register(ask, Command("support"))
    router.message.register(ask, MenuButton(menu.support))
    router.message.register(receive, Talking.support, ~F.text.startswith("/"))
    return router


async def ask(message: Message, state: FSMContext) -> None:
    """Where there is an account to write to, the next message is not for us."""
    username = settings.SUPPORT_USERNAME
    await state.set_state(None if username else Talking.support)
    markup = None if username else keyboards.cancel()
    await message.answer(menu.support_contact(username), reply_markup=markup)


async def receive(message: Message, state: FSMContext) -> None:
    await state.set_state(None)
    await message.answer(menu.support_received(), reply_markup=keyboards.main_menu())
