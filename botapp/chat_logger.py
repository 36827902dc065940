"""What was said in the chats, for operators: the people's side and the bot's."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.enums import ChatType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from botapp import db_threads
from botapp.models import ChatMessage, ChatThread, TgUser
from config.logging import mask_secrets

TEXT_LENGTH_MAX = 4096
PREVIEW_LENGTH = 160

Type = ChatMessage.Type
Direction = ChatMessage.Direction

logger = logging.getLogger(__name__)

# The attribute of aiogram's Message that holds the file → how operators see it. Animations come
# with a `document` too, hence the order.
MEDIA_TYPES = {
    "video": Type.VIDEO,
    "animation": Type.VIDEO,
    "video_note": Type.VIDEO,
    "audio": Type.AUDIO,
    "voice": Type.VOICE,
    "sticker": Type.STICKER,
    "document": Type.DOCUMENT,
}


@dataclass(frozen=True)
class Said:
    """One message as the log keeps it."""

    type: Type
    text: str
    at: datetime
    message_id: int
    file: dict[str, str] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)


def log_incoming(*, user: TgUser, event: Message | CallbackQuery) -> None:
    """Keep what a known person wrote or pressed; a repeated message is kept once.

    Raises OperationalError or InterfaceError when the database is away: then nothing else of the
    update can be done either, and Telegram must send it again.
    """
    said = _press(event) if isinstance(event, CallbackQuery) else _message(event)
    try:
        _keep_incoming(user, said)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        logger.exception("Could not log an incoming message", extra={"chat_id": user.chat_id})


def log_outgoing(*, chat_id: int, messages: Sequence[Message]) -> None:
    """Keep what the bot sent to a known person; an edited message replaces its older text."""
    fresh = [message for message in messages if not _update_edited(chat_id, message)]
    thread = _threads(user__chat_id=chat_id).values_list("pk", "user_id").first()
    if not fresh or thread is None:
        return
    rows = [_row(thread[0], thread[1], Direction.OUTGOING, _message(one)) for one in fresh]
    ChatMessage.objects.bulk_create(rows)
    ChatThread.objects.filter(pk=thread[0]).update(**_preview(rows[-1]))


def mark_read(*, thread_id: int, up_to_message_id: int) -> None:
    """The operator has seen the chat up to this message; later ones stay unread."""
    unseen = (
        ChatMessage.objects.filter(
            thread=OuterRef("pk"), direction=Direction.INCOMING, pk__gt=up_to_message_id
        )
        .order_by()
        .values("thread")
        .annotate(number=Count("pk"))
        .values("number")
    )
    ChatThread.objects.filter(pk=thread_id).update(unread_count=Coalesce(Subquery(unseen), 0))


class OutgoingLogMiddleware(BaseRequestMiddleware):
    """Logs every message Telegram accepted from us; a failure to log never fails the sending."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        answer = await make_request(bot, method)
        messages = _private_messages(answer)
        if messages:
            await self._log(messages)
        return answer

    async def _log(self, messages: list[Message]) -> None:
        chat_id = messages[0].chat.id
        try:
            await db_threads.run(log_outgoing, chat_id=chat_id, messages=messages)
        except DatabaseError:
            logger.exception("Could not log an outgoing message", extra={"chat_id": chat_id})


def _private_messages(answer: object) -> list[Message]:
    """Albums come as a list; most methods answer True or an object that is not a message."""
    answers = answer if isinstance(answer, list) else [answer]
    return [
        one for one in answers if isinstance(one, Message) and one.chat.type == ChatType.PRIVATE
    ]


def _keep_incoming(user: TgUser, said: Said) -> None:
    # Telegram repeats an update we did not answer; presses have no identity and may come twice.
    same = ChatMessage.objects.filter(
        thread=OuterRef("pk"),
        message_date=said.at,
        telegram_message_id=said.message_id,
        direction=Direction.INCOMING,
    )
    thread_id = _threads(user=user).exclude(Exists(same)).values_list("pk", flat=True).first()
    if thread_id is None:
        return
    row = _row(thread_id, user.pk, Direction.INCOMING, said)
    row.save(force_insert=True)
    ChatThread.objects.filter(pk=thread_id).update(
        **_preview(row), unread_count=F("unread_count") + 1
    )


def _update_edited(chat_id: int, message: Message) -> bool:
    """Rewrite the row of an edited message; False for a new message or one never logged."""
    if message.edit_date is None:
        return False
    said = _message(message)
    return bool(
        # The date finds the row by index: it stays that of the first sending.
        ChatMessage.objects.filter(
            thread__user__chat_id=chat_id,
            message_date=said.at,
            telegram_message_id=said.message_id,
            direction=Direction.OUTGOING,
        ).update(message_type=said.type, text=said.text, payload=said.payload, **said.file)
    )


def _threads(**where: object) -> QuerySet[ChatThread]:
    return ChatThread.objects.filter(**where).order_by()


def _row(thread_id: int, user_id: int, direction: Direction, said: Said) -> ChatMessage:
    return ChatMessage(
        thread_id=thread_id,
        user_id=user_id,
        direction=direction,
        message_type=said.type,
        telegram_message_id=said.message_id,
        text=said.text,
        payload=said.payload,
        message_date=said.at,
        **said.file,
    )


def _preview(row: ChatMessage) -> dict[str, Any]:
    return {
        "last_message_text": row.text[:PREVIEW_LENGTH],
        "last_message_type": row.message_type,
        "last_message_direction": row.direction,
        "last_message_at": row.message_date,
        "updated_at": timezone.now(),
    }


def _message(message: Message) -> Said:
    type_, file = _media(message)
    text = message.text or message.caption or ""
    if not text and type_ is Type.OTHER:
        text = f"[{message.content_type}]"
    return Said(
        type=type_,
        text=_clean(text),
        at=message.date,
        message_id=message.message_id,
        file=file,
        payload=_keyboard(message.reply_markup),
    )


def _press(query: CallbackQuery) -> Said:
    message = query.message
    keyboard = message.reply_markup if isinstance(message, Message) else None
    rows = keyboard.inline_keyboard if keyboard else []
    labels = [one.text for row in rows for one in row if one.callback_data == query.data]
    return Said(
        type=Type.BUTTON,
        text=_clean(labels[0] if labels else query.data or ""),
        at=timezone.now(),
        message_id=message.message_id if message else 0,
        payload={"pressed": query.data or ""},
    )


def _media(message: Message) -> tuple[Type, dict[str, str]]:
    if message.photo:
        return Type.PHOTO, _file(message.photo[-1], mime_type="image/jpeg")
    for name, type_ in MEDIA_TYPES.items():
        media = getattr(message, name)
        if media is not None:
            return type_, _file(media)
    return (Type.TEXT if message.text else Type.OTHER), {}


def _file(media: Any, mime_type: str = "") -> dict[str, str]:
    # Telegram's media objects share these names; some lack the last two.
    return {
        "media_file_id": media.file_id[:255],
        "media_unique_id": media.file_unique_id[:255],
        "media_file_name": (getattr(media, "file_name", "") or "")[:255],
        "media_mime_type": (getattr(media, "mime_type", "") or mime_type)[:100],
    }


def _keyboard(markup: object) -> dict[str, Any]:
    rows: Sequence[Sequence[InlineKeyboardButton | KeyboardButton]]
    if isinstance(markup, InlineKeyboardMarkup):
        rows = markup.inline_keyboard
    elif isinstance(markup, ReplyKeyboardMarkup):
        rows = markup.keyboard
    else:
        return {}
    return {"keyboard": [[_button(one) for one in row] for row in rows]}


def _button(button: InlineKeyboardButton | KeyboardButton) -> dict[str, str]:
    kept = {"text": _clean(button.text)}
    if isinstance(button, InlineKeyboardButton) and button.callback_data:
        kept["data"] = button.callback_data
    address = button.web_app.url if button.web_app else getattr(button, "url", None)
    if address:
        # The query may hold a payment's or a session's key; the place is enough for operators.
        parts = urlsplit(address)
        kept["url"] = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return kept


def _clean(text: str) -> str:
    # Postgres stores no NUL.
    return mask_secrets(text.replace("\0", ""))[:TEXT_LENGTH_MAX]
