"""Chats as operators read them."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from botapp.models import ChatMessage, ChatThread

CHATS_PER_PAGE = 25
MESSAGES_PER_PAGE = 200


@dataclass(frozen=True)
class History:
    """A stretch of a chat, oldest first; `older_than` leads to the stretch before it."""

    messages: list[ChatMessage]
    older_than: int | None

    @property
    def last_id(self) -> int:
        return max((message.pk for message in self.messages), default=0)


def find_chats(*, search: str, page: str | None) -> Page[ChatThread]:
    """Chats by their last message; `search` is a part of a name or a whole Telegram id."""
    chats: QuerySet[ChatThread] = ChatThread.objects.select_related("user").exclude(
        last_message_at=None
    )
    if search:
        named = (
            Q(user__username__icontains=search.removeprefix("@"))
            | Q(user__first_name__icontains=search)
            | Q(user__last_name__icontains=search)
        )
        is_id = search.isascii() and search.isdigit() and len(search) < 19
        chats = chats.filter(named | Q(user__chat_id=int(search)) if is_id else named)
    return Paginator(chats, CHATS_PER_PAGE).get_page(page)


def get_history(chat: ChatThread, *, before: int | None) -> History:
    """The last messages, or those before the message `before`."""
    rows = chat.messages.order_by("-message_date", "-pk")
    anchor = chat.messages.filter(pk=before).first() if before else None
    if anchor is not None:
        earlier = Q(message_date=anchor.message_date, pk__lt=anchor.pk)
        rows = rows.filter(Q(message_date__lt=anchor.message_date) | earlier)
    found = list(rows[: MESSAGES_PER_PAGE + 1])
    messages = found[:MESSAGES_PER_PAGE][::-1]
    has_older = len(found) > MESSAGES_PER_PAGE
    return History(messages=messages, older_than=messages[0].pk if has_older else None)
