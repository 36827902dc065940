"""Money from outside: our payments and the inbox of Lava.top's events."""

import uuid
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from botapp.models import Language, TgUser, Transaction


class PaymentQuerySet(models.QuerySet["Payment"]):
    def move(self, payment_id: uuid.UUID, *, to: "Payment.Status", **changes: object) -> bool:
        """Compare and set: False when the payment is not in a state that leads to `to`."""
        candidates = self.filter(pk=payment_id, status__in=Payment.MOVES[to])
        return bool(candidates.update(status=to, updated_at=timezone.now(), **changes))

    def due_for_check(self, now: datetime) -> "PaymentQuerySet":
        """Open payments whose turn has come to be read at Lava.top again."""
        return self.filter(status__in=Payment.OPEN, next_check_at__lte=now)

    def untold(self, now: datetime) -> "PaymentQuerySet":
        """Paid, but the person was not told yet."""
        return self.filter(status=Payment.Status.PAID, told_at__isnull=True, paid_at__lte=now)


class Payment(models.Model):
    """One attempt to buy one package: what was ordered, at which price, and what became of it."""

    class Status(models.TextChoices):
        CREATED = "created", "создан"
        REQUESTING = "requesting", "счёт выставляется"
        PENDING = "pending", "ждёт оплаты"
        PAID = "paid", "оплачен"
        FAILED = "failed", "не прошёл"
        EXPIRED = "expired", "истёк"
        UNKNOWN = "unknown", "ответ Lava потерян"
        QUARANTINED = "quarantined", "разбирает оператор"

    class Failure(models.TextChoices):
        EMAIL_REFUSED = "email_refused", "Lava не приняла почту"
        REFUSED = "refused", "Lava отказала в счёте"
        NOT_SENT = "not_sent", "запрос до Lava не дошёл"
        DECLINED = "declined", "оплата отклонена"
        ABANDONED = "abandoned", "окно оплаты закрыли"
        PRICE_CHANGED = "price_changed", "у Lava другая цена"
        MISMATCH = "mismatch", "сумма или валюта не совпали"

    class Source(models.TextChoices):
        """Who brought the news that Lava.top then confirmed."""

        WEBHOOK = "webhook", "вебхук Lava.top"
        POLL = "poll", "наша сверка"
        BUYER = "buyer", "возвращение человека"

    OPEN = (Status.CREATED, Status.REQUESTING, Status.PENDING, Status.UNKNOWN)
    # Where a payment may come from. Money that arrives late is still money: `paid` follows our
    # own `failed` and `expired` too; nothing follows `paid`.
    MOVES = {
        Status.CREATED: (),
        Status.REQUESTING: (Status.CREATED,),
        Status.PENDING: (Status.REQUESTING, Status.UNKNOWN),
        Status.UNKNOWN: (Status.REQUESTING,),
        Status.PAID: (Status.PENDING, Status.FAILED, Status.EXPIRED),
        Status.FAILED: (Status.CREATED, Status.REQUESTING, Status.PENDING),
        Status.EXPIRED: (Status.PENDING, Status.UNKNOWN),
        Status.QUARANTINED: (
            *(Status.REQUESTING, Status.PENDING, Status.UNKNOWN),
            *(Status.FAILED, Status.EXPIRED),
        ),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        TgUser, on_delete=models.PROTECT, related_name="payments", verbose_name="пользователь"
    )
    client_request_id = models.CharField("номер запроса", max_length=64)
    package_code = models.CharField("пакет", max_length=100)
    offer_id = models.CharField("оффер Lava.top", max_length=64)
    title = models.CharField("название", max_length=255)
    credits = models.DecimalField("токены", max_digits=12, decimal_places=2)
    amount = models.DecimalField("сумма", max_digits=10, decimal_places=2)
    currency = models.CharField("валюта", max_length=3, default="USD")
    email = models.EmailField("почта")
    language = models.CharField("язык", max_length=10, choices=Language.choices)

    status = models.CharField(
        "статус", max_length=16, choices=Status.choices, default=Status.CREATED
    )
    contract_id = models.CharField("контракт", max_length=64, unique=True, null=True, blank=True)
    payment_url = models.TextField("страница оплаты", blank=True, default="")
    quoted_amount = models.DecimalField(
        "сумма у Lava", max_digits=12, decimal_places=2, null=True, blank=True
    )
    failure_code = models.CharField(
        "почему не прошёл", max_length=16, choices=Failure.choices, blank=True, default=""
    )
    operator_note = models.CharField("для оператора", max_length=500, blank=True, default="")
    confirmed_by = models.CharField(
        "откуда узнали", max_length=16, choices=Source.choices, blank=True, default=""
    )
    transaction = models.OneToOneField(
        Transaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payment",
        verbose_name="проводка",
    )
    checks = models.PositiveIntegerField("проверок", default=0)
    checked_at = models.DateTimeField("проверен", null=True, blank=True)
    next_check_at = models.DateTimeField("следующая проверка", default=timezone.now)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)
    paid_at = models.DateTimeField("оплачен", null=True, blank=True)
    told_at = models.DateTimeField("человек узнал", null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "платёж", "платежи"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="payment_user_recent"),
            models.Index(fields=["status", "-created_at"], name="payment_status_recent"),
            models.Index(fields=["-created_at"], name="payment_created"),
            models.Index(fields=["email"], name="payment_email"),
            models.Index(
                fields=["next_check_at"],
                name="payment_due",
                condition=Q(status__in=["created", "requesting", "pending", "unknown"]),
            ),
            models.Index(
                fields=["paid_at"],
                name="payment_untold",
                condition=Q(status="paid", told_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client_request_id"], name="payment_once_per_request"
            ),
            models.CheckConstraint(
                condition=Q(credits__gt=0, amount__gt=0), name="payment_buys_something"
            ),
            models.CheckConstraint(
                condition=Q(currency__in=["USD", "EUR", "RUB"]), name="payment_currency_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status="paid",
                    transaction__isnull=False,
                    paid_at__isnull=False,
                    contract_id__isnull=False,
                )
                | (~Q(status="paid") & Q(transaction__isnull=True, paid_at__isnull=True)),
                name="payment_paid_means_credited",
            ),
            models.CheckConstraint(
                condition=~Q(status="pending") | Q(contract_id__isnull=False),
                name="payment_pending_has_contract",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.amount} {self.currency}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def due(self, now: datetime) -> "WebhookEventQuerySet":
        """Stored, not dealt with, and not in another worker's hands."""
        return self.filter(outcome=WebhookEvent.Outcome.RECEIVED, next_attempt_at__lte=now)


class WebhookEvent(models.Model):
    """What arrived, as it arrived, once; and what came of it. The row is the queue."""

    class Provider(models.TextChoices):
        LAVA_TOP = "lava.top", "Lava.top"

    class Outcome(models.TextChoices):
        RECEIVED = "received", "в очереди"
        PROCESSED = "processed", "обработано"
        DUPLICATE = "duplicate", "уже было учтено"
        IGNORED = "ignored", "ничего не меняет"
        UNMATCHED = "unmatched", "чужой контракт"
        MISMATCH = "mismatch", "расходится с контрактом"
        QUARANTINED = "quarantined", "разбирает оператор"
        FAILED = "failed", "попытки исчерпаны"

    provider = models.CharField(
        "провайдер", max_length=16, choices=Provider.choices, default=Provider.LAVA_TOP
    )
    dedupe_key = models.CharField("ключ от повторов", max_length=255, unique=True)
    event_type = models.CharField("вид события", max_length=100, blank=True, default="")
    contract_id = models.CharField("контракт", max_length=64, blank=True, default="")
    payload = models.JSONField("данные", encoder=DjangoJSONEncoder)
    raw_body = models.TextField("тело как пришло")
    remote_ip = models.GenericIPAddressField("с какого IP", null=True, blank=True)
    deliveries = models.PositiveIntegerField("доставок", default=1)
    outcome = models.CharField(
        "итог", max_length=16, choices=Outcome.choices, default=Outcome.RECEIVED
    )
    attempts = models.PositiveIntegerField("попыток", default=0)
    next_attempt_at = models.DateTimeField("следующая попытка", default=timezone.now)
    error = models.CharField("ошибка", max_length=500, blank=True, default="")
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name="платёж",
    )
    received_at = models.DateTimeField("получено", auto_now_add=True)
    processed_at = models.DateTimeField("обработано", null=True, blank=True)

    objects = WebhookEventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "событие Lava.top", "события Lava.top"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="webhookevent_due",
                condition=Q(outcome="received"),
            ),
            models.Index(fields=["contract_id"], name="webhookevent_contract"),
            models.Index(fields=["outcome", "-received_at"], name="webhookevent_outcome"),
            models.Index(fields=["-received_at"], name="webhookevent_received"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type or 'событие'} {self.contract_id}".strip()
