"""Telling a person that a friend they invited has paid for the first time."""

import logging

from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.methods import SendMessage
from django.utils import translation

from botapp import telegram
from botapp.business import balance, users
from botapp.models import Transaction
from botapp.texts import money as texts

logger = logging.getLogger(__name__)


def tell(*, entry_id: int) -> None:
    """`entry_id` is the reward's row of the ledger; the tokens are there, told or not."""
    entry = Transaction.objects.select_related("user__settings").get(pk=entry_id)
    wishes = entry.user.settings
    if not (wishes.notifications_enabled and wishes.notify_on_bonus):
        return
    with translation.override(wishes.interface_language):
        text = texts.friend_paid(
            granted=entry.amount, balance=balance.get_balance(user_id=entry.user_id)
        )
    try:
        telegram.call(SendMessage(chat_id=entry.user.chat_id, text=text))
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=entry.user.chat_id, blocked=True)
    except (TelegramAPIError, TimeoutError):
        logger.warning("An inviter could not be told", extra={"entry_id": entry_id})
