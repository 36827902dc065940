"""The end of an order reaches its person: results sent, or the failure explained.

At least once: every sent message is recorded at once, so a repeat sends only what is missing.
"""

import logging
from datetime import timedelta

from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from django.utils import timezone, translation

from botapp import keyboards
from botapp.business import balance, generation, users
from botapp.models import BotErrorEvent, GenRequest, UserSettings
from botapp.services import files, originals, pictures, previews, sending, status_message
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)

SendAs = UserSettings.SendAs

# 5 s, 10 s, 20 s … at most 15 minutes: about a day in all.
DELIVERY_ATTEMPTS_MAX = 100
# Two and a half minutes: a folder may be mounted late.
LOST_AFTER_ATTEMPTS = 6
RETRY_FIRST_S = 5.0
RETRY_MAX_S = 900.0

# Telegram or the storage is away for a while.
PASSING = (
    TelegramNetworkError,
    TelegramServerError,
    TelegramRetryAfter,
    TimeoutError,
    *files.STORAGE_ERRORS,
)


def deliver(*, generation_id: int) -> None:
    """Send what is ready; when Telegram is away, the same again later."""
    order = generation.claim_delivery(
        generation_id=generation_id, now=timezone.now(), lease_s=sending.LEASE_S
    )
    if order is None:
        return
    note = ""
    try:
        with translation.override(order.user.settings.interface_language):
            _send(order)
    except PASSING as error:
        if _is_lost(order, error) or _try_later(order, error):
            return
        note = "Telegram did not take it for a day"
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=order.chat_id, blocked=True)
        note = "the person blocked the bot"
    except (TelegramBadRequest, TelegramNotFound, pictures.UnreadableInputError) as error:
        # It would be refused again and again; the files stay in storage for an operator.
        _log_given_up(order, error)
        note = "Telegram refuses the files"
    generation.complete(generation_id=order.pk, now=timezone.now(), note=note)


def _send(order: GenRequest) -> None:
    """First what can be looked at, then the originals; or only what the person wants of both."""
    results = list(order.results.all())
    wanted = order.user.settings.send_as
    if wanted != SendAs.FILE:
        previews.show(order, results)
    # What could not be shown comes as a file all the same.
    unseen = [result for result in results if not result.preview_file_id]
    originals.send(order, unseen if wanted == SendAs.PREVIEW else results)
    if wanted == SendAs.FILE:
        previews.show_caption_below(order, results)
    else:
        previews.show_receipt(order, results)


def report(*, generation_id: int) -> None:
    """Tell the person that the order failed or is cancelled, and that the tokens are back."""
    order = generation.claim_report(
        generation_id=generation_id, now=timezone.now(), lease_s=sending.LEASE_S
    )
    if order is None:
        return
    try:
        with translation.override(order.user.settings.interface_language):
            _say(order)
    except PASSING:
        # The lease runs out and the sweeper rings again.
        logger.warning("Could not report an order's end", extra={"generation_id": order.pk})
        return
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=order.chat_id, blocked=True)
    except (TelegramBadRequest, TelegramNotFound):
        logger.warning("Telegram refuses a report", extra={"generation_id": order.pk})
    generation.mark_reported(generation_id=order.pk, now=timezone.now())


def _say(order: GenRequest) -> None:
    amount = balance.get_balance(user_id=order.user_id)
    if order.status == GenRequest.Status.CANCELLED:
        status_message.show(order, texts.cancelled(order, balance=amount))
    else:
        text = texts.failed(order, balance=amount)
        status_message.show(order, text, keyboards.after_failure(order))


def _is_lost(order: GenRequest, error: Exception) -> bool:
    """What the storage does not find again and again is gone: `report` says so when nobody has
    seen any of it, and everything is given back."""
    if not isinstance(error, FileNotFoundError) or order.delivery_attempts < LOST_AFTER_ATTEMPTS:
        return False
    return generation.lose(generation_id=order.pk, detail=str(error), now=timezone.now())


def _try_later(order: GenRequest, error: Exception) -> bool:
    """Plan the next attempt; False when a day of attempts is over."""
    if order.delivery_attempts >= DELIVERY_ATTEMPTS_MAX:
        _log_given_up(order, error)
        return False
    _log_put_off(order, error)
    delay_s = min(RETRY_FIRST_S * 2 ** (order.delivery_attempts - 1), RETRY_MAX_S)
    if isinstance(error, TelegramRetryAfter):
        delay_s = float(error.retry_after)
    generation.deliver_later(generation_id=order.pk, at=timezone.now() + timedelta(seconds=delay_s))
    return True


def _log_put_off(order: GenRequest, error: Exception) -> None:
    """Telegram's troubles pass; what the storage does not give, an operator must look for."""
    facts: dict[str, object] = {"generation_id": order.pk, "chat_id": order.chat_id}
    # A `TimeoutError` is an `OSError`: Telegram took too long.
    if isinstance(error, files.STORAGE_ERRORS) and not isinstance(error, TimeoutError):
        facts["origin"] = BotErrorEvent.Origin.GENERATION.value
        logger.error("A result cannot be read from storage", exc_info=error, extra=facts)
    else:
        logger.warning("Delivery put off", extra=facts | {"why": str(error)})


def _log_given_up(order: GenRequest, error: Exception) -> None:
    logger.error(
        "Delivery given up",
        exc_info=error,
        extra={
            "origin": BotErrorEvent.Origin.GENERATION.value,
            "generation_id": order.pk,
            "chat_id": order.chat_id,
        },
    )
