"""Token packages and promo codes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from botapp.admin.base import ReadOnlyTable, Table, WholeRowForm
from botapp.models import Promocode, PromocodeUse, TokenPackage


class TokenPackageForm(WholeRowForm):
    """The table is shared with other tools and guards nothing itself."""

    class Meta:
        model = TokenPackage
        fields = (
            *("code", "title", "credits", "price_usd", "stars_amount"),
            *("is_active", "sort_order", "lava_offer_id"),
        )

    def clean_credits(self) -> Decimal:
        return self._positive("credits")

    def clean_price_usd(self) -> Decimal:
        return self._positive("price_usd")

    def clean_stars_amount(self) -> int:
        amount: int = self.cleaned_data["stars_amount"]
        if amount < 0:
            raise forms.ValidationError("Меньше нуля не бывает")
        return amount

    def _positive(self, name: str) -> Decimal:
        value: Decimal = self.cleaned_data[name]
        if value <= 0:
            raise forms.ValidationError("Должно быть больше нуля")
        return value


@admin.register(TokenPackage)
class TokenPackageAdmin(Table):
    form = TokenPackageForm
    list_display = (
        *("code", "title", "credits", "price_usd", "stars_amount", "is_active"),
        *("sort_order", "lava_offer_id"),
    )
    list_filter = ("is_active",)
    search_fields = ("code", "title", "=lava_offer_id")

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # A changed code would be another package: payments remember the code.
        return ("code",) if obj else ()


class PromocodeForm(WholeRowForm):
    """People write a code in any case, the database tells `GIFT` from `gift`."""

    class Meta:
        model = Promocode
        fields = ("code",)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        others = Promocode.objects.filter(code__iexact=code).exclude(pk=self.instance.pk)
        other = others.first()
        if other is not None:
            raise forms.ValidationError(f"Такой промокод уже есть: {other.code}")
        return code


@admin.register(Promocode)
class PromocodeAdmin(Table):
    form = PromocodeForm
    list_display = (
        *("code", "value", "is_percentage", "is_active", "current_uses", "max_uses"),
        *("valid_from", "valid_until", "total_bonus_given"),
    )
    list_filter = ("is_active", "is_percentage", "valid_from", "valid_until")
    search_fields = ("code", "description")
    fields = (
        ("code", "is_active"),
        "description",
        ("value", "is_percentage", "min_deposit"),
        ("max_uses", "max_uses_per_user"),
        # A date is as wide as a row: beside another it hides that one's label.
        "valid_from",
        "valid_until",
        ("current_uses", "total_bonus_given"),
    )
    readonly_fields = ("current_uses", "total_bonus_given")
    actions = ("activate", "deactivate")

    @admin.action(description="Включить", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Promocode]) -> None:
        changed = queryset.update(is_active=True, updated_at=timezone.now())
        messages.success(request, f"Включено: {changed}")

    @admin.action(description="Выключить", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Promocode]) -> None:
        changed = queryset.update(is_active=False, updated_at=timezone.now())
        messages.success(request, f"Выключено: {changed}")


@admin.register(PromocodeUse)
class PromocodeUseAdmin(ReadOnlyTable):
    list_display = ("created_at", "promocode", "user", "nth", "granted")
    list_filter = ("created_at",)
    search_fields = ("=promocode__code", "user__username", "=user__chat_id")
    list_select_related = ("promocode", "user")
    date_hierarchy = "created_at"
