"""What went wrong, for operators."""

from django.db import models
from django.utils import timezone

from botapp.models.generation import GenRequest
from botapp.models.users import TgUser


class BotErrorEvent(models.Model):
    """One recorded failure; texts are masked before they arrive here."""

    class Origin(models.TextChoices):
        WEBHOOK = "webhook", "вебхук"
        TELEGRAM_HANDLER = "telegram_handler", "обработчик"
        CELERY_TASK = "celery_task", "задача"
        GENERATION = "generation", "генерация"
        PAYMENT = "payment", "платёж"
        MINIAPP = "miniapp", "мини-приложение"
        OTHER = "other", "другое"

    class Severity(models.TextChoices):
        INFO = "info", "информация"
        WARNING = "warning", "предупреждение"
        ERROR = "error", "ошибка"
        CRITICAL = "critical", "критично"

    class Status(models.TextChoices):
        NEW = "new", "новая"
        IN_PROGRESS = "in_progress", "в работе"
        RESOLVED = "resolved", "решена"

    origin = models.CharField("откуда", max_length=32, choices=Origin.choices, default=Origin.OTHER)
    severity = models.CharField("серьёзность", max_length=16, choices=Severity.choices)
    status = models.CharField("статус", max_length=16, choices=Status.choices, default=Status.NEW)
    occurred_at = models.DateTimeField("когда", default=timezone.now)
    handler = models.CharField("обработчик", max_length=255, blank=True, default="")
    error_class = models.CharField("класс ошибки", max_length=255, blank=True, default="")
    message = models.TextField("сообщение", blank=True, default="")
    stacktrace = models.TextField("трассировка", blank=True, default="")
    extra = models.JSONField("подробности", default=dict, blank=True)
    chat_id = models.BigIntegerField("id чата", null=True, blank=True, db_index=True)
    user = models.ForeignKey(
        TgUser, on_delete=models.SET_NULL, null=True, blank=True, verbose_name="пользователь"
    )
    gen_request = models.ForeignKey(
        GenRequest, on_delete=models.SET_NULL, null=True, blank=True, verbose_name="заказ"
    )
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "сбой", "сбои"
        ordering = ["-occurred_at"]
        indexes = [
            models.Index(fields=["origin", "severity", "-occurred_at"], name="error_origin"),
            models.Index(fields=["status", "-occurred_at"], name="error_status"),
        ]

    def __str__(self) -> str:
        return f"{self.error_class}: {self.message[:60]}"
