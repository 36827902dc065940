"""Facts: providers.md sections 1.10 and 2.1."""

import base64
import json
import time
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from botapp.catalog import Mode, Role
from botapp.providers.base import Failure, Finished, HttpAnswer, InputFile, ProviderError
from botapp.providers.vertex import Vertex
from botapp.tests.providers import google_keys
from botapp.tests.providers.contract import CardContract, JobContract, answer, job

TOKEN_URI = "https://oauth2.example/token"
ADAPTER = Vertex(
    credentials_json=google_keys.service_account(TOKEN_URI),
    project="p",
    location="us-central1",
    base_url="",
)
MODEL = "projects/p/locations/us-central1/publishers/google/models/the-model"
NAME = f"{MODEL}/operations/1111"
FIRST = InputFile(b"first", "image/png", Role.FIRST_FRAME)
LAST = InputFile(b"last", "image/png", Role.LAST_FRAME)
ENCODED_FIRST = {"bytesBase64Encoded": "Zmlyc3Q=", "mimeType": "image/png"}


def asked(mode: Mode, *inputs: InputFile, **params: Any) -> Any:
    return ADAPTER.build_submit(job(mode=mode, inputs=inputs, params=params)).json_body


def finished(**fields: Any) -> dict[str, Any]:
    return {"name": NAME, "done": True} | fields


def film(data: bytes) -> dict[str, str]:
    return {"bytesBase64Encoded": base64.b64encode(data).decode(), "mimeType": "video/mp4"}


def said(body: Any) -> bytes:
    return json.dumps(body).encode()


def refusal(status: str, message: str = "", **detail: Any) -> bytes:
    details = [detail] if detail else []
    error = {"status": status, "message": message, "details": details}
    return said({"error": error})


class TestContract(JobContract, CardContract):
    adapter = ADAPTER
    example = job(mode=Mode.TEXT_TO_VIDEO, inputs=())
    refusals = [
        (400, refusal("INVALID_ARGUMENT", "bad duration"), Failure.BAD_INPUT),
        (400, refusal("INVALID_ARGUMENT", "violates our usage guidelines"), Failure.POLICY),
        (401, refusal("UNAUTHENTICATED"), Failure.AUTH),
        (403, refusal("PERMISSION_DENIED", "blocked"), Failure.AUTH),
        (403, refusal("PERMISSION_DENIED", reason="BILLING_DISABLED"), Failure.NO_PROVIDER_MONEY),
        (404, refusal("NOT_FOUND"), Failure.MODEL_GONE),
        (429, refusal("RESOURCE_EXHAUSTED"), Failure.RATE),
        (500, refusal("INTERNAL"), Failure.TRANSIENT),
        (503, refusal("UNAVAILABLE"), Failure.TRANSIENT),
        (502, b"<html>", Failure.UNKNOWN_SUBMIT),
        (200, said({"name": "projects/p"}), Failure.UNKNOWN_SUBMIT),
    ]
    accepted = said({"name": NAME})
    job_id = NAME
    running = [said({"name": NAME}), said({"name": NAME, "done": False})]
    unheard = said({"name": NAME, "done": "perhaps", "metadata": {"state": "PONDERING"}})
    done = said(finished(response={"videos": [film(b"mp4")]}))
    failed = [
        (
            said(
                finished(response={"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["5806"]})
            ),
            Failure.POLICY,
        ),
        (said(finished(response={"videos": []})), Failure.EMPTY_RESULT),
        (said(finished(response={"videos": [{"gcsUri": "gs://x/y"}]})), Failure.EMPTY_RESULT),
        (said(finished()), Failure.EMPTY_RESULT),
        (said(finished(error={"code": 3, "message": "Responsible AI"})), Failure.POLICY),
        (said(finished(error={"code": 3, "message": "a broken picture"})), Failure.BAD_INPUT),
        (said(finished(error={"code": 8, "message": "quota"})), Failure.EMPTY_RESULT),
        (said(finished(error={"code": 14, "message": "unavailable"})), Failure.EMPTY_RESULT),
    ]

    def test_the_poll_asks_for_this_job_with_the_key_in_a_header_only(self):
        call = ADAPTER.build_poll(NAME, {})

        assert call.token is not None
        assert NAME in str(call.json_body)

    def test_the_call_carries_the_key_in_a_header_only(self):
        call = ADAPTER.build_submit(self.the_job)

        assert call.token is not None
        assert "PRIVATE" not in repr(call)
        assert "PRIVATE" not in repr(ADAPTER)


def test_the_request_is_what_the_documentation_names():
    call = ADAPTER.build_submit(
        job(
            mode=Mode.FRAMES_TO_VIDEO,
            inputs=(LAST, FIRST),
            params={
                "aspect_ratio": "16:9",
                "resolution": "1080p",
                "duration": 8,
                "audio": True,
                "negative_prompt": "rain",
                "seed": 5,
                "count": 2,
            },
        )
    )

    host = "us-central1-aiplatform.googleapis.com"
    assert (call.method, call.url) == ("POST", f"https://{host}/v1beta1/{MODEL}:predictLongRunning")
    assert call.json_body == {
        "instances": [
            {
                "prompt": "кот",
                "image": ENCODED_FIRST,
                "lastFrame": {"bytesBase64Encoded": "bGFzdA==", "mimeType": "image/png"},
            }
        ],
        "parameters": {
            "sampleCount": 2,
            "durationSeconds": 8,
            "aspectRatio": "16:9",
            "resolution": "1080p",
            "negativePrompt": "rain",
            "seed": 5,
            "generateAudio": True,
        },
    }


def test_what_was_not_chosen_is_not_sent():
    body = asked(Mode.TEXT_TO_VIDEO, seed=0, negative_prompt="", audio=False)

    assert body["parameters"] == {"sampleCount": 1, "generateAudio": False}


def test_references_are_assets():
    reference = InputFile(b"first", "image/png", Role.REFERENCE)

    [instance] = asked(Mode.REFERENCES_TO_VIDEO, reference, reference)["instances"]

    assert instance["referenceImages"] == [{"image": ENCODED_FIRST, "referenceType": "asset"}] * 2
    assert "image" not in instance


def test_a_film_to_continue_goes_whole():
    source = InputFile(b"first", "video/quicktime", Role.VIDEO)

    [instance] = asked(Mode.EXTEND, source)["instances"]

    assert instance["video"] == {"bytesBase64Encoded": "Zmlyc3Q=", "mimeType": "video/mov"}


def test_the_poll_asks_the_model_of_the_operation():
    call = ADAPTER.build_poll(NAME, {})

    assert urlsplit(call.url).path == f"/v1beta1/{MODEL}:fetchPredictOperation"
    assert call.json_body == {"operationName": NAME}


@pytest.mark.parametrize(
    ("location", "base_url", "start"),
    [
        ("global", "", "https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/"),
        ("us-central1", "http://local/vertex", "http://local/vertex/v1beta1/projects/p/"),
    ],
)
def test_the_address_follows_the_location_unless_one_is_given(location, base_url, start):
    adapter = Vertex(ADAPTER.credentials_json, "p", location, base_url)

    assert adapter.build_submit(TestContract.example).url.startswith(start)


def test_films_come_inside_the_answer_and_filtered_ones_are_counted():
    response = {"videos": [film(b"one"), film(b"two")], "raiMediaFilteredCount": 1}

    outcome = ADAPTER.read_poll(answer(200, said(finished(response=response))), {})

    assert isinstance(outcome, Finished)
    assert [media.data for media in outcome.media] == [b"one", b"two"]
    assert outcome.metadata == {"filtered": 1}


def test_the_token_is_asked_for_with_a_jwt_the_account_signed():
    source = ADAPTER.build_submit(TestContract.example).token
    assert source is not None

    assert source.call.url == TOKEN_URI
    assert source.call.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    audience = "https://oauth2.googleapis.com/token"
    public_key = google_keys.private_key().public_key()
    claims = jwt.decode(
        source.call.form["assertion"], public_key, algorithms=["RS256"], audience=audience
    )
    assert claims["iss"] == "bot@the-project.iam.gserviceaccount.com"
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) <= 61


def read_token(status: int, body: Any) -> Any:
    source = ADAPTER.build_submit(TestContract.example).token
    assert source is not None
    return source.read(HttpAnswer(status, {}, json.dumps(body).encode()))


def test_a_token_lives_as_long_as_it_says():
    token = read_token(200, {"access_token": "T", "expires_in": 3599, "token_type": "Bearer"})

    assert (token.value, token.lifetime_s) == ("T", 3599)


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, {"error": "invalid_grant"}, Failure.AUTH),
        (401, {"error": "invalid_client"}, Failure.AUTH),
        (429, {}, Failure.RATE),
        (500, {}, Failure.TRANSIENT),
        (502, {}, Failure.TRANSIENT),
        (200, {"access_token": ""}, Failure.AUTH),
        (200, {"access_token": "T", "expires_in": "soon"}, Failure.AUTH),
    ],
)
def test_no_token_is_the_operators_trouble_or_a_passing_one(status, body, failure):
    with pytest.raises(ProviderError) as refused:
        read_token(status, body)

    assert refused.value.failure is failure


@pytest.mark.parametrize(
    "credentials",
    [
        "no json",
        "[]",
        "{}",
        json.dumps({"client_email": "a", "private_key": "PRIVATE", "token_uri": TOKEN_URI}),
        google_keys.service_account("file:///etc/passwd"),
    ],
    # The last one's key is another in each process that collects the tests.
    ids=["no JSON", "a list", "nothing", "no key", "no address"],
)
def test_bad_credentials_are_named_and_not_shown(credentials):
    adapter = Vertex(credentials, "p", "us-central1", "")

    with pytest.raises(ProviderError) as refused:
        adapter.build_submit(TestContract.example)

    assert refused.value.failure is Failure.AUTH
    assert "PRIVATE" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_veo_edits_no_films():
    with pytest.raises(ProviderError) as refused:
        asked(Mode.VIDEO_TO_VIDEO)

    assert refused.value.failure is Failure.BAD_INPUT


def test_an_operation_can_neither_be_stopped_nor_found_again():
    assert ADAPTER.build_cancel(NAME, {}) is None
    assert ADAPTER.build_recovery("r-1") is None
