"""What people keep and share between orders: uploads, saved references, recipes."""

import secrets
import uuid

from django.db import models

from botapp.models.generation import GenRequest
from botapp.models.users import TgUser


def new_recipe_code() -> str:
    return secrets.token_urlsafe(9)


class Upload(models.Model):
    """A file given in the mini app before it is ordered with; its owner alone may use it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(
        TgUser, on_delete=models.CASCADE, related_name="uploads", verbose_name="пользователь"
    )
    storage_key = models.CharField("ключ в хранилище", max_length=255)
    mime_type = models.CharField("тип файла", max_length=64)
    size_bytes = models.PositiveBigIntegerField("размер, байт")
    width = models.PositiveIntegerField("ширина, пикс.", null=True, blank=True)
    height = models.PositiveIntegerField("высота, пикс.", null=True, blank=True)
    duration_s = models.FloatField("длительность, с", null=True, blank=True)
    is_used = models.BooleanField("из неё делали", default=False)
    is_dropped = models.BooleanField("больше не нужна", default=False)
    created_at = models.DateTimeField("создано", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "загрузка", "загрузки"
        indexes = [
            models.Index(fields=["user", "-created_at"], name="upload_user_recent"),
            models.Index(
                fields=["created_at"], name="upload_to_judge", condition=models.Q(is_used=False)
            ),
        ]

    def __str__(self) -> str:
        return self.storage_key or str(self.pk)


class SavedReference(models.Model):
    """Pictures kept under a name: a character, a style or a set, for any model that takes them."""

    class Kind(models.TextChoices):
        CHARACTER = "character", "персонаж"
        STYLE = "style", "стиль"
        SET = "set", "набор"

    user = models.ForeignKey(
        TgUser, on_delete=models.CASCADE, related_name="references", verbose_name="пользователь"
    )
    kind = models.CharField("вид", max_length=12, choices=Kind.choices, default=Kind.CHARACTER)
    name = models.CharField("название", max_length=40)
    sources = models.JSONField(
        "картинки", default=list, help_text="Картинки по порядку: ключ хранилища, тип и размер"
    )
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "сохранённый образец", "сохранённые образцы"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="savedreference_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Recipe(models.Model):
    """How a result was made, shared by its author as `?start=recipe_<code>`."""

    code = models.CharField("код", max_length=32, unique=True, default=new_recipe_code)
    author = models.ForeignKey(
        TgUser, on_delete=models.CASCADE, related_name="recipes", verbose_name="автор"
    )
    request = models.OneToOneField(
        GenRequest, on_delete=models.PROTECT, related_name="recipe", verbose_name="заказ"
    )
    opened_count = models.PositiveIntegerField("открыли", default=0)
    created_at = models.DateTimeField("создано", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "рецепт", "рецепты"

    def __str__(self) -> str:
        return self.code
