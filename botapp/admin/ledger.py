"""The token ledger, to be read."""

from django.contrib import admin

from botapp.admin.base import ReadOnlyTable, column
from botapp.models import Transaction

SIGN_COLORS = {"+": "success", "-": "danger"}


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyTable):
    list_display = (
        *("created_at", "user", "type", "signed_amount", "balance_after"),
        *("generation_request", "payment_method", "description", "idempotency_key"),
    )
    list_filter = ("type", "payment_method", "created_at")
    search_fields = (
        *("user__username", "=user__chat_id", "=payment_id", "description"),
        "=idempotency_key",
    )
    list_select_related = ("user", "generation_request")
    date_hierarchy = "created_at"

    @column("сумма, ⚡", ordering="amount", colors=SIGN_COLORS)
    def signed_amount(self, row: Transaction) -> tuple[str, str]:
        text = f"{row.amount:+.2f}"
        return text[0], text
