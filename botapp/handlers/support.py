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
    await state.set_state(Talking.support)
    await message.answer(
        menu.support_contact(settings.SUPPORT_USERNAME), reply_markup=keyboards.cancel()
    )


async def receive(message: Message, state: FSMContext) -> None:
    await state.clear()
    await message.answer(menu.support_received(), reply_markup=keyboards.main_menu())
