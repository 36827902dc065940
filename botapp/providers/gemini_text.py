"""Google Gemini API, texts: words, pictures, films and speech in, words out (providers.md 1.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botapp.providers.base import Failure, HttpAnswer, HttpCall, InputFile, ProviderError
from botapp.providers.gemini import empty, parts
from botapp.providers.google import check_size, inline, refusal, video_mime

TIMEOUT_S = 120.0
# Close to what is asked, with a little freedom (product.md 1.7).
TEMPERATURE, TOP_P = 0.3, 0.9
# Dollars for a million tokens in and out (providers.md 1.9); other models are counted alike.
USD_PER_MILLION_IN, USD_PER_MILLION_OUT = Decimal("0.75"), Decimal("3.75")
MILLION = 1_000_000


@dataclass(frozen=True)
class Written:
    """What the model said, and what the question cost us."""

    text: str
    cost_usd: Decimal


@dataclass(frozen=True)
class Link:
    """A file that Google fetches itself: an uploaded one, or a public film."""

    url: str
    mime_type: str = ""


Part = str | InputFile | Link


@dataclass(frozen=True)
class GeminiText:
    """Synchronous: the answer to the question is the text."""

    api_key: str
    base_url: str

    def build(self, parts: Sequence[Part], system: str, model: str) -> HttpCall:
        """One question. Raises ProviderError(BAD_INPUT) for files too large for one request."""
        check_size(tuple(part for part in parts if isinstance(part, InputFile)))
        return HttpCall(
            method="POST",
            url=f"{self.base_url}/v1/models/{model}:generateContent",
            headers={"x-goog-api-key": self.api_key},
            timeout_s=TIMEOUT_S,
            json_body={
                "systemInstruction": {"parts": [{"text": system}]},
                "contents": [{"role": "user", "parts": [_as_json(part) for part in parts]}],
                "generationConfig": {"temperature": TEMPERATURE, "topP": TOP_P},
            },
        )

    def read(self, answer: HttpAnswer) -> Written:
        """The text without thoughts and blank edges. Raises ProviderError where there is none."""
        if answer.status != 200:
            raise refusal(answer)
        body = answer.json(unreadable=Failure.UNKNOWN_SUBMIT)
        if not isinstance(body, dict):
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "the answer is not an object")
        said = [part["text"] for part in parts(body) if _is_said(part)]
        # Postgres has no NUL in texts.
        text = "".join(said).replace("\0", "").strip()
        if not text:
            raise empty(body, what="text")
        return Written(text, _cost_usd(body.get("usageMetadata")))


def _cost_usd(usage: Any) -> Decimal:
    """Thoughts are paid like what is said; an answer that counts nothing costs nothing known."""
    counts = usage if isinstance(usage, dict) else {}

    def count(name: str) -> int:
        number = counts.get(name)
        return number if isinstance(number, int) else 0

    said = count("candidatesTokenCount") + count("thoughtsTokenCount")
    asked = count("promptTokenCount")
    return (asked * USD_PER_MILLION_IN + said * USD_PER_MILLION_OUT) / MILLION


def _is_said(part: dict[str, Any]) -> bool:
    return not part.get("thought") and isinstance(part.get("text"), str)


def _as_json(part: Part) -> dict[str, Any]:
    match part:
        case str():
            return {"text": part}
        case Link():
            kind = {"mimeType": part.mime_type} if part.mime_type else {}
            return {"fileData": kind | {"fileUri": part.url}}
        case InputFile():
            return {"inlineData": {"mimeType": video_mime(part.mime_type), "data": inline(part)}}
