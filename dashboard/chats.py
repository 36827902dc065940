"""Chats as operators read them."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from botapp.models import ChatMessage, ChatThread

CHATS_PER_PAGE = 25
MESSAGES_PER_PAGE = 200
# One less than a bigint may have: any such number fits into the column.
ID_DIGITS_MAX = 18


@dataclass(frozen=True)
class History:
    """A stretch of a chat, oldest first; `older_than` leads to the stretch before it."""

    messages: list[ChatMessage]
    older_than: int | None

    @property
    def last_id(self) -> int:
        return max((message.pk for message in self.messages), default=0)


def find_chats(*, search: str, page: str | None) -> Page[ChatThread]:
    """Chats by their last message; each word is a part of a name or a whole Telegram id."""
    chats: QuerySet[ChatThread] = ChatThread.objects.select_related("user").exclude(
        last_message_at=None
    )
    # Postgres takes no NUL, not even to compare with.
    for word in search.replace("\0", "").split():
        chats = chats.filter(_is_about(word))
    ordered = chats.order_by("-last_message_at", "-pk")
    return Paginator(ordered, CHATS_PER_PAGE).get_page(page)


def to_row_id(text: str) -> int | None:
    """The number of a row as an address or a form gives it; None for what cannot be one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX
    return int(text) if is_number else None


def get_history(chat: ChatThread, *, before: int | None) -> History:
    """The last messages, or those before the message `before`."""
    rows = chat.messages.order_by("-message_date", "-pk")
    anchor = chat.messages.filter(pk=before or 0).first()
    if anchor is not None:
        earlier = Q(message_date=anchor.message_date, pk__lt=anchor.pk)
        rows = rows.filter(Q(message_date__lt=anchor.message_date) | earlier)
    found = list(rows[: MESSAGES_PER_PAGE + 1])
    messages = found[:MESSAGES_PER_PAGE][::-1]
    has_older = len(found) > MESSAGES_PER_PAGE
    return History(messages=messages, older_than=messages[0].pk if has_older else None)


def _is_about(word: str) -> Q:
    named = (
        Q(user__username__icontains=word.removeprefix("@"))
        | Q(user__first_name__icontains=word)
        | Q(user__last_name__icontains=word)
    )
    chat_id = to_row_id(word)
    return named if chat_id is None else named | Q(user__chat_id=chat_id)
