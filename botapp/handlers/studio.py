"""The button beside the composer opens the studio, and says so in the person's language."""

import logging

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

from botapp import keyboards

logger = logging.getLogger(__name__)


async def name_button(message: Message) -> None:
    """For this chat; where nothing was said, the bot's own button is one for all languages.

    https://core.telegram.org/bots/api#setchatmenubutton
    """
    if message.bot is None:
        return
    try:
        await message.bot.set_chat_menu_button(
            chat_id=message.chat.id, menu_button=keyboards.studio_button()
        )
    except TelegramAPIError:
        # The button works under its other name as well.
        logger.warning("The studio's button was not named", extra={"chat_id": message.chat.id})
