"""What a person reads when a handler raises: a refusal in plain words, or one apology."""

import logging

from aiogram import Router
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, InlineKeyboardMarkup, Message
from django.utils import translation

from botapp import db_threads, keyboards
from botapp.business import balance, packages, promo, users
from botapp.business.errors import BusinessError
from botapp.middlewares.updates import PASSING
from botapp.models import BotErrorEvent, UserSettings
from botapp.texts import generation as texts
from botapp.texts import refusals

logger = logging.getLogger(__name__)


def setup() -> Router:
    router = Router(name="errors")
    router.error.register(refuse, ExceptionTypeFilter(BusinessError))
    router.error.register(note_blocked, ExceptionTypeFilter(TelegramForbiddenError))
    router.error.register(note_flood, ExceptionTypeFilter(TelegramRetryAfter))
    router.error.register(pass_on, ExceptionTypeFilter(*PASSING))
    router.error.register(apologise)
    return router


async def refuse(event: ErrorEvent) -> None:
    error = event.exception
    assert isinstance(error, BusinessError)
    with translation.override(await language_of(_user_id(event))):
        markup = await _way_out(error)
        message = _message(event)
        await _stop_spinner(event)
        if message is not None:
            await _say(message, refusals.refusal(error), markup)


async def _way_out(error: BusinessError) -> InlineKeyboardMarkup | None:
    """Who lacks tokens gets the package that fills the gap; a question can be left."""
    if isinstance(error, promo.UnknownPromocodeError):
        return keyboards.cancel()
    if not isinstance(error, balance.NotEnoughTokensError):
        return None
    return keyboards.payment_page(await db_threads.run(packages.covering, error.missing))


async def note_blocked(event: ErrorEvent) -> None:
    user = _user_id(event)
    if user is not None:
        await db_threads.run(users.mark_blocked, chat_id=user, blocked=True)


async def note_flood(event: ErrorEvent) -> None:
    """The chat gets more than Telegram lets through: an apology would be refused as well."""
    logger.warning("Telegram takes no more for this chat", extra={"chat_id": _user_id(event)})


async def pass_on(event: ErrorEvent) -> None:
    raise event.exception


async def apologise(event: ErrorEvent) -> None:
    if isinstance(event.exception, TelegramBadRequest) and _harmless(event.exception):
        logger.info("Telegram had nothing to change")
        return
    if isinstance(event.exception, TelegramBadRequest) and _forged(event):
        # No error of ours: nobody shall be able to call the operators by it.
        logger.warning(
            "A button under a message of another kind", extra={"chat_id": _user_id(event)}
        )
        await _stop_spinner(event)
        return
    logger.error(
        "A handler failed",
        exc_info=event.exception,
        extra={
            "origin": BotErrorEvent.Origin.TELEGRAM_HANDLER.value,
            "chat_id": _user_id(event),
            "update_id": event.update.update_id,
        },
    )
    message = _message(event)
    if message is not None:
        with translation.override(await language_of(_user_id(event))):
            await _stop_spinner(event)
            await _say(message, texts.unexpected())


def _harmless(error: TelegramBadRequest) -> bool:
    """A double tap edits nothing, and a message the person deleted cannot be edited."""
    harmless = ("message is not modified", "message to edit not found", "message can't be edited")
    return any(words in error.message for words in harmless)


def _forged(event: ErrorEvent) -> bool:
    """Only a forger presses a button that edits a text under a message that has none."""
    is_press = event.update.callback_query is not None
    return is_press and "there is no text in the message to edit" in str(event.exception)


async def _stop_spinner(event: ErrorEvent) -> None:
    query = event.update.callback_query
    if query is None:
        return
    try:
        await query.answer()
    except TelegramAPIError:
        logger.info("A button press was not answered")


async def _say(message: Message, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """An error of the error's own message must not make the update come again."""
    try:
        await message.answer(text, reply_markup=markup)
    except TelegramAPIError:
        logger.warning("Could not tell the person", extra={"chat_id": message.chat.id})


def _message(event: ErrorEvent) -> Message | None:
    update = event.update
    if update.message is not None:
        return update.message
    query: CallbackQuery | None = update.callback_query
    return query.message if query and isinstance(query.message, Message) else None


def _user_id(event: ErrorEvent) -> int | None:
    source = event.update.message or event.update.callback_query
    return source.from_user.id if source and source.from_user else None


async def language_of(chat_id: int | None) -> str:
    """The language of the person's settings: the handler's own context is gone by now."""
    return await db_threads.run(_language_of, chat_id)


def _language_of(chat_id: int | None) -> str:
    found = UserSettings.objects.filter(user__chat_id=chat_id or 0).values_list(
        "interface_language", flat=True
    )
    return found.first() or "ru"
