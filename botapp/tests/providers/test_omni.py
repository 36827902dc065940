"""Facts: providers.md section 1.8."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from botapp.catalog import Mode, Role
from botapp.providers.base import (
    BadSignatureError,
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    InputFile,
    Parent,
    ProviderError,
    Ready,
)
from botapp.providers.google import INLINE_BYTES_MAX
from botapp.providers.omni import Omni
from botapp.tests.providers import google_keys
from botapp.tests.providers.contract import (
    CallbackContract,
    CardContract,
    JobContract,
    answer,
    job,
)

ADAPTER = Omni(api_key="the-key", base_url="https://gemini.example")
NOW_S = 1_781_080_794.0
EVENT = b'{"type":"interaction.completed","version":"v1","data":{"id":"v1_x"}}'
URI = "https://generativelanguage.googleapis.com/v1beta/files/xyz:download?alt=media"
VIDEO = {"type": "video", "mime_type": "video/mp4", "uri": URI}
FIRST = InputFile(b"first", "image/png", Role.FIRST_FRAME)
LAST = InputFile(b"last", "image/jpeg", Role.LAST_FRAME)
FILM = InputFile(b"film", "video/quicktime", Role.VIDEO)
REFERENCES = tuple(InputFile(b"reference", "image/png", Role.REFERENCE) for _ in range(2))


def films(mode: Mode, *inputs: InputFile, **fields: Any) -> Any:
    """The body of the submit."""
    return ADAPTER.build_submit(job(mode=mode, inputs=inputs, **fields)).json_body


def content(body: dict[str, Any]) -> list[dict[str, Any]]:
    return list(body["input"][0]["content"])


def interaction(status: str, *contents: dict[str, Any], **fields: Any) -> dict[str, Any]:
    steps = [{"type": "model_output", "content": list(contents)}] if contents else []
    return {"id": "v1_x", "object": "interaction", "status": status, "steps": steps} | fields


def said(body: Any) -> bytes:
    return json.dumps(body).encode()


def encoded(body: Any) -> HttpAnswer:
    return answer(200, said(body))


def refusal(code: str | int, message: str = "", **fields: Any) -> bytes:
    return json.dumps({"error": {"code": code, "message": message} | fields}).encode()


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    example = job(mode=Mode.TEXT_TO_VIDEO, inputs=())
    refusals = [
        (400, refusal("invalid_request", "duration is too long"), Failure.BAD_INPUT),
        (400, refusal("invalid_request", "The prompt was blocked"), Failure.POLICY),
        (400, refusal("content_policy", "no"), Failure.POLICY),
        (400, refusal("invalid_request", "API key not valid"), Failure.AUTH),
        (400, refusal(400, "Billing", status="FAILED_PRECONDITION"), Failure.NO_PROVIDER_MONEY),
        (403, refusal("permission_denied", "the key is blocked"), Failure.AUTH),
        (404, refusal("not_found", "no such model"), Failure.MODEL_GONE),
        (429, refusal("rate_limited"), Failure.RATE),
        (500, refusal("internal"), Failure.TRANSIENT),
        (503, refusal(503, "busy", status="UNAVAILABLE"), Failure.TRANSIENT),
        (502, refusal("whatever"), Failure.UNKNOWN_SUBMIT),
    ]
    accepted = said(interaction("queued"))
    job_id = "v1_x"
    running = [
        said(interaction("queued")),
        said(interaction("in_progress")),
        said({"status": "queued"}),
    ]
    unheard = said(interaction("pondering", mood=1))
    done = said(interaction("completed", VIDEO))
    failed = [
        (said(interaction("failed", errors=[{"message": "broke"}])), Failure.EMPTY_RESULT),
        (said(interaction("failed", errors=[{"message": "Blocked by safety"}])), Failure.POLICY),
        (
            said(
                interaction("incomplete", steps=[{"error": {"code": 3, "message": "prohibited"}}])
            ),
            Failure.POLICY,
        ),
        (said(interaction("completed")), Failure.POLICY),
        (said(interaction("completed", {"type": "text", "text": "Sorry"})), Failure.EMPTY_RESULT),
        (said(interaction("cancelled")), Failure.EMPTY_RESULT),
        (said(interaction("budget_exceeded")), Failure.NO_PROVIDER_MONEY),
        (said(interaction("requires_action")), Failure.EMPTY_RESULT),
        (said({"status": "completed", "outputs": []}), Failure.POLICY),
    ]


def callback(body: bytes, signature: str, at: float = NOW_S) -> Callback:
    headers = {"webhook-signature": signature, "webhook-timestamp": str(int(at))}
    return Callback(headers, body, NOW_S)


class TestCallbacks(CallbackContract):
    adapter = ADAPTER
    job_id = "v1_x"
    keys = HttpAnswer(200, {}, google_keys.published())
    callback = callback(EVENT, google_keys.signed({"iss": "google", "iat": int(NOW_S)}))


def test_the_request_is_what_the_documentation_names():
    params = {"duration": 5, "resolution": "720p", "aspect_ratio": "9:16"}
    asked = job(
        reference="ABC-1",
        mode=Mode.IMAGE_TO_VIDEO,
        inputs=(FIRST,),
        params=params,
        callback_url="https://bot.example/hook",
    )

    call = ADAPTER.build_submit(asked)

    assert (call.method, call.url) == ("POST", "https://gemini.example/v1/interactions")
    assert call.json_body == {
        "model": "the-model",
        "background": True,
        "store": True,
        "generation_config": {"video_config": {"task": "image_to_video"}},
        "input": [
            {
                "type": "user_input",
                "content": [
                    {"type": "image", "mime_type": "image/png", "data": "Zmlyc3Q="},
                    {"type": "text", "text": "<FIRST_FRAME> кот"},
                ],
            }
        ],
        "response_format": {
            "type": "video",
            "delivery": "uri",
            "aspect_ratio": "9:16",
            "resolution": "720p",
            "duration": "5s",
        },
        "labels": {"job": "abc-1"},
        "webhook_config": {
            "uris": ["https://bot.example/hook"],
            "user_metadata": {"job": "ABC-1"},
        },
    }


def test_frames_come_first_to_last_whatever_the_order_they_were_given_in():
    first, last, text = content(films(Mode.FRAMES_TO_VIDEO, LAST, FIRST))

    assert (first["data"], last["data"]) == ("Zmlyc3Q=", "bGFzdA==")
    assert text["text"] == "<FIRST_FRAME> <LAST_FRAME> кот"


def test_every_reference_has_a_name_in_the_prompt_even_when_two_are_alike():
    body = films(Mode.REFERENCES_TO_VIDEO, *REFERENCES)

    text = content(body)[-1]["text"]
    assert text == "[# References <IMAGE_REF_0>@Image1 <IMAGE_REF_1>@Image2] кот"
    assert body["generation_config"]["video_config"]["task"] == "reference_to_video"


def test_a_film_is_edited_with_references_beside_it():
    body = films(Mode.VIDEO_TO_VIDEO, REFERENCES[0], FILM)

    film, reference, text = content(body)
    assert (film["type"], film["mime_type"]) == ("video", "video/mov")
    assert reference["type"] == "image"
    assert text["text"] == "[# References <IMAGE_REF_0>@Image1] кот"
    assert body["generation_config"]["video_config"]["task"] == "edit"


def test_an_uploaded_film_is_continued_by_its_bytes():
    body = films(Mode.EXTEND, FILM)

    assert [part["type"] for part in content(body)] == ["video", "text"]
    assert body["generation_config"]["video_config"]["task"] == "extend"
    assert "previous_interaction_id" not in body


def test_an_own_film_is_continued_by_its_interaction():
    body = films(Mode.EXTEND, FILM, parent=Parent("v1_before", 0))

    assert [part["type"] for part in content(body)] == ["text"]
    assert body["previous_interaction_id"] == "v1_before"


def test_files_that_do_not_fit_are_refused_before_they_are_sent():
    film = InputFile(bytes(INLINE_BYTES_MAX * 3 // 4), "video/mp4", Role.VIDEO)

    with pytest.raises(ProviderError) as refused:
        films(Mode.EXTEND, film)

    assert refused.value.failure is Failure.BAD_INPUT


def test_a_picture_is_not_a_film():
    with pytest.raises(ProviderError) as refused:
        films(Mode.TEXT_TO_IMAGE)

    assert refused.value.failure is Failure.BAD_INPUT


@pytest.mark.parametrize(
    "body",
    [interaction("completed", VIDEO), {"status": "completed", "outputs": [VIDEO]}],
)
def test_a_film_is_behind_its_file_in_both_shapes_of_answers(body):
    outcome = ADAPTER.read_poll(encoded(body), {})

    assert isinstance(outcome, Ready)
    assert outcome.call.url == "https://gemini.example/v1/files/xyz"


def test_the_films_address_is_ours_with_the_key_in_a_header():
    file = {"name": "files/xyz", "mimeType": "video/mp4", "state": "ACTIVE"}

    [media] = ADAPTER.read_result(encoded(file)).media

    assert media.url == "https://gemini.example/v1/files/xyz:download?alt=media"
    assert media.download_headers == {"x-goog-api-key": "the-key"}


@pytest.mark.parametrize(
    ("file", "failure"),
    [
        ({"name": "files/xyz", "state": "PROCESSING"}, Failure.TRANSIENT),
        ({"name": "files/xyz", "state": "FAILED"}, Failure.EMPTY_RESULT),
        ({"name": "files/xyz", "state": "FAILED", "error": {"message": "safety"}}, Failure.POLICY),
        ({"name": "projects/x/secrets"}, Failure.TRANSIENT),
    ],
)
def test_a_file_that_is_not_ready_is_asked_about_again_and_a_bad_one_is_not(file, failure):
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_result(encoded(file))

    assert refused.value.failure is failure


def test_a_small_film_may_come_inside_the_answer():
    data = base64.b64encode(b"mp4").decode()
    outcome = ADAPTER.read_poll(
        encoded(interaction("completed", {"type": "video", "data": data})), {}
    )

    assert isinstance(outcome, Finished)
    assert outcome.media[0].data == b"mp4"


def test_thoughts_are_no_result():
    body = interaction("completed")
    body["steps"] = [{"type": "user_input", "content": [VIDEO]}, {"type": "thought"}]

    with pytest.raises(ProviderError):
        ADAPTER.read_poll(encoded(body), {})


def test_only_an_interaction_that_says_it_is_cancelled_is_stopped():
    call = ADAPTER.build_cancel("v1_x", {})

    assert call is not None
    assert (call.method, call.url) == (
        "POST",
        "https://gemini.example/v1/interactions/v1_x/cancel",
    )
    assert ADAPTER.read_cancel(encoded(interaction("cancelled"))) is True
    assert ADAPTER.read_cancel(encoded(interaction("in_progress"))) is False
    assert ADAPTER.read_cancel(answer(400, refusal("invalid_request"))) is False


def test_a_lost_job_cannot_be_asked_for():
    assert ADAPTER.build_recovery("r-1") is None


def test_a_callback_signed_by_another_key_is_nobodys():
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    with pytest.raises(BadSignatureError):
        ADAPTER.read_callback(
            callback(EVENT, google_keys.signed({"iat": NOW_S}, stranger)), TestCallbacks.keys
        )


def test_a_callback_whose_signature_has_no_time_is_as_old_as_its_header_says():
    signature = google_keys.signed({"iss": "google"})

    assert ADAPTER.read_callback(callback(EVENT, signature), TestCallbacks.keys) == "v1_x"
    with pytest.raises(BadSignatureError):
        ADAPTER.read_callback(callback(EVENT, signature, NOW_S - 301), TestCallbacks.keys)


def test_the_signature_prevails_over_the_body_it_does_not_cover():
    signature = google_keys.signed({"iat": int(NOW_S), "data": {"id": "v1_signed"}})

    assert ADAPTER.read_callback(callback(EVENT, signature), TestCallbacks.keys) == "v1_signed"


@pytest.mark.parametrize("body", [b"{}", b"", b"[]", b'{"data": {"id": 1}}'])
def test_a_signed_callback_that_names_no_job_is_bad_input(body):
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_callback(
            callback(body, google_keys.signed({"iat": int(NOW_S)})), TestCallbacks.keys
        )

    assert refused.value.failure is Failure.BAD_INPUT


def test_published_keys_are_asked_for_without_ours():
    call = ADAPTER.build_callback_keys()

    assert call is not None
    assert call.url == "https://gemini.example/.well-known/jwks.json"
    assert call.headers == {}
