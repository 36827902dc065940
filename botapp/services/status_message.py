"""The one message that shows an order, or a text task, from the queue to its end."""

import logging

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import DeleteMessage, EditMessageText, SendMessage
from aiogram.types import InlineKeyboardMarkup

from botapp import telegram
from botapp.models import GenRequest, TextTask

logger = logging.getLogger(__name__)


def show(
    order: GenRequest | TextTask, text: str, markup: InlineKeyboardMarkup | None = None
) -> int:
    """Say it in the status message, or in a new one where that is gone; returns which it is.

    Raises TelegramAPIError when Telegram takes neither.
    """
    if order.status_message_id is not None and _edit(order, text, markup):
        return order.status_message_id
    return _send(order, text, markup)


def show_below(order: GenRequest, text: str, markup: InlineKeyboardMarkup | None = None) -> int:
    """Say it under what was sent since: the status message goes, and a new one takes its place."""
    old_id = order.status_message_id
    # Telegram deletes no message older than two days.
    is_deleted = old_id is not None and _delete(order, old_id)
    message_id = (_send if is_deleted else show)(order, text, markup)
    GenRequest.objects.filter(pk=order.pk).update(status_message_id=message_id)
    return message_id


def _send(order: GenRequest | TextTask, text: str, markup: InlineKeyboardMarkup | None) -> int:
    sent = telegram.call(SendMessage(chat_id=order.chat_id, text=text, reply_markup=markup))
    return sent.message_id


def _edit(order: GenRequest | TextTask, text: str, markup: InlineKeyboardMarkup | None) -> bool:
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
        logger.info("The status message is gone", extra={"chat_id": order.chat_id})
        return "message is not modified" in error.message
    return True


def _delete(order: GenRequest, message_id: int) -> bool:
    try:
        telegram.call(DeleteMessage(chat_id=order.chat_id, message_id=message_id))
    except TelegramBadRequest:
        logger.info("The status message stays", extra={"generation_id": order.pk})
        return False
    return True
