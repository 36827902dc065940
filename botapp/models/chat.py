"""What was said in the chats, and which updates were handled."""

from typing import TypeAlias

from django.db import models
from django.utils import timezone

from botapp.models.users import TgUser


class MessageDirection(models.TextChoices):
    INCOMING = "incoming", "от пользователя"
    OUTGOING = "outgoing", "от бота"


class MessageType(models.TextChoices):
    TEXT = "text", "текст"
    PHOTO = "photo", "фото"
    VIDEO = "video", "видео"
    DOCUMENT = "document", "файл"
    AUDIO = "audio", "аудио"
    VOICE = "voice", "голосовое"
    STICKER = "sticker", "стикер"
    BUTTON = "button", "кнопка"
    OTHER = "other", "другое"


class TelegramUpdate(models.Model):
    """An update Telegram sent: delivered at least once, handled once.

    `handled_at` is empty while it is being handled and after a failure worth repeating.
    """

    update_id = models.BigIntegerField("номер апдейта", primary_key=True)
    received_at = models.DateTimeField("получено", default=timezone.now)
    handled_at = models.DateTimeField("обработано", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "апдейт", "апдейты Telegram"
        indexes = [models.Index(fields=["received_at"], name="telegramupdate_received")]

    def __str__(self) -> str:
        return str(self.update_id)


class ChatThread(models.Model):
    """One person's conversation with the bot, as operators list it."""

    user = models.OneToOneField(
        TgUser, on_delete=models.CASCADE, related_name="chat_thread", verbose_name="пользователь"
    )
    last_message_text = models.CharField(
        "последнее сообщение", max_length=160, blank=True, default=""
    )
    last_message_type = models.CharField(
        "вид последнего сообщения",
        max_length=32,
        choices=MessageType.choices,
        blank=True,
        default="",
    )
    last_message_direction = models.CharField(
        "чьё последнее", max_length=16, choices=MessageDirection.choices, blank=True, default=""
    )
    last_message_at = models.DateTimeField("когда последнее", null=True, blank=True)
    unread_count = models.PositiveIntegerField("непрочитанных", default=0)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    updated_at = models.DateTimeField("изменено", auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "чат", "чаты"
        ordering = ["-last_message_at"]
        indexes = [models.Index(fields=["-last_message_at"], name="chatthread_recent")]

    def __str__(self) -> str:
        return f"чат: {self.user}"


class ChatMessage(models.Model):
    """One message of a conversation, either way."""

    Direction: TypeAlias = MessageDirection
    Type: TypeAlias = MessageType

    thread = models.ForeignKey(
        ChatThread, on_delete=models.CASCADE, related_name="messages", verbose_name="чат"
    )
    user = models.ForeignKey(
        TgUser, on_delete=models.CASCADE, related_name="chat_messages", verbose_name="пользователь"
    )
    direction = models.CharField("направление", max_length=16, choices=MessageDirection.choices)
    message_type = models.CharField("вид", max_length=32, choices=MessageType.choices)
    telegram_message_id = models.BigIntegerField("id сообщения в Telegram", null=True, blank=True)
    text = models.TextField("текст", blank=True, default="")
    media_file_id = models.CharField("id файла в Telegram", max_length=255, blank=True, default="")
    media_unique_id = models.CharField(
        "постоянный id файла", max_length=255, blank=True, default=""
    )
    media_file_name = models.CharField("имя файла", max_length=255, blank=True, default="")
    media_mime_type = models.CharField("тип файла", max_length=100, blank=True, default="")
    payload = models.JSONField("данные", default=dict, blank=True)
    message_date = models.DateTimeField("когда сказано")
    created_at = models.DateTimeField("создано", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "сообщение", "сообщения"
        ordering = ["message_date", "id"]
        indexes = [
            models.Index(fields=["thread", "-message_date"], name="chatmessage_thread_recent"),
            models.Index(fields=["direction", "-message_date"], name="chatmessage_direction"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
