"""Work of the text model for a person: prompts from references, better and safer prompts, voice."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from botapp.models.ledger import Transaction
from botapp.models.users import ZERO, TgUser


class TextTaskQuerySet(models.QuerySet["TextTask"]):
    def due(self, now: datetime) -> "TextTaskQuerySet":
        """Nobody works on them, and their time has come."""
        waiting = Q(status=TextTask.Status.QUEUED, next_attempt_at__lte=now)
        abandoned = Q(status=TextTask.Status.WORKING, lease_until__lt=now)
        untold = Q(status__in=TextTask.ENDED, reported_at=None, next_attempt_at__lte=now)
        return self.filter(waiting | abandoned | untold)


class TextTask(models.Model):
    """One request to the text model. As with orders, the row is the queue."""

    class Kind(models.TextChoices):
        REFERENCE = "reference", "промт по референсу"
        IMPROVE = "improve", "улучшение промта"
        SAFER = "safer", "безопасная формулировка"
        VOICE = "voice", "голосовое сообщение"

    class Status(models.TextChoices):
        QUEUED = "queued", "в очереди"
        WORKING = "working", "в работе"
        DONE = "done", "готово"
        ERROR = "error", "ошибка"

    ENDED = (Status.DONE, Status.ERROR)

    user = models.ForeignKey(
        TgUser, on_delete=models.PROTECT, related_name="text_tasks", verbose_name="пользователь"
    )
    chat_id = models.BigIntegerField("id чата")
    kind = models.CharField("вид", max_length=12, choices=Kind.choices)
    idempotency_key = models.CharField("ключ от повторов", max_length=150, unique=True)
    model_slug = models.CharField("для какой модели", max_length=50, blank=True, default="")
    prompt = models.TextField("исходный текст", blank=True, default="")
    wishes = models.TextField("пожелания", blank=True, default="")
    source = models.JSONField(
        "из чего", default=dict, blank=True, help_text="Файл Telegram, ключ хранилища или ссылка"
    )
    result = models.TextField("результат", blank=True, default="")

    status = models.CharField(
        "статус", max_length=12, choices=Status.choices, default=Status.QUEUED
    )
    next_attempt_at = models.DateTimeField("следующая попытка", default=timezone.now)
    lease_until = models.DateTimeField("держит до", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    error_code = models.CharField("код ошибки", max_length=32, blank=True, default="")
    error_message = models.TextField("причина для оператора", blank=True, default="")
    status_message_id = models.BigIntegerField("id сообщения о ходе", null=True, blank=True)

    cost = models.DecimalField("цена, ⚡", max_digits=10, decimal_places=2, default=ZERO)
    refunded = models.DecimalField("возвращено, ⚡", max_digits=10, decimal_places=2, default=ZERO)
    cost_usd = models.DecimalField(
        "себестоимость, $", max_digits=10, decimal_places=4, default=Decimal(0)
    )
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="charged_text_task",
        verbose_name="проводка",
    )
    created_at = models.DateTimeField("создано", auto_now_add=True)
    completed_at = models.DateTimeField("завершено", null=True, blank=True)
    reported_at = models.DateTimeField("пользователь узнал об исходе", null=True, blank=True)

    objects = TextTaskQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "задача с текстом", "задачи с текстом"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="texttask_user_recent"),
            models.Index(
                fields=["next_attempt_at"],
                name="texttask_due",
                condition=Q(status__in=["queued", "working"]),
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="texttask_untold",
                condition=Q(status__in=["done", "error"], reported_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cost__gte=0, refunded__gte=0, refunded__lte=F("cost")),
                name="texttask_refund_within_cost",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}: {self.get_status_display()}"
