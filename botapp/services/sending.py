"""One message of a delivery: its files, and the lease that holds while Telegram takes it."""

from datetime import timedelta
from typing import TypeVar

from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from django.utils import timezone

from botapp import telegram
from botapp.business import generation
from botapp.models import GenRequest, GenResult, TextTask
from botapp.services import files
from botapp.texts import generation as texts

T = TypeVar("T")

# Longer than Telegram may take for the largest upload (telegram.call).
LEASE_S = 180.0
# Telegram's limits (payments_telegram.md B4).
UPLOAD_BYTES_MAX = 50 * 1024 * 1024
ALBUM_MAX = 10


def send(order: GenRequest, method: TelegramMethod[T]) -> T:
    """Send it and wait for the answer; raises aiogram's TelegramAPIError."""
    # A delivery of many files lasts longer than one lease.
    generation.deliver_later(generation_id=order.pk, at=timezone.now() + timedelta(seconds=LEASE_S))
    return telegram.call(as_wished(order, method))


def as_wished(order: GenRequest | TextTask, method: TelegramMethod[T]) -> TelegramMethod[T]:
    """Without a sound for who wants none."""
    wishes = order.user.settings
    is_loud = wishes.notifications_enabled and wishes.notify_on_completion
    if is_loud or "disable_notification" not in type(method).model_fields:
        return method
    return method.model_copy(update={"disable_notification": True})


def upload(order: GenRequest, result: GenResult) -> BufferedInputFile:
    """The stored result under a name that says what it is. Raises FileNotFoundError."""
    extension = files.EXTENSIONS[result.mime_type]
    name = f"{order.ai_model.slug}-{order.pk}-{result.index + 1}.{extension}"
    return BufferedInputFile(files.read(result.storage_key), name)


def is_film(result: GenResult) -> bool:
    return result.mime_type.startswith("video/")


def link_text(result: GenResult) -> str:
    """Where to fetch what Telegram does not take."""
    url = files.url_for(result.storage_key, lifetime=files.RESULT_LIFETIME)
    return texts.link(url=url, days=files.RESULT_LIFETIME.days, size_bytes=result.size_bytes)
