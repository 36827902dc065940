"""Failures: to be read, taken up and closed."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botapp.admin.base import ReadOnlyTable, column
from botapp.models import BotErrorEvent

SEVERITY_COLORS = {
    "info": "info",
    "warning": "warning",
    "error": "danger",
    "critical": "danger",
}
STATUS_COLORS = {"new": "danger", "in_progress": "warning", "resolved": "success"}


@admin.register(BotErrorEvent)
class BotErrorEventAdmin(ReadOnlyTable):
    list_display = (
        *("occurred_at", "level", "state", "origin", "error_class", "short_message"),
        *("repeats", "handler", "chat_id"),
    )
    list_filter = ("status", "severity", "origin", "occurred_at")
    search_fields = ("message", "handler", "error_class", "=chat_id", "user__username")
    date_hierarchy = "occurred_at"
    exclude = ("stacktrace",)
    readonly_fields = ("trace",)
    actions = ("take_up", "resolve")

    @column("серьёзность", ordering="severity", colors=SEVERITY_COLORS)
    def level(self, event: BotErrorEvent) -> tuple[str, str]:
        return event.severity, event.get_severity_display()

    @column("статус", ordering="status", colors=STATUS_COLORS)
    def state(self, event: BotErrorEvent) -> tuple[str, str]:
        return event.status, event.get_status_display()

    @column("сообщение")
    def short_message(self, event: BotErrorEvent) -> str:
        return event.message[:100]

    @column("где")
    def trace(self, event: BotErrorEvent) -> SafeString:
        return format_html('<pre class="whitespace-pre-wrap text-xs">{}</pre>', event.stacktrace)

    @column("ещё раз")
    def repeats(self, event: BotErrorEvent) -> str:
        return str(event.extra.get("repeats", ""))

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("botapp.change_boterrorevent")

    @admin.action(description="Взять в работу", permissions=["handle"])
    def take_up(self, request: HttpRequest, queryset: QuerySet[BotErrorEvent]) -> None:
        self._move(request, queryset, BotErrorEvent.Status.IN_PROGRESS)

    @admin.action(description="Решены", permissions=["handle"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[BotErrorEvent]) -> None:
        self._move(request, queryset, BotErrorEvent.Status.RESOLVED)

    def _move(
        self,
        request: HttpRequest,
        queryset: QuerySet[BotErrorEvent],
        status: BotErrorEvent.Status,
    ) -> None:
        moved = queryset.exclude(status=status).update(status=status, updated_at=timezone.now())
        messages.success(request, f"{status.label}: {moved}")
