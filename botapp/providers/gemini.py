"""Google Gemini API, images: `models/{model}:generateContent` (providers.md sections 1.1–1.5)."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botapp.providers.base import (
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    Job,
    Media,
    Outcome,
    Provider,
    ProviderError,
)
from botapp.providers.google import check_size, dicts, inline, refusal

# 4K pictures of the Pro model take up to three minutes.
TIMEOUT_S = 300.0

POLICY_REASONS = frozenset(
    {
        "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY", "JAILBREAK",
        "IMAGE_PROHIBITED_CONTENT", "RECITATION", "IMAGE_RECITATION", "MODEL_ARMOR",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Gemini(Provider):
    """Synchronous: the answer to the submit is the picture, one picture a call."""

    api_key: str
    base_url: str

    slug: ClassVar[str] = "gemini"
    one_result_per_call: ClassVar[bool] = True

    def build_submit(self, job: Job) -> HttpCall:
        check_size(job.inputs)
        files = [
            {"inlineData": {"mimeType": file.mime_type, "data": inline(file)}}
            for file in job.inputs
        ]
        image_config = {
            name: job.params[param]
            for name, param in (("aspectRatio", "aspect_ratio"), ("imageSize", "image_size"))
            if job.params.get(param)
        }
        generation_config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
        if image_config:
            generation_config["imageConfig"] = image_config
        return HttpCall(
            method="POST",
            url=f"{self.base_url}/v1/models/{job.provider_model}:generateContent",
            headers={"x-goog-api-key": self.api_key},
            timeout_s=TIMEOUT_S,
            json_body={
                "contents": [{"role": "user", "parts": [{"text": job.prompt}, *files]}],
                "generationConfig": generation_config,
            },
        )

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        if answer.status != 200:
            raise refusal(answer)
        body = answer.json(unreadable=Failure.UNKNOWN_SUBMIT)
        if not isinstance(body, dict):
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "the answer is not an object")
        images = list(_images(body))
        if not images:
            raise empty(body, what="picture")
        # Earlier ones are drafts of the same picture.
        return Finished(media=(images[-1],), metadata=_metadata(body))


def _images(body: dict[str, Any]) -> Iterator[Media]:
    for part in parts(body):
        inline = part.get("inlineData") or part.get("inline_data")
        if part.get("thought") or not isinstance(inline, dict):
            continue
        mime_type = str(inline.get("mimeType") or inline.get("mime_type") or "")
        if not mime_type.startswith("image/"):
            continue
        try:
            data = base64.b64decode(str(inline.get("data", "")), validate=True)
        except binascii.Error as error:
            raise ProviderError(Failure.EMPTY_RESULT, "the picture is not base64") from error
        yield Media(data=data, mime_type=mime_type)


def parts(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for candidate in dicts(body.get("candidates")):
        content = candidate.get("content")
        if isinstance(content, dict):
            yield from dicts(content.get("parts"))


def empty(body: dict[str, Any], *, what: str) -> ProviderError:
    """Blocks are HTTP 200: the reason stands in the feedback or in the candidate (section 1.4)."""
    feedback = body.get("promptFeedback")
    reasons = [str(item.get("finishReason")) for item in dicts(body.get("candidates"))]
    if isinstance(feedback, dict) and feedback.get("blockReason"):
        reason = str(feedback["blockReason"])
        # Every block of the prompt is a refusal, also one with an unknown name.
        return ProviderError(Failure.POLICY, f"prompt blocked: {reason}")
    policy = next((reason for reason in reasons if reason in POLICY_REASONS), None)
    if policy:
        return ProviderError(Failure.POLICY, f"{what} blocked: {policy}")
    return ProviderError(Failure.EMPTY_RESULT, f"no {what}: {', '.join(reasons) or 'no candidate'}")


def _metadata(body: dict[str, Any]) -> dict[str, Any]:
    usage = body.get("usageMetadata")
    tokens = usage.get("totalTokenCount") if isinstance(usage, dict) else None
    return {
        "response_id": str(body.get("responseId", "")),
        "model_version": str(body.get("modelVersion", "")),
        "total_tokens": tokens,
    }
