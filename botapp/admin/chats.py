"""What was said, to be read; the comfortable view is the dashboard's."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from botapp.admin.base import ReadOnlyTable, column
from botapp.models import ChatMessage, ChatThread, TelegramUpdate

DIRECTION_COLORS = {"incoming": "info", "outgoing": "primary"}


@admin.register(ChatThread)
class ChatThreadAdmin(ReadOnlyTable):
    list_display = (
        *("user", "last_message_text", "last_message_direction", "last_message_at"),
        *("unread_count", "history"),
    )
    list_filter = ("last_message_direction", "last_message_at")
    search_fields = ("user__first_name", "user__last_name", "user__username", "=user__chat_id")
    list_select_related = ("user",)
    readonly_fields = ("history",)

    @column("история")
    def history(self, thread: ChatThread) -> str:
        return format_html('<a href="{}">История</a>', reverse("dashboard:chat", args=[thread.pk]))


@admin.register(ChatMessage)
class ChatMessageAdmin(ReadOnlyTable):
    list_display = ("message_date", "user", "way", "message_type", "short_text")
    list_filter = ("direction", "message_type", "message_date")
    search_fields = ("user__username", "=user__chat_id", "text")
    list_select_related = ("user",)
    ordering = ("-id",)

    @column("направление", ordering="direction", colors=DIRECTION_COLORS)
    def way(self, message: ChatMessage) -> tuple[str, str]:
        return message.direction, message.get_direction_display()

    @column("текст")
    def short_text(self, message: ChatMessage) -> str:
        return message.text[:80]


@admin.register(TelegramUpdate)
class TelegramUpdateAdmin(ReadOnlyTable):
    list_display = ("update_id", "received_at", "handled_at")
    list_filter = (("handled_at", admin.EmptyFieldListFilter), "received_at")
    search_fields = ("=update_id",)
    ordering = ("-received_at",)
