"""The end of an order reaches its person: pictures sent, or the failure explained.

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
from aiogram.methods import (
    EditMessageMedia,
    SendDocument,
    SendPhoto,
)
from aiogram.types import BufferedInputFile, InputMediaPhoto, Message
from botocore.exceptions import BotoCoreError, ClientError
from django.utils import timezone, translation

from botapp import keyboards, telegram
from botapp.business import balance, generation, users
from botapp.models import BotErrorEvent, GenRequest, GenResult
from botapp.services import files, pictures, status_message
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)

DELIVERY_LEASE_S = 180.0
# 5 s, 10 s, 20 s … at most 15 minutes: about a day in all.
DELIVERY_ATTEMPTS_MAX = 100
RETRY_FIRST_S = 5.0
RETRY_MAX_S = 900.0

# Telegram or the storage is away for a while (S3 clients raise BotoCoreError and ClientError).
PASSING = (
    TelegramNetworkError,
    TelegramServerError,
    TelegramRetryAfter,
    TimeoutError,
    OSError,
    BotoCoreError,
    ClientError,
)


def deliver(*, generation_id: int) -> None:
    """Send what is ready; when Telegram is away, the same again later."""
    order = generation.claim_delivery(
        generation_id=generation_id, now=timezone.now(), lease_s=DELIVERY_LEASE_S
    )
    if order is None:
        return
    note = ""
    try:
        with translation.override(order.user.settings.interface_language):
            for result in order.results.all():
                _send_result(order, result)
    except PASSING as error:
        if _try_later(order, error):
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


def report(*, generation_id: int) -> None:
    """Tell the person that the order failed and the tokens are back."""
    order = generation.claim_report(
        generation_id=generation_id, now=timezone.now(), lease_s=DELIVERY_LEASE_S
    )
    if order is None:
        return
    try:
        with translation.override(order.user.settings.interface_language):
            _say(order)
    except PASSING:
        # The lease runs out and the sweeper rings again.
        logger.warning("Could not report a failed order", extra={"generation_id": order.pk})
        return
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=order.chat_id, blocked=True)
    except (TelegramBadRequest, TelegramNotFound):
        logger.warning("Telegram refuses a report", extra={"generation_id": order.pk})
    generation.mark_reported(generation_id=order.pk, now=timezone.now())


def _say(order: GenRequest) -> None:
    text = texts.failed(order, balance=balance.get_balance(user_id=order.user_id))
    status_message.show(order, text, keyboards.after_failure(order))


def _send_result(order: GenRequest, result: GenResult) -> None:
    data = files.read(result.storage_key)
    if result.preview_message_id is None:
        _record_preview(result, _send_preview(order, result, data))
    if result.document_message_id is None:
        extension = pictures.EXTENSIONS[result.mime_type]
        name = f"{order.ai_model.slug}-{order.pk}-{result.index + 1}.{extension}"
        sent = telegram.call(
            SendDocument(
                chat_id=order.chat_id,
                document=BufferedInputFile(data, name),
                caption=texts.original(width=result.width, height=result.height),
                disable_content_type_detection=True,
            )
        )
        file_id = sent.document.file_id if sent.document else ""
        GenResult.objects.filter(pk=result.pk).update(
            document_message_id=sent.message_id, document_file_id=file_id
        )


def _send_preview(order: GenRequest, result: GenResult, data: bytes) -> Message | None:
    """The status message turns into the first picture; the others are messages of their own."""
    photo = BufferedInputFile(pictures.preview(data), "preview.jpg")
    caption = texts.result(order, balance=balance.get_balance(user_id=order.user_id))
    markup = keyboards.after_result(order)
    if result.index == 0 and order.status_message_id is not None:
        try:
            edited = telegram.call(
                EditMessageMedia(
                    chat_id=order.chat_id,
                    message_id=order.status_message_id,
                    media=InputMediaPhoto(media=photo, caption=caption),
                    reply_markup=markup,
                )
            )
        except TelegramBadRequest:
            logger.info("The status message is gone", extra={"generation_id": order.pk})
        else:
            return edited if isinstance(edited, Message) else None
    try:
        return telegram.call(
            SendPhoto(chat_id=order.chat_id, photo=photo, caption=caption, reply_markup=markup)
        )
    except TelegramBadRequest:
        # An odd shape makes a bad photo; the original follows as a file.
        logger.warning("Telegram refused a preview", extra={"generation_id": order.pk})
        return None


def _record_preview(result: GenResult, sent: Message | None) -> None:
    if sent is None:
        return
    file_id = sent.photo[-1].file_id if sent.photo else ""
    GenResult.objects.filter(pk=result.pk).update(
        preview_message_id=sent.message_id, preview_file_id=file_id
    )


def _try_later(order: GenRequest, error: Exception) -> bool:
    """Plan the next attempt; False when a day of attempts is over."""
    if order.delivery_attempts >= DELIVERY_ATTEMPTS_MAX:
        _log_given_up(order, error)
        return False
    delay_s = min(RETRY_FIRST_S * 2 ** (order.delivery_attempts - 1), RETRY_MAX_S)
    if isinstance(error, TelegramRetryAfter):
        delay_s = float(error.retry_after)
    generation.deliver_later(generation_id=order.pk, at=timezone.now() + timedelta(seconds=delay_s))
    return True


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
