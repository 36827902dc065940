"""One short message in the operators' chat, not one for each failure."""

import logging
import time
from typing import TYPE_CHECKING

import httpx
from django.conf import settings
from django.core.cache import cache
from redis import RedisError

if TYPE_CHECKING:
    # Logging is configured before models can be imported.
    from botapp.models import BotErrorEvent

ALERT_LENGTH_MAX = 400
TIMEOUT_S = 5.0

logger = logging.getLogger(__name__)

# For when the shared memory of alerts is away: the cooldown of this process alone.
_alerted_at_s: dict[str, float] = {}


def alert_operators(event: "BotErrorEvent") -> None:
    """Tell the operators' chat, at most once per cooldown for the same kind of failure."""
    refusal = f"{event.extra.get('provider', '')}:{event.extra.get('failure', '')}"
    kind = f"alert:{event.origin}:{event.handler}:{event.error_class}:{refusal}"
    if not settings.ERROR_ALERT_CHAT_ID or not _is_due(kind):
        return
    text = f"⚠️ {event.origin} · {event.handler}\n{event.error_class}: {event.message}"
    address = f"{settings.TELEGRAM_API_BASE_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/sendMessage"
    body = {"chat_id": settings.ERROR_ALERT_CHAT_ID, "text": text[:ALERT_LENGTH_MAX]}
    try:
        httpx.post(address, json=body, timeout=TIMEOUT_S)
    except httpx.HTTPError:
        logger.warning("Could not alert the operators' chat")


def _is_due(kind: str) -> bool:
    cooldown_s = settings.ERROR_ALERT_COOLDOWN_S
    try:
        return cache.add(kind, 1, timeout=cooldown_s)
    except RedisError:
        now_s = time.monotonic()
        if now_s - _alerted_at_s.get(kind, -cooldown_s) < cooldown_s:
            return False
        _alerted_at_s[kind] = now_s
        return True
