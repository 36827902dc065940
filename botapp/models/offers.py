"""What tokens cost and how they are given away."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from botapp.models.users import ZERO, TgUser


class Promocode(models.Model):
    """A code that grants tokens; each use is a row of `PromocodeUse`."""

    code = models.CharField("код", max_length=50, unique=True)
    description = models.CharField("описание", max_length=255, blank=True, default="")
    is_percentage = models.BooleanField("скидка на пополнение, %", default=False)
    value = models.DecimalField("сколько даёт, ⚡ или %", max_digits=10, decimal_places=2)
    min_deposit = models.DecimalField(
        "куплено не меньше, ⚡", max_digits=10, decimal_places=2, default=ZERO
    )
    max_uses = models.PositiveIntegerField("активаций всего, до", null=True, blank=True)
    max_uses_per_user = models.PositiveIntegerField("активаций на человека, до", default=1)
    current_uses = models.PositiveIntegerField("активирован раз", default=0)
    used_by = models.ManyToManyField(
        TgUser,
        through="PromocodeUse",
        related_name="used_promocodes",
        blank=True,
        verbose_name="кто активировал",
    )
    valid_from = models.DateTimeField("действует с", default=timezone.now)
    valid_until = models.DateTimeField("действует до", null=True, blank=True)
    is_active = models.BooleanField("включён", default=True)
    total_bonus_given = models.DecimalField(
        "выдано всего, ⚡", max_digits=12, decimal_places=2, default=ZERO
    )
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "промокод", "промокоды"
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="promocode_value_positive",
                violation_error_message="Промокод должен давать больше нуля",
            ),
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(current_uses__lte=F("max_uses")),
                name="promocode_uses_within_limit",
                violation_error_message="Промокод уже активировали больше раз, чем разрешено здесь",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PromocodeUse(models.Model):
    """One activation: `nth` counts this person's uses, so a parallel double is impossible."""

    promocode = models.ForeignKey(
        Promocode, on_delete=models.PROTECT, related_name="uses", verbose_name="промокод"
    )
    user = models.ForeignKey(
        TgUser, on_delete=models.PROTECT, related_name="promocode_uses", verbose_name="пользователь"
    )
    nth = models.PositiveIntegerField("какой раз у человека", default=1)
    granted = models.DecimalField("начислено, ⚡", max_digits=10, decimal_places=2)
    created_at = models.DateTimeField("создано", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "активация промокода", "активации промокодов"
        constraints = [
            models.UniqueConstraint(
                fields=["promocode", "user", "nth"], name="promocodeuse_once_per_turn"
            )
        ]

    def __str__(self) -> str:
        return f"{self.promocode}: {self.user}"


class PricingSettings(models.Model):
    """The one row that turns provider cost into tokens; operators change it without a deploy."""

    usd_to_token_rate = models.DecimalField(
        "токенов за $1",
        max_digits=8,
        decimal_places=4,
        default=Decimal(20),
        validators=[MinValueValidator(Decimal("0.0001"))],
    )
    markup_multiplier = models.DecimalField(
        "наценка",
        max_digits=6,
        decimal_places=3,
        default=Decimal(2),
        validators=[MinValueValidator(Decimal("0.001"))],
    )
    updated_at = models.DateTimeField("изменено", auto_now=True)

    class Meta:
        db_table = "pricing_settings"
        verbose_name, verbose_name_plural = "цены", "цены"
        constraints = [
            models.CheckConstraint(
                condition=Q(usd_to_token_rate__gt=0, markup_multiplier__gt=0),
                name="pricing_settings_positive",
                violation_error_message="Курс и наценка должны быть больше нуля",
            ),
            models.CheckConstraint(
                condition=Q(id=1),
                name="pricing_settings_single_row",
                violation_error_message="Курс и наценка одни на всех: вторая запись не нужна",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.usd_to_token_rate} × {self.markup_multiplier}"


class TokenPackage(models.Model):
    """A pack of tokens on sale. The table is shared with other tools, hence unmanaged."""

    code = models.CharField("код", max_length=100, primary_key=True)
    title = models.CharField("название", max_length=255)
    credits = models.DecimalField("токены", max_digits=12, decimal_places=2)
    price_usd = models.DecimalField("цена, $", max_digits=10, decimal_places=2)
    stars_amount = models.IntegerField("цена, Stars", default=0)
    is_active = models.BooleanField("в продаже", default=True)
    sort_order = models.IntegerField("порядок", default=100)
    lava_offer_id = models.CharField("оффер Lava.top", max_length=64, blank=True, default="")

    class Meta:
        managed = False
        db_table = "token_packages"
        ordering = ["sort_order", "price_usd"]
        verbose_name, verbose_name_plural = "пакет токенов", "пакеты токенов"

    def __str__(self) -> str:
        return self.title
