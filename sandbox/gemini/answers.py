"""Answer bodies of generateContent (facts: provider notes, sections 1.3 and 1.4)."""

import base64
import hashlib
import uuid
from collections import Counter
from typing import Any

from sandbox.gemini.models import Model
from sandbox.gemini.question import AUDIO_MIMES, IMAGE_MIMES, Medium, Question

_TOKENS_PER_IMAGE = 258
_CHARACTERS_PER_TOKEN = 4
_THOUGHT_TOKENS = 90

Answer = dict[str, Any]


def with_image(
    question: Question, model: Model, *, png: bytes, draft_png: bytes | None, note: str
) -> Answer:
    """A note, a thought draft if there is one, and the picture as the last part."""
    drafts = [] if draft_png is None else [{**_inline(draft_png), "thought": True}]
    signature = base64.b64encode(hashlib.sha256(png).digest()).decode()
    picture = {**_inline(png), "thoughtSignature": signature}
    return _whole(
        model,
        candidate=_candidate("STOP", [{"text": note}, *drafts, picture]),
        usage=_usage(question, {"IMAGE": model.image_tokens[question.size]}),
    )


def with_text(question: Question, model: Model, text: str) -> Answer:
    return _whole(
        model,
        candidate=_candidate("STOP", [{"text": text}]),
        usage=_usage(question, {"TEXT": _text_tokens(text)}),
    )


def stopped(question: Question, model: Model, finish_reason: str) -> Answer:
    """A candidate that ended without content."""
    candidate = {"index": 0, "finishReason": finish_reason, "content": {}}
    return _whole(model, candidate=candidate, usage=_usage(question, {}))


def prompt_blocked(question: Question, model: Model) -> Answer:
    whole = _whole(model, candidate=None, usage=_usage(question, {}))
    return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}} | whole


def _whole(model: Model, *, candidate: dict[str, Any] | None, usage: dict[str, Any]) -> Answer:
    return ({} if candidate is None else {"candidates": [candidate]}) | {
        "usageMetadata": usage,
        "modelVersion": model.id,
        "responseId": uuid.uuid4().hex,
    }


def _candidate(finish_reason: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "index": 0,
        "finishReason": finish_reason,
        "content": {"role": "model", "parts": parts},
    }


def _inline(png: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(png).decode()}}


def _usage(question: Question, answered: dict[str, int]) -> dict[str, Any]:
    asked = Counter({"TEXT": _text_tokens(question.all_text)})
    for medium in question.media:
        asked[_modality(medium)] += _TOKENS_PER_IMAGE
    total = asked.total() + sum(answered.values())
    usage: dict[str, Any] = {
        "promptTokenCount": asked.total(),
        "promptTokensDetails": _details(asked),
    }
    if answered:
        usage["candidatesTokenCount"] = sum(answered.values())
        usage["candidatesTokensDetails"] = _details(answered)
        usage["thoughtsTokenCount"] = _THOUGHT_TOKENS
        total += _THOUGHT_TOKENS
    return usage | {"totalTokenCount": total}


def _modality(medium: Medium) -> str:
    if medium.mime in AUDIO_MIMES:
        return "AUDIO"
    return "IMAGE" if medium.mime in IMAGE_MIMES else "VIDEO"


def _details(tokens: dict[str, int]) -> list[dict[str, Any]]:
    return [{"modality": modality, "tokenCount": count} for modality, count in tokens.items()]


def _text_tokens(text: str) -> int:
    return 1 + len(text) // _CHARACTERS_PER_TOKEN
