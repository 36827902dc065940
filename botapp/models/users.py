"""People, their wallets and their preferences."""

import secrets
from decimal import Decimal

from django.db import models
from django.db.models import Q

ZERO = Decimal("0.00")
# Marks that set the direction of the letters behind them (Unicode, UAX #9).
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def new_referral_code() -> str:
    return "REF" + secrets.token_hex(4).upper()


class Language(models.TextChoices):
    RU = "ru", "Русский"
    EN = "en", "English"


class TgUser(models.Model):
    """A person who wrote to the bot; `chat_id` is the Telegram user id."""

    chat_id = models.BigIntegerField("Telegram id", unique=True)
    username = models.CharField(max_length=255, blank=True, default="")
    first_name = models.CharField(max_length=255, blank=True, default="")
    last_name = models.CharField(max_length=255, blank=True, default="")
    language_code = models.CharField("язык Telegram", max_length=10, default="ru")
    is_premium = models.BooleanField(default=False)
    is_blocked = models.BooleanField("заблокировал бота", default=False)
    erased_at = models.DateTimeField("удалил свои данные", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "пользователь", "пользователи"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="tguser_created"),
            models.Index(fields=["username"], name="tguser_username"),
        ]

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip() or self.username
        # They would turn the number behind the name around.
        name = name.translate(TURNING)
        return f"{name} ({self.chat_id})" if name else str(self.chat_id)


class UserBalance(models.Model):
    """The wallet: `balance` is the running sum of the ledger, moved only by `business.balance`."""

    user = models.OneToOneField(TgUser, on_delete=models.PROTECT, related_name="balance")
    balance = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    total_spent = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    total_deposited = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    bonus_balance = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    referral_earnings = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    referral_code = models.CharField(max_length=20, unique=True, default=new_referral_code)
    referred_by = models.ForeignKey(
        TgUser, on_delete=models.SET_NULL, null=True, blank=True, related_name="referrals"
    )
    referred_at = models.DateTimeField("когда пришёл по приглашению", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "кошелёк", "кошельки"
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="balance_not_negative"),
            models.CheckConstraint(
                condition=Q(total_spent__gte=0, total_deposited__gte=0, bonus_balance__gte=0),
                name="balance_totals_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.balance} ⚡"


class UserSettings(models.Model):
    """A person's preferences and counters."""

    class SendAs(models.TextChoices):
        BOTH = "both", "превью и файл"
        PREVIEW = "preview", "только превью"
        FILE = "file", "только файл"

    user = models.OneToOneField(TgUser, on_delete=models.CASCADE, related_name="settings")
    notifications_enabled = models.BooleanField(default=True)
    notify_on_completion = models.BooleanField(default=True)
    notify_on_bonus = models.BooleanField(default=True)
    notify_on_news = models.BooleanField(default=True)
    interface_language = models.CharField(
        max_length=10, choices=Language.choices, default=Language.RU
    )
    default_image_quantity = models.PositiveSmallIntegerField(default=1)
    default_video_duration = models.PositiveSmallIntegerField(default=5)
    preferred_image_model = models.ForeignKey(
        "botapp.AIModel", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    preferred_video_model = models.ForeignKey(
        "botapp.AIModel", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    total_generations = models.PositiveIntegerField(default=0)
    total_images_generated = models.PositiveIntegerField(default=0)
    total_videos_generated = models.PositiveIntegerField(default=0)
    last_generation_at = models.DateTimeField(null=True, blank=True)
    daily_reward_streak = models.PositiveIntegerField(default=0)
    last_daily_reward_at = models.DateTimeField(null=True, blank=True)
    user_level = models.PositiveIntegerField(default=0)
    experience_points = models.PositiveIntegerField(default=0)
    achievements = models.JSONField(default=list, blank=True)
    payment_email = models.EmailField("почта для чеков", blank=True, default="")
    send_as = models.CharField(
        "как присылать", max_length=10, choices=SendAs.choices, default=SendAs.BOTH
    )
    default_params = models.JSONField(
        "обычные параметры", default=dict, blank=True, help_text="По моделям: имя → значение"
    )
    daily_cap_tokens = models.DecimalField(
        "свой предел на день, ⚡", max_digits=10, decimal_places=2, null=True, blank=True
    )
    confirm_above_tokens = models.DecimalField(
        "переспрашивать дороже, ⚡", max_digits=10, decimal_places=2, null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "настройки", "настройки пользователей"

    def __str__(self) -> str:
        return f"настройки {self.user_id}"
