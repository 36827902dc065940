"""What all tables share."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

F = TypeVar("F", bound=Callable[..., Any])


class NeverDeleted(admin.options.BaseModelAdmin):  # type: ignore[type-arg]  # of any model
    """Rows that others refer to, or that the books need, stay."""

    def has_delete_permission(self, *_: object) -> bool:
        return False


class ReadOnly(NeverDeleted):
    """Rows written by the code that guards them, never typed over."""

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False


class WholeRowForm(ModelForm):  # type: ignore[type-arg]  # of any model
    """Says what the database would refuse.

    Django leaves out constraints that name a read-only field, the database does not:
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
    """

    def validate_unique(self) -> None:
        super().validate_unique()
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            # Constraints of the form's own fields have been said by now.
            said = {message for messages in self.errors.values() for message in messages}
            for message in error.messages:
                if message not in said:
                    self.add_error(None, message)


class Table(NeverDeleted, ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    form = WholeRowForm
    # Counting a large table twice for one page is what makes the page slow.
    show_full_result_count = False
    list_per_page = 50
    list_fullwidth = True
    list_filter_sheet = False
    warn_unsaved_form = True

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: Any
    ) -> None:
        """Write only what the operator changed: meanwhile counters of the same row have moved."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        if changed and "updated_at" in columns:
            changed.append("updated_at")
        obj.save(update_fields=changed)


class ReadOnlyTable(ReadOnly, Table):
    pass


class ReadOnlyInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold is untyped
    extra = 0
    tab = False
    show_change_link = True


def column(
    description: str, *, ordering: str = "", colors: Mapping[str, str] | None = None
) -> Callable[[F], F]:
    """A computed column; `colors` maps its values to unfold's label colours."""

    def decorate(function: F) -> F:
        shown = admin.display(description=description, ordering=ordering or None)(function)
        if colors is not None:
            shown.label = colors  # type: ignore[attr-defined]  # read by unfold
        return shown

    return decorate
