"""An update that aiogram cannot read: whoever sent it is told, where the raw JSON still names them.

Groups are none of our business, as with all that we can read.
"""

import logging
from typing import Literal

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from django.conf import settings
from django.utils import translation
from pydantic import BaseModel, ValidationError

from botapp import aiogram_errors, db_threads
from botapp.middlewares.updates import PASSING, count_message
from botapp.texts import menu

logger = logging.getLogger(__name__)


class _Chat(BaseModel):
    """A private chat has its person's number."""

    id: int
    type: Literal["private"]


class _Message(BaseModel):
    chat: _Chat


class _Press(BaseModel):
    message: _Message


class _Raw(BaseModel):
    message: _Message | None = None
    callback_query: _Press | None = None

    @property
    def chat_id(self) -> int | None:
        message = self.callback_query.message if self.callback_query else self.message
        return message.chat.id if message else None


async def tell(bot: Bot, body: bytes) -> None:
    """One sentence to the person, as often as they may write; nothing where nobody is named."""
    chat_id = _find_chat(body)
    if chat_id is None:
        return
    try:
        if await db_threads.run(count_message, chat_id) > settings.FLOOD_MESSAGES_MAX:
            return
        with translation.override(await aiogram_errors.language_of(chat_id)):
            await bot.send_message(chat_id, menu.unreadable())
    except (TelegramAPIError, *PASSING):
        logger.warning("Could not tell the person", extra={"chat_id": chat_id})


def _find_chat(body: bytes) -> int | None:
    try:
        return _Raw.model_validate_json(body).chat_id
    except ValidationError:
        return None
