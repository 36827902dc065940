"""Who may enter: Django's own users and groups in the same look."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from botapp.admin.base import NeverDeleted

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class OperatorAdmin(NeverDeleted, UserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]  # unfold is untyped
    """Who leaves is switched off: deleting would delete the journal of what they did as well."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class OperatorGroupAdmin(GroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    pass
