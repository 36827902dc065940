"""Text tasks and the text model, as tests need them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from botapp.business import text_tasks
from botapp.models import TextTask, TgUser

LEASE_S = 60.0
USAGE = {"promptTokenCount": 2000, "thoughtsTokenCount": 300, "candidatesTokenCount": 100}
USAGE_COST_USD = Decimal("0.003")


def text_answer(text: str) -> dict[str, Any]:
    """What generateContent answers with words, a thought among them (providers.md 1.6)."""
    said = [{"text": "Let me think", "thought": True}, {"text": text}]
    return {
        "candidates": [{"finishReason": "STOP", "content": {"parts": said}}],
        "usageMetadata": USAGE,
    }


def begin(user: TgUser, *, key: str = "text:1", **changes: Any) -> TextTask:
    """An improvement of a prompt, unless `changes` say otherwise."""
    wanted: dict[str, Any] = {
        "user_id": user.pk,
        "chat_id": user.chat_id,
        "kind": TextTask.Kind.IMPROVE,
        "prompt": "кот на луне",
    }
    return text_tasks.start(text_tasks.NewTextTask(key=key, **wanted | changes)).task


def claim(*, after_s: float = 1.0) -> TextTask | None:
    return text_tasks.claim(now=soon(after_s), lease_s=LEASE_S)


def soon(after_s: float = 1.0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=after_s)
