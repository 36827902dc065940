"""Payments and Lava.top's events for operators: to look, to search, to try again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from botapp.admin.base import ReadOnlyTable
from lavatop import inbox, tasks
from lavatop.models import Payment, WebhookEvent


@admin.register(Payment)
class PaymentAdmin(ReadOnlyTable):
    list_display = (
        *("created_at", "user", "title", "amount", "currency", "status"),
        *("confirmed_by", "paid_at", "contract_id"),
    )
    list_filter = ("status", "failure_code", "confirmed_by", "currency")
    search_fields = ("id", "contract_id", "email", "user__chat_id", "user__username")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    actions = ("check_at_lava",)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lavatop.change_payment")

    @admin.action(description="Проверить в Lava.top сейчас", permissions=["settle"])
    def check_at_lava(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        open_payments = queryset.filter(status__in=Payment.OPEN)
        open_payments.update(next_check_at=timezone.now())
        for payment_id in open_payments.values_list("pk", flat=True):
            tasks.ring(tasks.check_payment, str(payment_id))
        self.message_user(request, f"Проверяются: {open_payments.count()}")


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyTable):
    list_display = (
        *("received_at", "event_type", "outcome", "contract_id", "payment"),
        *("attempts", "deliveries", "error"),
    )
    list_filter = ("outcome", "event_type")
    search_fields = ("contract_id", "raw_body", "payment__id")
    list_select_related = ("payment",)
    date_hierarchy = "received_at"
    actions = ("work_off_again",)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lavatop.change_webhookevent")

    @admin.action(description="Обработать ещё раз", permissions=["settle"])
    def work_off_again(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        requeued = [pk for pk in queryset.values_list("pk", flat=True) if inbox.requeue(pk)]
        for event_id in requeued:
            tasks.ring(tasks.process_webhook_event, event_id)
        self.message_user(request, f"Поставлено в очередь: {len(requeued)}")
