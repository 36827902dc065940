"""How the bot introduces itself: commands in both languages and the menu button."""

from collections.abc import Iterator

from aiogram.methods import SetChatMenuButton, SetMyCommands, TelegramMethod
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, MenuButtonCommands
from django.utils import translation

from botapp.models import Language
from botapp.texts import menu


def methods() -> Iterator[TelegramMethod[bool]]:
    """The calls that write the profile; safe to repeat."""
    for language in Language:
        with translation.override(language):
            commands = [
                BotCommand(command=name, description=text) for name, text in menu.commands()
            ]
        # English is also what people of all other languages see.
        yield SetMyCommands(
            commands=commands,
            scope=BotCommandScopeAllPrivateChats(),
            language_code=None if language == Language.EN else language.value,
        )
    yield SetChatMenuButton(menu_button=MenuButtonCommands())
