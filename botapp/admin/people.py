"""People, their wallets and their preferences."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join

from botapp.admin.base import ReadOnlyTable, Table, column
from botapp.admin.correction import CorrectionMixin
from botapp.models import TgUser, UserBalance, UserSettings

BLOCKED_COLORS = {"нет": "success", "да": "danger"}


@admin.register(TgUser)
class TgUserAdmin(ReadOnlyTable):
    list_display = (
        *("chat_id", "username", "first_name", "last_name", "language_code"),
        *("tokens", "is_premium", "blocked", "created_at"),
    )
    list_display_links = ("chat_id", "username")
    list_filter = ("is_premium", "is_blocked", "language_code", "created_at")
    search_fields = ("=chat_id", "username", "first_name", "last_name")
    list_select_related = ("balance",)
    date_hierarchy = "created_at"
    fields = (
        ("chat_id", "username"),
        ("first_name", "last_name"),
        ("language_code", "is_premium", "is_blocked"),
        ("created_at", "updated_at"),
        "links",
    )
    readonly_fields = ("links",)

    @column("⚡", ordering="balance__balance")
    def tokens(self, user: TgUser) -> str:
        return f"{user.balance.balance:.2f}" if hasattr(user, "balance") else "—"

    @column("заблокировал", ordering="is_blocked", colors=BLOCKED_COLORS)
    def blocked(self, user: TgUser) -> str:
        return "да" if user.is_blocked else "нет"

    @column("ещё")
    def links(self, user: TgUser) -> str:
        places = [
            ("Заказы", f"{_list('genrequest')}?user__id__exact={user.pk}"),
            ("Проводки", f"{_list('transaction')}?user__id__exact={user.pk}"),
        ]
        if hasattr(user, "balance"):
            wallet = reverse("admin:botapp_userbalance_change", args=[user.balance.pk])
            places.insert(0, ("Кошелёк", wallet))
        if hasattr(user, "chat_thread"):
            places.append(("Чат", reverse("dashboard:chat", args=[user.chat_thread.pk])))
        return format_html_join(" · ", '<a href="{1}">{0}</a>', places)


@admin.register(UserBalance)
class UserBalanceAdmin(CorrectionMixin, ReadOnlyTable):
    list_display = (
        *("user", "balance", "bonus_balance", "total_spent", "total_deposited"),
        *("referral_code", "created_at"),
    )
    list_filter = ("created_at",)
    search_fields = ("user__username", "=user__chat_id", "=referral_code")
    list_select_related = ("user",)


@admin.register(UserSettings)
class UserSettingsAdmin(Table):
    EDITABLE = (
        *("interface_language", "notifications_enabled", "notify_on_completion"),
        *("notify_on_bonus", "notify_on_news"),
    )
    list_display = (
        *("user", "interface_language", "notifications_enabled", "user_level"),
        *("total_generations", "last_generation_at"),
    )
    list_filter = ("interface_language", "notifications_enabled", "user_level")
    search_fields = ("user__username", "=user__chat_id")
    list_select_related = ("user",)

    def has_add_permission(self, *_: object) -> bool:
        return False

    def get_readonly_fields(self, *_: object) -> list[str]:
        names = [field.name for field in UserSettings._meta.concrete_fields]
        return [name for name in names if name not in self.EDITABLE]


def _list(model: str) -> str:
    return reverse(f"admin:botapp_{model}_changelist")
