"""Models on sale, orders and what they produced."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from botapp.models.users import ZERO, TgUser

# No order waits for so long; older rows need not be looked through.
CANCELLED_TOLD_WITHIN = timedelta(days=1)


def new_run_code() -> str:
    return str(uuid.uuid4())


class AIModelQuerySet(models.QuerySet["AIModel"]):
    def on_sale(self) -> "AIModelQuerySet":
        return self.filter(is_active=True).order_by("order", "name")


class AIModel(models.Model):
    """What operators change about a model; what it can do is its card in `botapp.catalog`."""

    class Type(models.TextChoices):
        IMAGE = "image", "изображение"
        VIDEO = "video", "видео"

    class CostUnit(models.TextChoices):
        IMAGE = "image", "за изображение"
        SECOND = "second", "за секунду"
        GENERATION = "generation", "за генерацию"

    slug = models.SlugField("код модели", unique=True)
    name = models.CharField("название", max_length=100)
    display_name = models.CharField("название в меню", max_length=100)
    type = models.CharField("что делает", max_length=10, choices=Type.choices)
    provider = models.CharField("провайдер", max_length=20)
    description = models.TextField("описание", blank=True, default="")
    short_description = models.CharField("коротко о модели", max_length=255, blank=True, default="")
    price = models.DecimalField(
        "цена, ⚡",
        max_digits=10,
        decimal_places=2,
        default=ZERO,
        validators=[MinValueValidator(ZERO)],
        help_text="Считается сама: себестоимость × курс × наценка",
    )
    base_cost_usd = models.DecimalField("себестоимость, $", max_digits=10, decimal_places=4)
    unit_cost_usd = models.DecimalField(
        "запасная себестоимость, $", max_digits=10, decimal_places=4, default=Decimal(0)
    )
    cost_unit = models.CharField("за что цена", max_length=16, choices=CostUnit.choices)
    api_model_name = models.CharField("id у провайдера", max_length=100)
    max_prompt_length = models.PositiveIntegerField("длина промта, знаков", default=1000)
    supports_image_input = models.BooleanField("принимает изображения", default=False)
    max_input_images = models.PositiveIntegerField("изображений на входе, до", default=0)
    max_quantity = models.PositiveIntegerField("результатов за раз, до", default=1)
    default_params = models.JSONField("обычные параметры", default=dict, blank=True)
    allowed_params = models.JSONField("допустимые параметры", default=dict, blank=True)
    cooldown_seconds = models.PositiveIntegerField("пауза между заказами, с", default=0)
    daily_limit = models.PositiveIntegerField("заказов в день, до", null=True, blank=True)
    is_active = models.BooleanField("в продаже", default=True)
    is_beta = models.BooleanField("бета", default=False)
    min_user_level = models.PositiveIntegerField("с какого уровня", default=0)
    order = models.IntegerField("порядок", default=0)
    total_generations = models.PositiveIntegerField("генераций всего", default=0)
    total_errors = models.PositiveIntegerField("ошибок всего", default=0)
    average_generation_time = models.FloatField("среднее время, с", default=0.0)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    objects = AIModelQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "модель", "модели"
        ordering = ["order", "name"]
        indexes = [models.Index(fields=["type", "is_active", "order"], name="aimodel_menu")]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0, base_cost_usd__gte=0, unit_cost_usd__gte=0),
                name="aimodel_costs_not_negative",
                violation_error_message="Цена и себестоимость не бывают меньше нуля",
            )
        ]

    def __str__(self) -> str:
        return self.display_name


class GenRequestQuerySet(models.QuerySet["GenRequest"]):
    def due_for_submit(self, now: datetime) -> "GenRequestQuerySet":
        """Queued orders whose turn has come."""
        return self.filter(status=GenRequest.Status.QUEUED, next_attempt_at__lte=now)

    def due_for_poll(self, now: datetime) -> "GenRequestQuerySet":
        """Jobs to ask about: running ones, and given up ones that may still bring a result."""
        late = Q(status=GenRequest.Status.ERROR, late_until__gt=now, reported_at__isnull=False)
        running = Q(status=GenRequest.Status.PROCESSING)
        return self.filter(running | late, next_attempt_at__lte=now)

    def at_provider_or_late(self, *, submitting: bool = False) -> "GenRequestQuerySet":
        """Jobs a provider still works on, or may have finished after we gave them up."""
        running = Q(status=GenRequest.Status.PROCESSING)
        if submitting:
            running |= Q(status=GenRequest.Status.SUBMITTING)
        return self.filter(running | Q(status=GenRequest.Status.ERROR, late_until__isnull=False))

    def due_for_delivery(self, now: datetime) -> "GenRequestQuerySet":
        return self.filter(status=GenRequest.Status.DELIVERING, next_attempt_at__lte=now)

    def due_for_report(self, now: datetime) -> "GenRequestQuerySet":
        """Ended orders whose person does not know it yet: failed ones, and cancelled ones that the
        chat still shows at work or that a provider stopped only after a while."""
        failed = Q(status=GenRequest.Status.ERROR)
        cancelled = Q(
            Q(status_message_id__isnull=False) | Q(cancel_requested_at__isnull=False),
            status=GenRequest.Status.CANCELLED,
            created_at__gt=now - CANCELLED_TOLD_WITHIN,
        )
        return self.filter(failed | cancelled, reported_at=None, next_attempt_at__lte=now)

    def abandoned(self, now: datetime) -> "GenRequestQuerySet":
        """Orders whose worker stopped renewing its lease while the provider had the request."""
        return self.filter(status=GenRequest.Status.SUBMITTING, lease_until__lt=now)

    def in_progress(self) -> "GenRequestQuerySet":
        return self.filter(status__in=GenRequest.WORKING)


class GenRequest(models.Model):
    """An order. The row is the queue: its status and times say who works on it and when next."""

    class Status(models.TextChoices):
        QUEUED = "queued", "в очереди"
        SUBMITTING = "submitting", "отправляется"
        PROCESSING = "processing", "генерируется"
        DELIVERING = "delivering", "доставляется"
        DONE = "done", "готово"
        ERROR = "error", "ошибка"
        CANCELLED = "cancelled", "отменено"

    class GenerationType(models.TextChoices):
        TEXT2IMAGE = "text2image", "текст → изображение"
        IMAGE2IMAGE = "image2image", "изображение → изображение"
        UPSCALE = "upscale", "увеличение"
        VARIATION = "variation", "вариации"
        TEXT2VIDEO = "text2video", "текст → видео"
        IMAGE2VIDEO = "image2video", "изображение → видео"
        FRAMES2VIDEO = "frames2video", "первый и последний кадр → видео"
        REFERENCES2VIDEO = "references2video", "образцы → видео"
        VIDEO2VIDEO = "video2video", "видео → видео"
        EXTEND = "extend", "продолжение видео"

    WORKING = (Status.QUEUED, Status.SUBMITTING, Status.PROCESSING, Status.DELIVERING)
    AT_PROVIDER = (Status.SUBMITTING, Status.PROCESSING)

    run_code = models.CharField("код запуска", max_length=64, unique=True, default=new_run_code)
    idempotency_key = models.CharField("ключ от повторов", max_length=150, unique=True)
    user = models.ForeignKey(
        TgUser, on_delete=models.PROTECT, related_name="generations", verbose_name="пользователь"
    )
    chat_id = models.BigIntegerField("id чата")
    prompt = models.TextField("промт")
    generation_type = models.CharField(
        "что делается", max_length=20, choices=GenerationType.choices
    )
    ai_model = models.ForeignKey(
        AIModel, on_delete=models.PROTECT, related_name="requests", verbose_name="модель"
    )
    model = models.CharField("id у провайдера", max_length=100, blank=True, default="")
    provider = models.CharField("провайдер", max_length=20)
    generation_params = models.JSONField("параметры", default=dict, blank=True)
    quantity = models.PositiveSmallIntegerField("количество", default=1)
    source_media = models.JSONField(
        "входы", default=list, blank=True, help_text="Входы: file_id Telegram или ключи хранилища"
    )
    parent_request = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="child_requests",
        verbose_name="из какого заказа",
    )
    parent_result_index = models.PositiveSmallIntegerField(
        "из какого результата", null=True, blank=True
    )
    upgrades = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="finals",
        verbose_name="доводит черновик",
    )
    recipe_used = models.ForeignKey(
        "botapp.Recipe",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name="по рецепту",
    )
    results_expected = models.PositiveSmallIntegerField("результатов ждём", default=1)
    duration = models.PositiveIntegerField("длительность, с", null=True, blank=True)
    video_resolution = models.CharField("разрешение видео", max_length=20, blank=True, default="")
    aspect_ratio = models.CharField("стороны", max_length=10, blank=True, default="")

    status = models.CharField(
        "статус", max_length=16, choices=Status.choices, default=Status.QUEUED
    )
    next_attempt_at = models.DateTimeField("следующая попытка", default=timezone.now)
    lease_owner = models.CharField("кто держит", max_length=64, blank=True, default="")
    lease_until = models.DateTimeField("держит до", null=True, blank=True)
    submit_attempts = models.PositiveSmallIntegerField("попыток отправить", default=0)
    poll_attempts = models.PositiveIntegerField("опросов", default=0)
    delivery_attempts = models.PositiveSmallIntegerField("попыток доставить", default=0)
    provider_job_id = models.CharField(
        "задание у провайдера", max_length=512, blank=True, default=""
    )
    provider_metadata = models.JSONField("ответ провайдера", default=dict, blank=True)
    reference = models.CharField(
        "номер попытки у провайдера", max_length=100, blank=True, default=""
    )
    cancel_requested_at = models.DateTimeField("просил отменить", null=True, blank=True)
    late_until = models.DateTimeField("опоздавший результат ждём до", null=True, blank=True)
    progress_percent = models.PositiveSmallIntegerField("готово, %", null=True, blank=True)
    error_code = models.CharField("код ошибки", max_length=32, blank=True, default="")
    error_message = models.TextField(
        "причина для оператора", blank=True, default="", help_text="Без ключей и адресов"
    )

    cost = models.DecimalField("цена, ⚡", max_digits=10, decimal_places=2)
    refunded = models.DecimalField("возвращено, ⚡", max_digits=10, decimal_places=2, default=ZERO)
    cost_usd = models.DecimalField("себестоимость, $", max_digits=10, decimal_places=4)
    provider_cost_usd = models.DecimalField(
        "взял провайдер, $", max_digits=10, decimal_places=4, null=True, blank=True
    )
    transaction = models.ForeignKey(
        "botapp.Transaction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="charged_generation",
        verbose_name="проводка",
    )
    status_message_id = models.BigIntegerField("id сообщения о ходе", null=True, blank=True)
    status_edited_at = models.DateTimeField("сообщение о ходе обновлено", null=True, blank=True)
    processing_time = models.FloatField("работа провайдера, с", null=True, blank=True)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    started_at = models.DateTimeField("начато", null=True, blank=True)
    completed_at = models.DateTimeField("завершено", null=True, blank=True)
    reported_at = models.DateTimeField("пользователь узнал об исходе", null=True, blank=True)
    inputs_stored = models.BooleanField("копии входов в хранилище", default=False)
    is_liked = models.BooleanField("понравилось", null=True, blank=True)
    hidden_at = models.DateTimeField("убран человеком из истории", null=True, blank=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    objects = GenRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "заказ", "заказы"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="genrequest_user_recent"),
            models.Index(fields=["chat_id", "-created_at"], name="genrequest_chat_recent"),
            models.Index(fields=["-created_at", "status"], name="genrequest_created_status"),
            models.Index(
                fields=["status", "next_attempt_at"],
                name="genrequest_due",
                condition=Q(status__in=["queued", "submitting", "processing", "delivering"]),
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="genrequest_unreported",
                condition=Q(status="error", reported_at=None),
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="genrequest_late",
                condition=Q(status="error", late_until__isnull=False),
            ),
            models.Index(
                fields=["created_at"],
                name="genrequest_inputs_stored",
                condition=Q(inputs_stored=True),
            ),
            models.Index(
                fields=["user", "status"],
                name="genrequest_user_at_work",
                condition=Q(status__in=["queued", "submitting", "processing", "delivering"]),
            ),
            models.Index(
                fields=["ai_model", "-completed_at"],
                name="genrequest_model_done",
                condition=Q(status="done"),
            ),
            models.Index(
                fields=["provider", "provider_job_id"],
                name="genrequest_provider_job",
                condition=~Q(provider_job_id=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cost__gte=0, cost_usd__gte=0), name="genrequest_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("cost")),
                name="genrequest_refund_within_cost",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="genrequest_quantity"),
            models.UniqueConstraint(
                fields=["upgrades"],
                name="genrequest_one_final",
                condition=~Q(status__in=["error", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return f"заказ {self.pk}: {self.get_generation_type_display()}, {self.get_status_display()}"


class GenResult(models.Model):
    """One file an order produced: where it is stored and how Telegram knows it."""

    request = models.ForeignKey(
        GenRequest, on_delete=models.PROTECT, related_name="results", verbose_name="заказ"
    )
    index = models.PositiveSmallIntegerField("номер с нуля")
    storage_key = models.CharField("ключ в хранилище", max_length=255)
    mime_type = models.CharField("тип файла", max_length=64)
    size_bytes = models.PositiveBigIntegerField("размер, байт")
    width = models.PositiveIntegerField("ширина, пикс.", null=True, blank=True)
    height = models.PositiveIntegerField("высота, пикс.", null=True, blank=True)
    duration_s = models.FloatField("длительность, с", null=True, blank=True)
    thumbnail_key = models.CharField("ключ миниатюры", max_length=255, blank=True, default="")
    preview_message_id = models.BigIntegerField("id сообщения с превью", null=True, blank=True)
    preview_file_id = models.CharField(
        "id превью в Telegram", max_length=255, blank=True, default=""
    )
    document_message_id = models.BigIntegerField("id сообщения с файлом", null=True, blank=True)
    document_file_id = models.CharField(
        "id файла в Telegram", max_length=255, blank=True, default=""
    )
    created_at = models.DateTimeField("создано", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "результат", "результаты"
        ordering = ["request", "index"]
        constraints = [
            models.UniqueConstraint(fields=["request", "index"], name="genresult_one_per_index")
        ]

    def __str__(self) -> str:
        return f"файл {self.index + 1} заказа {self.request_id}"
