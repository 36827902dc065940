"""What was said in the chats, and which updates were handled."""

from django.db import models
from django.utils import timezone

from botapp.models.users import TgUser


class TelegramUpdate(models.Model):
    """An update Telegram sent: delivered at least once, handled once.

    `handled_at` is empty while it is being handled and after a failure worth repeating.
    """

    update_id = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "апдейт", "апдейты Telegram"
        indexes = [models.Index(fields=["received_at"], name="telegramupdate_received")]

    def __str__(self) -> str:
        return str(self.update_id)


class ChatThread(models.Model):
    """One person's conversation with the bot, as operators list it."""

    user = models.OneToOneField(TgUser, on_delete=models.CASCADE, related_name="chat_thread")
    last_message_text = models.CharField(max_length=160, blank=True, default="")
    last_message_type = models.CharField(max_length=32, blank=True, default="")
    last_message_direction = models.CharField(max_length=16, blank=True, default="")
    last_message_at = models.DateTimeField(null=True, blank=True)
    unread_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "чат", "чаты"
        ordering = ["-last_message_at"]
        indexes = [models.Index(fields=["-last_message_at"], name="chatthread_recent")]

    def __str__(self) -> str:
        return f"чат {self.user_id}"


class ChatMessage(models.Model):
    """One message of a conversation, either way."""

    class Direction(models.TextChoices):
        INCOMING = "incoming", "от пользователя"
        OUTGOING = "outgoing", "от бота"

    class Type(models.TextChoices):
        TEXT = "text", "текст"
        PHOTO = "photo", "фото"
        VIDEO = "video", "видео"
        DOCUMENT = "document", "файл"
        AUDIO = "audio", "аудио"
        VOICE = "voice", "голосовое"
        STICKER = "sticker", "стикер"
        BUTTON = "button", "кнопка"
        OTHER = "other", "другое"

    thread = models.ForeignKey(ChatThread, on_delete=models.CASCADE, related_name="messages")
    user = models.ForeignKey(TgUser, on_delete=models.CASCADE, related_name="chat_messages")
    direction = models.CharField(max_length=16, choices=Direction.choices)
    message_type = models.CharField(max_length=32, choices=Type.choices)
    telegram_message_id = models.BigIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, default="")
    media_file_id = models.CharField(max_length=255, blank=True, default="")
    media_unique_id = models.CharField(max_length=255, blank=True, default="")
    media_file_name = models.CharField(max_length=255, blank=True, default="")
    media_mime_type = models.CharField(max_length=100, blank=True, default="")
    payload = models.JSONField(default=dict, blank=True)
    message_date = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "сообщение", "сообщения"
        ordering = ["message_date", "id"]
        indexes = [
            models.Index(fields=["thread", "-message_date"], name="chatmessage_thread_recent"),
            models.Index(fields=["direction", "-message_date"], name="chatmessage_direction"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
