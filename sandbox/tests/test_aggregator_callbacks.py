"""Callbacks of fal and Replicate: what they say and how they are signed."""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.tests.fal_play import Fal, wait_for
from sandbox.tests.replicate_play import Replicate


@pytest.fixture
def fal(sandbox):
    return Fal(sandbox.client)


@pytest.fixture
def replicate(sandbox):
    return Replicate(sandbox.client)


def verify_fal(client, headers, body):
    """By the published key, as the documentation says."""
    [key] = client.get("/fal/.well-known/jwks.json").json()["keys"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    names = ("Request-Id", "User-Id", "Timestamp")
    lines = [headers[f"X-Fal-Webhook-{name}"] for name in names]
    message = "\n".join([*lines, hashlib.sha256(body).hexdigest()]).encode()
    public.verify(bytes.fromhex(headers["X-Fal-Webhook-Signature"]), message)


def test_fal_tells_the_result_and_signs_it(fal, inbox):
    job = fal.begin("[[fast]] кот", hook=inbox.url)

    [(headers, body)] = wait_for(inbox, 1)

    verify_fal(fal.client, headers, body)
    told = json.loads(body)
    assert (told["request_id"], told["status"]) == (job["request_id"], "OK")
    assert fal.picture(told["payload"]["images"][0]["url"]).size == (1024, 1024)


def test_fal_tells_a_failure(fal, inbox):
    fal.begin("[[fast]] [[policy]] кот", hook=inbox.url)

    [(headers, body)] = wait_for(inbox, 1)

    verify_fal(fal.client, headers, body)
    told = json.loads(body)
    assert told["status"] == "ERROR"
    assert told["payload"]["detail"][0]["type"] == "content_policy_violation"


def test_a_spoilt_signature_of_fal_does_not_fit(fal, inbox):
    fal.begin("[[fast]] [[hook-badsig]] кот", hook=inbox.url)

    [(headers, body)] = wait_for(inbox, 1)

    with pytest.raises(InvalidSignature):
        verify_fal(fal.client, headers, body)


def test_replicate_tells_the_end_only_when_asked_so(replicate, inbox):
    more = {"webhook": inbox.url, "webhook_events_filter": ["completed"]}
    made = replicate.begin("[[fast]] кот", more=more)

    [(_, body)] = wait_for(inbox, 1)

    told = json.loads(body)
    assert (told["id"], told["status"]) == (made["id"], "succeeded")
    assert told["output"] == replicate.poll(made).json()["output"]


def test_replicate_tells_the_start_too_when_not_asked_otherwise(replicate, inbox):
    replicate.begin("[[fast]] кот", more={"webhook": inbox.url})

    received = wait_for(inbox, 2)

    assert [json.loads(body)["status"] for _, body in received][-1] == "succeeded"


def test_a_failed_delivery_is_repeated_with_the_same_number(replicate, inbox):
    inbox.statuses = [500]
    more = {"webhook": inbox.url, "webhook_events_filter": ["completed"]}
    replicate.begin("[[fast]] кот", more=more)

    received = wait_for(inbox, 2)

    assert len({headers["webhook-id"] for headers, _ in received}) == 1
