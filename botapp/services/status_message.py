"""The one message that shows an order from the queue to its end."""

import logging

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import InlineKeyboardMarkup

from botapp import telegram
from botapp.models import GenRequest

logger = logging.getLogger(__name__)


def show(order: GenRequest, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """Say it in the status message, or in a new one where that is gone.

    Raises TelegramAPIError when Telegram takes neither.
    """
    if order.status_message_id is not None and _edit(order, text, markup):
        return
    telegram.call(SendMessage(chat_id=order.chat_id, text=text, reply_markup=markup))


def _edit(order: GenRequest, text: str, markup: InlineKeyboardMarkup | None) -> bool:
    try:
        telegram.call(
            EditMessageText(
                chat_id=order.chat_id,
                message_id=order.status_message_id,
                text=text,
                reply_markup=markup,
            )
        )
    except TelegramForbiddenError:
        raise
    except TelegramBadRequest as error:
        logger.info("The status message is gone", extra={"generation_id": order.pk})
        return "message is not modified" in error.message
    return True
