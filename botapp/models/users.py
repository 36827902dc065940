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
    username = models.CharField("имя в Telegram", max_length=255, blank=True, default="")
    first_name = models.CharField("имя", max_length=255, blank=True, default="")
    last_name = models.CharField("фамилия", max_length=255, blank=True, default="")
    language_code = models.CharField("язык Telegram", max_length=10, default="ru")
    is_premium = models.BooleanField("есть Telegram Premium", default=False)
    is_blocked = models.BooleanField("заблокировал бота", default=False)
    erased_at = models.DateTimeField("удалил свои данные", null=True, blank=True)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

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

    user = models.OneToOneField(
        TgUser, on_delete=models.PROTECT, related_name="balance", verbose_name="пользователь"
    )
    balance = models.DecimalField("в кошельке, ⚡", max_digits=12, decimal_places=2, default=ZERO)
    total_spent = models.DecimalField(
        "потрачено всего, ⚡", max_digits=12, decimal_places=2, default=ZERO
    )
    total_deposited = models.DecimalField(
        "куплено всего, ⚡", max_digits=12, decimal_places=2, default=ZERO
    )
    bonus_balance = models.DecimalField(
        "получено бонусов, ⚡", max_digits=12, decimal_places=2, default=ZERO
    )
    referral_earnings = models.DecimalField(
        "за приглашённых, ⚡", max_digits=12, decimal_places=2, default=ZERO
    )
    referral_code = models.CharField(
        "код приглашения", max_length=20, unique=True, default=new_referral_code
    )
    referred_by = models.ForeignKey(
        TgUser,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name="кто пригласил",
    )
    referred_at = models.DateTimeField("когда пришёл по приглашению", null=True, blank=True)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

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

    user = models.OneToOneField(
        TgUser, on_delete=models.CASCADE, related_name="settings", verbose_name="пользователь"
    )
    notifications_enabled = models.BooleanField("уведомления включены", default=True)
    notify_on_completion = models.BooleanField("сообщать о готовом", default=True)
    notify_on_bonus = models.BooleanField("сообщать о бонусах", default=True)
    notify_on_news = models.BooleanField("сообщать о новостях", default=True)
    interface_language = models.CharField(
        "язык бота", max_length=10, choices=Language.choices, default=Language.RU
    )
    default_image_quantity = models.PositiveSmallIntegerField(
        "сколько изображений сразу", default=1
    )
    default_video_duration = models.PositiveSmallIntegerField("длительность видео, с", default=5)
    preferred_image_model = models.ForeignKey(
        "botapp.AIModel",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="любимая модель изображений",
    )
    preferred_video_model = models.ForeignKey(
        "botapp.AIModel",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="любимая модель видео",
    )
    total_generations = models.PositiveIntegerField("генераций всего", default=0)
    total_images_generated = models.PositiveIntegerField("изображений всего", default=0)
    total_videos_generated = models.PositiveIntegerField("видео всего", default=0)
    last_generation_at = models.DateTimeField("последняя генерация", null=True, blank=True)
    daily_reward_streak = models.PositiveIntegerField("наград подряд, дней", default=0)
    last_daily_reward_at = models.DateTimeField("последняя награда дня", null=True, blank=True)
    user_level = models.PositiveIntegerField("уровень", default=0)
    experience_points = models.PositiveIntegerField("очки опыта", default=0)
    achievements = models.JSONField("достижения", default=list, blank=True)
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
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "настройки", "настройки пользователей"

    def __str__(self) -> str:
        return f"настройки: {self.user}"
