"""Magic words in a prompt: every misfortune the product must survive."""

import time

import httpx
import pytest

from sandbox.config import Config
from sandbox.tests.gemini_play import KEY, MODEL, parts_of, refusal_of
from sandbox.tests.serving import run_sandbox


def test_a_blocked_prompt_is_http_200_without_candidates(ask):
    response = ask("[[policy]] кот")

    assert response.status_code == 200
    assert response.json()["promptFeedback"]["blockReason"] == "PROHIBITED_CONTENT"
    assert "candidates" not in response.json()


@pytest.mark.parametrize(
    ("word", "reason"),
    [("[[policy-end]]", "IMAGE_SAFETY"), ("[[unknown-finish]]", "COSMIC_INTERFERENCE")],
)
def test_a_stopped_picture_has_a_reason_and_no_content(ask, word, reason):
    [candidate] = ask(f"{word} кот").json()["candidates"]

    assert candidate["finishReason"] == reason
    assert candidate["content"] == {}


def test_too_many_requests_once_says_when_to_retry_then_succeeds(ask):
    first, second = ask("[[429]] кот"), ask("[[429]] кот")

    error = refusal_of(first)
    assert error["status"] == "RESOURCE_EXHAUSTED"
    [retry] = [d for d in error["details"] if d["@type"].endswith("google.rpc.RetryInfo")]
    assert retry["retryDelay"] == "2s"
    assert second.status_code == 200


def test_once_only_words_start_anew_after_a_reset(sandbox, ask):
    assert [ask("[[500]] кот").status_code for _ in range(2)] == [500, 200]

    sandbox.client.post("/__reset")

    assert ask("[[500]] кот").status_code == 500


def test_the_used_up_day_quota_stays_used_up(ask):
    for _ in range(2):
        error = refusal_of(ask("[[429-day]] кот"))
        quota_ids = [v["quotaId"] for d in error["details"] for v in d.get("violations", [])]
        assert "PerDay" in quota_ids[0]


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("[[500-always]]", 500, "INTERNAL"),
        ("[[503]]", 503, "UNAVAILABLE"),
        ("[[gone]]", 404, "NOT_FOUND"),
        ("[[nocredit]]", 400, "FAILED_PRECONDITION"),
        ("[[badkey]]", 400, "INVALID_ARGUMENT"),
    ],
)
def test_a_magic_word_refuses_every_time(ask, word, code, status):
    for _ in range(2):
        error = refusal_of(ask(f"кот {word}"))
        assert (error["code"], error["status"]) == (code, status)


def test_a_missing_picture_is_a_text_with_a_normal_stop(ask):
    response = ask("[[noimage]] кот")

    assert response.json()["candidates"][0]["finishReason"] == "STOP"
    assert [list(part) for part in parts_of(response)] == [["text"]]


def test_garbage_is_html_with_status_200(ask):
    response = ask("[[garbage]] кот")

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


def test_an_answer_lost_after_the_work_closes_the_socket(sandbox, ask):
    with pytest.raises(httpx.RemoteProtocolError):
        ask("[[timeout-after-accept]] кот")

    [call] = sandbox.client.get("/__calls").json()["calls"]
    assert (call["operation"], call["status"]) == ("generateContent", None)


def seconds_taken(config, prompt):
    with run_sandbox(config) as running:
        started = time.monotonic()
        response = running.client.post(
            f"/gemini/v1/models/{MODEL}:generateContent",
            json={"contents": [{"parts": [{"text": prompt}]}]},
            headers=KEY,
            timeout=30,
        )
        assert response.status_code == 200
        return time.monotonic() - started


def test_a_picture_takes_its_simulated_time():
    assert seconds_taken(Config(image_delay_s=0.7), "кот") >= 0.7


def test_magic_words_make_a_picture_slow_or_fast():
    assert seconds_taken(Config(image_delay_s=60, slow_delay_s=0.7), "[[slow]] кот") >= 0.7
    assert seconds_taken(Config(image_delay_s=60), "[[fast]] кот") < 30
