"""The token ledger."""

from django.db import models
from django.db.models import Q

from botapp.models.users import TgUser


class Transaction(models.Model):
    """One line of the ledger: appended once per idempotency key, never changed, never deleted."""

    class Type(models.TextChoices):
        DEPOSIT = "deposit", "пополнение"
        GENERATION = "generation", "генерация"
        BONUS = "bonus", "бонус"
        REFERRAL = "referral", "реферальная программа"
        REFUND = "refund", "возврат"
        ADMIN = "admin", "оператор"

    user = models.ForeignKey(
        TgUser, on_delete=models.PROTECT, related_name="transactions", verbose_name="пользователь"
    )
    type = models.CharField("за что", max_length=20, choices=Type.choices)
    amount = models.DecimalField(
        "сумма, ⚡",
        max_digits=12,
        decimal_places=2,
        help_text="Токены: плюс — приход, минус — расход",
    )
    balance_after = models.DecimalField("стало, ⚡", max_digits=12, decimal_places=2)
    idempotency_key = models.CharField("ключ от повторов", max_length=150, unique=True)
    description = models.CharField("описание", max_length=255, blank=True, default="")
    payment_method = models.CharField("способ оплаты", max_length=20, blank=True, default="")
    payment_id = models.CharField("номер оплаты", max_length=100, blank=True, default="")
    generation_request = models.ForeignKey(
        "botapp.GenRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transactions",
        verbose_name="заказ",
    )
    related_transaction = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name="к какой проводке",
    )
    created_at = models.DateTimeField("создано", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "проводка", "журнал токенов"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="transaction_user_recent"),
            models.Index(fields=["type", "-created_at"], name="transaction_type_recent"),
            models.Index(fields=["-created_at"], name="transaction_created"),
            models.Index(
                fields=["payment_id"], name="transaction_payment", condition=~Q(payment_id="")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="transaction_moves_something"),
            models.CheckConstraint(
                condition=Q(balance_after__gte=0), name="transaction_balance_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(type="generation", amount__lt=0)
                | Q(type="admin")
                | Q(type__in=["deposit", "bonus", "referral", "refund"], amount__gt=0),
                name="transaction_sign_fits_type",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}: {self.amount:+} ⚡"
