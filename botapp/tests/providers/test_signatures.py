"""The vectors of providers.md 3.7, 4.5, 7.1 and 7.3, and what must not pass."""

from dataclasses import replace
from typing import Any

import pytest

from botapp.providers.base import BadSignatureError, Callback
from botapp.providers.signatures import verify_fal, verify_kie, verify_standard_webhook

NOW = 1781080794
SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="


def standard(webhook_id: str, signature: str, body: bytes) -> Callback:
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(NOW),
        "webhook-signature": signature,
    }
    return Callback(headers, body, received_at_s=NOW + 3)


OPENAI = standard(
    "wh_1",
    "v1,z8tM3xkt5Z9pOLlRps9Iut6q2QlyurkrN8pmtNg8/iI=",
    b'{"id":"evt_1","object":"event","created_at":1781080794,"type":"response.completed",'
    b'"data":{"id":"resp_1"}}',
)
KLING = standard(
    "9876543210",
    "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
    b'{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,'
    b'"update_time":1781080794151}',
)
JWKS = {
    "keys": [
        {"kty": "RSA", "crv": "P-256", "x": "AAAA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "short"},
        {"kty": "OKP", "crv": "Ed25519", "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"},
    ]
}
FAL = Callback(
    {
        "x-fal-webhook-request-id": "req-1",
        "x-fal-webhook-user-id": "user-1",
        "x-fal-webhook-timestamp": str(NOW),
        "x-fal-webhook-signature": (
            "c36c6d4e4cd5b107ad231f7c4610b0667cd67e9094c18f78b143920589e96d1d"
            "32ebf3b0d04156886d317a10afffb922b8cca69c4feb5843133729b0202eb50a"
        ),
    },
    b'{"request_id":"req-1","gateway_request_id":"req-1","status":"OK",'
    b'"payload":{"images":[{"url":"https://example.com/a.png"}]}}',
    received_at_s=NOW,
)
KIE = Callback(
    {
        "x-webhook-timestamp": str(NOW),
        "x-webhook-signature": "asnTagUK3f3ezM6ig2DBxKOf9Yzol6kZdxV3RJGXlw0=",
    },
    b"{}",
    received_at_s=NOW,
)


def check(callback: Callback) -> None:
    """By the way of signing that the headers speak of."""
    if "webhook-id" in callback.headers:
        verify_standard_webhook(SECRET, callback)
    elif "x-webhook-timestamp" in callback.headers:
        verify_kie("kie-test-hmac-key", "task_abc123", callback)
    else:
        verify_fal(JWKS, callback)


EVERY = pytest.mark.parametrize(
    "callback", [OPENAI, KLING, FAL, KIE], ids=["openai", "kling", "fal", "kie"]
)


@EVERY
def test_the_recorded_vectors_are_good(callback):
    check(callback)


@EVERY
@pytest.mark.parametrize("shift_s", [-301, 304])
def test_an_old_or_future_callback_is_refused(callback, shift_s):
    with pytest.raises(BadSignatureError):
        check(replace(callback, received_at_s=NOW + shift_s))


@EVERY
def test_every_header_is_needed_and_covered(callback):
    for name in callback.headers:
        for headers in (
            {other: value for other, value in callback.headers.items() if other != name},
            dict(callback.headers) | {name: "подделка"},
            dict(callback.headers) | {name: callback.headers[name][:-1] + "~"},
        ):
            with pytest.raises(BadSignatureError):
                check(replace(callback, headers=headers))


@pytest.mark.parametrize("callback", [OPENAI, KLING, FAL])
def test_one_changed_byte_of_the_body_is_refused(callback):
    with pytest.raises(BadSignatureError):
        check(replace(callback, body=callback.body.replace(b"}", b" }", 1)))


def test_a_rotated_secret_leaves_two_signatures_side_by_side():
    both = f"v1,AAAA {OPENAI.headers['webhook-signature']}"

    check(replace(OPENAI, headers=dict(OPENAI.headers) | {"webhook-signature": both}))


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64", "whsec_AAAA"])
def test_no_callback_passes_without_the_right_secret(secret):
    with pytest.raises(BadSignatureError):
        verify_standard_webhook(secret, OPENAI)


def test_no_callback_of_kie_passes_without_a_key():
    with pytest.raises(BadSignatureError):
        verify_kie("", "task_abc123", KIE)


@pytest.mark.parametrize("jwks", [None, [], {}, {"keys": None}, {"keys": ["x", {"x": 5}]}])
def test_a_set_without_keys_refuses(jwks: Any):
    with pytest.raises(BadSignatureError):
        verify_fal(jwks, FAL)
