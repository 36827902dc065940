"""Telling the person in the chat that the tokens have arrived. It never undoes money."""

import logging
from datetime import timedelta
from uuid import UUID

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
)
from aiogram.methods import SendMessage
from django.utils import timezone, translation

from botapp import telegram
from botapp.business import balance, deposits, users
from botapp.keyboards import money as money_keyboard
from botapp.models import UserSettings
from botapp.texts import payments as texts
from lavatop.models import Payment

logger = logging.getLogger(__name__)

# A word about a payment of yesterday would only confuse.
TELL_WITHIN = timedelta(hours=12)


def tell_paid(payment_id: UUID) -> bool:
    """Write to the buyer, once; when Telegram is away the sweeper comes back to it."""
    untold = Payment.objects.untold(timezone.now()).filter(pk=payment_id)
    if not untold.update(told_at=timezone.now()):
        return False
    payment = Payment.objects.select_related("user", "transaction").get(pk=payment_id)
    try:
        telegram.call(_message(payment))
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=payment.user.chat_id, blocked=True)
        return False
    except (TelegramBadRequest, TelegramNotFound):
        logger.warning("A payment could not be told", extra={"payment_id": str(payment_id)})
        return False
    except (TelegramAPIError, TimeoutError):
        if timezone.now() - (payment.paid_at or timezone.now()) < TELL_WITHIN:
            Payment.objects.filter(pk=payment_id).update(told_at=None)
        return False
    return True


def _message(payment: Payment) -> SendMessage:
    """With the way back to whatever the tokens were bought for."""
    language = UserSettings.objects.values_list("interface_language", flat=True).get(
        user_id=payment.user_id
    )
    # Paid means credited: the table's own constraint.
    assert payment.transaction is not None
    with translation.override(language):
        return SendMessage(
            chat_id=payment.user.chat_id,
            text=texts.credited(
                amount=payment.credits,
                gifts=deposits.gifts_with(payment.transaction),
                balance=balance.get_balance(user_id=payment.user_id),
            ),
            reply_markup=money_keyboard.after_payment(),
        )
