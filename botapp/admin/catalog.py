"""Models on sale and the prices: the operators' part; facts of the cards are read-only."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from botapp.admin.base import Table, column
from botapp.business import pricing
from botapp.models import AIModel, PricingSettings


@admin.register(AIModel)
class AIModelAdmin(Table):
    EDITABLE = (
        *("display_name", "short_description", "description", "base_cost_usd", "unit_cost_usd"),
        *("order", "is_active", "is_beta", "cooldown_seconds", "daily_limit", "min_user_level"),
    )
    list_display = (
        *("slug", "display_name", "type", "provider", "cost_unit", "base_cost_usd", "price"),
        *("is_active", "is_beta", "order", "total_generations", "total_errors"),
    )
    list_filter = ("type", "provider", "is_active", "is_beta")
    search_fields = ("slug", "name", "display_name")
    actions = ("activate", "deactivate")
    fieldsets = (
        (
            "Меняют операторы",
            {
                "fields": (
                    ("display_name", "order"),
                    "short_description",
                    "description",
                    ("is_active", "is_beta"),
                    ("base_cost_usd", "unit_cost_usd"),
                    "price",
                    ("cooldown_seconds", "daily_limit"),
                    "min_user_level",
                )
            },
        ),
        (
            "Из карточки каталога: меняется кодом",
            {
                "fields": (
                    ("slug", "name"),
                    ("type", "cost_unit"),
                    ("provider", "api_model_name"),
                    ("max_prompt_length", "max_quantity"),
                    ("supports_image_input", "max_input_images"),
                    ("default_params", "allowed_params"),
                )
            },
        ),
        (
            "Считается само",
            {
                "fields": (
                    ("total_generations", "total_errors"),
                    ("took", "updated_at"),
                )
            },
        ),
    )

    def has_add_permission(self, *_: object) -> bool:
        return False

    def get_readonly_fields(self, *_: object) -> list[str]:
        names = [field.name for field in AIModel._meta.concrete_fields]
        return ["took", *(name for name in names if name not in self.EDITABLE)]

    @column("среднее время, с")
    def took(self, model: AIModel) -> str:
        return f"{model.average_generation_time:.1f}"

    def save_model(
        self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: Any
    ) -> None:
        super().save_model(request, obj, form, change)
        pricing.refresh_prices()

    @admin.action(description="Выставить на продажу", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[AIModel]) -> None:
        self._switch(request, queryset, is_active=True)

    @admin.action(description="Снять с продажи", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[AIModel]) -> None:
        self._switch(request, queryset, is_active=False)

    def _switch(
        self, request: HttpRequest, queryset: QuerySet[AIModel], *, is_active: bool
    ) -> None:
        for model in queryset.exclude(is_active=is_active):
            self.log_change(request, model, f"is_active: {is_active}")
        changed = queryset.exclude(is_active=is_active).update(
            is_active=is_active, updated_at=timezone.now()
        )
        messages.success(request, f"Изменено моделей: {changed}")


@admin.register(PricingSettings)
class PricingSettingsAdmin(Table):
    """One row: tokens = provider's dollars × rate × markup."""

    list_display = ("__str__", "usd_to_token_rate", "markup_multiplier", "updated_at")
    fields = (("usd_to_token_rate", "markup_multiplier"), "updated_at")
    readonly_fields = ("updated_at",)

    def has_add_permission(self, *_: object) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Model,
        form: "ModelForm[Any]",
        change: Any,
    ) -> None:
        super().save_model(request, obj, form, change)
        pricing.refresh_prices()
        messages.info(request, "Цены всех моделей пересчитаны")
