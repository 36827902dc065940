"""The text model as a translator: one question out, one text in (providers.md 1.4, 1.6)."""

import base64
import json

import pytest

from botapp.providers.base import Failure, HttpAnswer, InputFile, ProviderError
from botapp.providers.gemini_text import GeminiText, Link
from botapp.tests.texts import USAGE_COST_USD, text_answer

MODEL = GeminiText(api_key="the-key", base_url="http://gemini.test")


def read(body, status=200):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return MODEL.read(HttpAnswer(status, {}, content))


def failure(body, status=200):
    with pytest.raises(ProviderError) as caught:
        read(body, status)
    return caught.value.failure


def test_words_files_and_links_go_out_in_their_order():
    film = InputFile(b"frames", "video/quicktime")
    call = MODEL.build(("кот", film, Link("https://youtu.be/x")), "Improve it.", "gemini-9-flash")

    assert call.url == "http://gemini.test/v1/models/gemini-9-flash:generateContent"
    assert call.headers == {"x-goog-api-key": "the-key"}
    assert call.json_body == {
        "systemInstruction": {"parts": [{"text": "Improve it."}]},
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"text": "кот"},
                    {
                        "inlineData": {
                            "mimeType": "video/mov",
                            "data": base64.b64encode(b"frames").decode(),
                        }
                    },
                    {"fileData": {"fileUri": "https://youtu.be/x"}},
                ],
            }
        ],
        "generationConfig": {"temperature": 0.3, "topP": 0.9},
    }


def test_files_too_large_for_one_request_are_not_sent():
    with pytest.raises(ProviderError) as caught:
        MODEL.build((InputFile(bytes(80 * 1024 * 1024), "video/mp4"),), "", "m")

    assert caught.value.failure is Failure.BAD_INPUT


def test_the_text_is_what_is_said_without_the_thoughts():
    assert read(text_answer(" Рыжий кот\0 ")).text == "Рыжий кот"


def test_thoughts_are_paid_like_what_is_said():
    assert read(text_answer("кот")).cost_usd == USAGE_COST_USD


@pytest.mark.parametrize("usage", [None, [], {}, {"promptTokenCount": "many"}])
def test_an_answer_that_counts_nothing_costs_nothing_known(usage):
    assert read(text_answer("кот") | {"usageMetadata": usage}).cost_usd == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, Failure.POLICY),
        ({"candidates": [{"finishReason": "SAFETY", "content": {}}]}, Failure.POLICY),
        ({"candidates": [{"finishReason": "MAX_TOKENS"}]}, Failure.EMPTY_RESULT),
        (text_answer("  "), Failure.EMPTY_RESULT),
        ([], Failure.UNKNOWN_SUBMIT),
        (b"<html>", Failure.UNKNOWN_SUBMIT),
    ],
)
def test_an_answer_without_words_says_why(body, expected):
    assert failure(body) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, Failure.MODEL_GONE), (429, Failure.RATE), (503, Failure.TRANSIENT)],
)
def test_refusals_are_googles(status, expected):
    assert failure({"error": {"status": "X", "message": "no"}}, status) is expected
