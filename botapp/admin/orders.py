"""Orders and what they produced, to be read."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from botapp.admin.base import ReadOnlyInline, ReadOnlyTable, column
from botapp.models import GenEvent, GenRequest, GenResult, RouteCircuit, Transaction

Status = GenRequest.Status
STATUS_COLORS = {
    Status.QUEUED.value: "info",
    Status.SUBMITTING.value: "info",
    Status.PROCESSING.value: "info",
    Status.DELIVERING.value: "info",
    Status.DONE.value: "success",
    Status.ERROR.value: "danger",
    Status.CANCELLED.value: "warning",
}


def picture_link(result: GenResult) -> str:
    """A small picture that opens the stored file; videos have a link only."""
    address = reverse("dashboard:result", args=[result.pk])
    if result.mime_type.startswith("image/"):
        image = format_html('<img src="{}" alt="" style="height:96px" loading="lazy">', address)
    else:
        image = format_html("{}", result.mime_type)
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, image)


class ResultInline(ReadOnlyInline):
    model = GenResult
    fields = ("index", "picture", "mime_type", "size_bytes", "width", "height")
    readonly_fields = ("picture",)

    @column("файл")
    def picture(self, result: GenResult) -> str:
        return picture_link(result)


class TransactionInline(ReadOnlyInline):
    model = Transaction
    fields = ("created_at", "type", "amount", "balance_after", "idempotency_key")
    readonly_fields = ("created_at",)


class EventInline(ReadOnlyInline):
    model = GenEvent
    fields = ("at", "kind", "route", "provider_job_id", "cost_usd", "detail")


@admin.register(GenRequest)
class GenRequestAdmin(ReadOnlyTable):
    list_display = (
        *("id", "created_at", "user", "ai_model", "state", "cost", "refunded"),
        *("cost_usd", "quantity", "took", "trail"),
    )
    list_filter = ("status", "ai_model", "generation_type", "error_code", "created_at")
    search_fields = ("=id", "=chat_id", "=run_code", "user__username", "prompt", "=provider_job_id")
    list_select_related = ("user", "ai_model")
    date_hierarchy = "created_at"
    inlines = (EventInline, ResultInline, TransactionInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("status", "trail"),
                    ("error_code", "error_message"),
                    ("user", "chat_id"),
                    "prompt",
                    ("ai_model", "generation_type"),
                    ("quantity", "results_expected", "progress_percent"),
                    ("generation_params", "source_media"),
                    ("cost", "refunded", "upgrades"),
                    ("is_liked", "hidden_at"),
                    ("cost_usd", "provider_cost_usd"),
                )
            },
        ),
        ("Время", {"fields": (("created_at", "started_at"), ("completed_at", "took"))}),
        (
            "У провайдера",
            {
                "fields": (
                    ("provider", "model"),
                    ("provider_job_id", "reference"),
                    "provider_metadata",
                    ("cancel_requested_at", "late_until"),
                )
            },
        ),
        (
            "Работа над заказом",
            {
                "classes": ("collapse",),
                "fields": (
                    "next_attempt_at",
                    ("lease_owner", "lease_until"),
                    ("submit_attempts", "poll_attempts", "delivery_attempts"),
                    ("idempotency_key", "run_code"),
                    ("parent_request", "parent_result_index"),
                ),
            },
        ),
    )

    readonly_fields = ("took", "trail")

    @column("ход заказа")
    def trail(self, order: GenRequest) -> str:
        return format_html('<a href="{}">смотреть</a>', reverse("dashboard:order", args=[order.pk]))

    @column("статус", ordering="status", colors=STATUS_COLORS)
    def state(self, order: GenRequest) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @column("работа, с", ordering="processing_time")
    def took(self, order: GenRequest) -> str:
        return "—" if order.processing_time is None else f"{order.processing_time:.1f}"


@admin.register(GenResult)
class GenResultAdmin(ReadOnlyTable):
    list_display = ("id", "request", "index", "picture", "mime_type", "size_bytes", "created_at")
    list_filter = ("mime_type", "created_at")
    search_fields = ("=request__id", "=storage_key")
    list_select_related = ("request",)
    readonly_fields = ("picture",)

    @column("файл")
    def picture(self, result: GenResult) -> str:
        return picture_link(result)


@admin.register(GenEvent)
class GenEventAdmin(ReadOnlyTable):
    list_display = ("at", "request", "kind", "route", "provider_job_id", "cost_usd", "detail")
    list_filter = ("kind", "at")
    search_fields = ("=request__id", "=provider_job_id", "route")
    list_select_related = ("request",)
    date_hierarchy = "at"


@admin.register(RouteCircuit)
class RouteCircuitAdmin(ReadOnlyTable):
    list_display = (
        *("route", "failures_in_row", "open_until", "last_failure", "last_detail"),
        *("last_failed_at", "last_served_at"),
    )
    search_fields = ("route",)
