"""Removes whatever opens a door from texts that are kept or sent."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from config.logging import mask_secrets
from config.providers import secrets_of

SECRET_LENGTH_MIN = 6

# Telegram's initData, raw or percent-encoded: whoever has it acts as the person.
INIT_DATA = re.compile(r"[^\s\"']*auth_date(?:=|%3D)[^\s\"']*", re.IGNORECASE)
AUTHORIZATION = re.compile(r"\b(Bearer|Basic|tma)\s+[^\s\"',]{6,}", re.IGNORECASE)
# Providers' keys by their usual look, also those that are not ours.
KEY_LOOK = re.compile(r"(?:AIza[\w-]{30,}|\bsk-[\w-]{16,}|r8_\w{20,})")


def mask(text: str) -> str:
    """The text without our own secrets, bot tokens, API keys and initData."""
    for secret in _own_secrets():
        if len(secret) >= SECRET_LENGTH_MIN:
            text = text.replace(secret, "***")
    text = INIT_DATA.sub("***", text)
    text = AUTHORIZATION.sub(r"\1 ***", text)
    return mask_secrets(KEY_LOOK.sub("***", text))


def _own_secrets() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield settings.TELEGRAM_BOT_TOKEN
    yield settings.TG_WEBHOOK_SECRET
    yield settings.METRICS_TOKEN
    yield settings.LAVA_API_KEY
    yield from secrets_of(settings.PROVIDERS)
    yield from settings.LAVA_WEBHOOK_API_KEYS
    for credentials in settings.LAVA_WEBHOOK_BASIC:
        yield credentials.partition(":")[2]
    yield str(settings.DATABASES["default"].get("PASSWORD", ""))
    yield urlsplit(settings.REDIS_URL).password or ""
    yield settings.STORAGES["default"].get("OPTIONS", {}).get("secret_key") or ""
