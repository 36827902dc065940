"""What people keep, share and ask of the text model, to be read."""

from django.contrib import admin

from botapp.admin.base import ReadOnlyTable
from botapp.models import Recipe, SavedReference, TextTask, Upload


@admin.register(TextTask)
class TextTaskAdmin(ReadOnlyTable):
    list_display = (
        *("id", "created_at", "user", "kind", "status", "cost", "refunded", "cost_usd"),
        *("error_code", "completed_at"),
    )
    list_filter = ("kind", "status", "error_code", "created_at")
    search_fields = ("=id", "=chat_id", "user__username", "prompt", "result")
    list_select_related = ("user",)
    date_hierarchy = "created_at"


@admin.register(Recipe)
class RecipeAdmin(ReadOnlyTable):
    list_display = ("code", "created_at", "author", "request", "opened_count")
    search_fields = ("=code", "author__username", "=request__id")
    list_select_related = ("author", "request")


@admin.register(SavedReference)
class SavedReferenceAdmin(ReadOnlyTable):
    list_display = ("name", "kind", "user", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "user__username", "=user__chat_id")
    list_select_related = ("user",)


@admin.register(Upload)
class UploadAdmin(ReadOnlyTable):
    list_display = ("id", "created_at", "user", "mime_type", "size_bytes")
    list_filter = ("mime_type", "created_at")
    search_fields = ("=id", "=storage_key", "user__username")
    list_select_related = ("user",)
