"""What a provider posts to us is a hint: signed by both, it pulls the poll forward."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
import respx
from django.db import OperationalError
from django.utils import timezone
from redis.exceptions import RedisError

from botapp.models import GenRequest
from botapp.services import callbacks, polling, submission
from botapp.tests.conftest import place
from botapp.tests.services.test_polling import Replicate
from config.logging import mask_secrets

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
BODY = json.dumps({"id": "job-1", "status": "succeeded"}).encode()


@pytest.fixture
def order(alice, settings, monkeypatch):
    settings.PROVIDERS = {"replicate": settings.PROVIDERS["replicate"]}
    monkeypatch.setattr(polling.transport, "send_all", Replicate().send_all)
    with respx.mock(assert_all_called=False) as mock:
        mock.post(url__regex=".*/predictions").respond(
            201, json={"id": "job-1", "status": "starting"}
        )
        keys = mock.get("http://replicate.test/v1/webhooks/default/secret")
        keys.respond(json={"key": SECRET})
        placed = place(alice, model_slug="flux-pro")
        submission.submit_next(kind="image")
        placed.refresh_from_db()
        GenRequest.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
        yield placed


def signed(body=BODY, *, secret=SECRET, at=None):
    at = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = hmac.new(key, f"wh_1.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": "wh_1",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(proof).decode()}",
    }


def post(client, order, *, headers, body=BODY, url=""):
    target = urlsplit(url or callbacks.url_for(order))
    return client.post(
        f"{target.path}?{target.query}",
        data=body,
        content_type="application/json",
        headers=headers,
    ).status_code


def is_due(order):
    return GenRequest.objects.due_for_poll(timezone.now()).filter(pk=order.pk).exists()


def test_a_signed_callback_pulls_the_poll_forward(client, order):
    assert post(client, order, headers=signed()) == 200
    assert is_due(order)
    assert order.events.filter(kind="callback").count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "wh_1", "webhook-timestamp": "пятница", "webhook-signature": "v1,x"},
        signed(secret="whsec_" + base64.b64encode(b"another").decode()),
        signed(at=time.time() - 900),
        signed(b'{"id": "other"}'),
    ],
)
def test_what_the_provider_did_not_sign_is_refused(client, order, headers):
    headers = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}

    assert post(client, order, headers=headers) == 401
    assert not is_due(order)


@pytest.mark.parametrize("change", ["another job", "another provider", "no job"])
def test_an_address_that_we_did_not_make_is_refused(client, order, change):
    url = callbacks.url_for(order)
    url = {
        "another job": url.replace(f"job={order.pk}", f"job={order.pk + 1}"),
        "another provider": url.replace("/replicate/", "/fal/"),
        "no job": url.partition("?")[0],
    }[change]

    assert post(client, order, headers=signed(), url=url) == 401
    assert not is_due(order)


def test_a_signed_body_that_names_no_job_is_refused(client, order):
    assert post(client, order, headers=signed(b"[]"), body=b"[]") == 400


@pytest.mark.parametrize("error", [OperationalError, RedisError])
def test_what_cannot_be_kept_right_now_is_asked_for_again(client, order, monkeypatch, error):
    url = callbacks.url_for(order)
    monkeypatch.setattr(callbacks.generation, "hear", Mock(side_effect=error("away")))

    assert post(client, order, headers=signed(), url=url) == 503


def test_the_proof_in_our_address_is_in_no_log(order):
    path, _, proof = callbacks.url_for(order).partition("job=")

    assert mask_secrets(f"<ASGIRequest: POST '{path}job={proof}'>").endswith("?job=***'>")


def test_a_callback_of_an_earlier_attempt_changes_nothing(client, order):
    url = callbacks.url_for(order)
    GenRequest.objects.update(reference="another-attempt")

    assert post(client, order, headers=signed(), url=url) == 200
    assert not is_due(order)


def test_a_callback_before_the_submits_answer_leaves_the_jobs_name(client, order):
    GenRequest.objects.update(status="submitting", provider_job_id="")

    assert post(client, order, headers=signed()) == 200

    order.refresh_from_db()
    assert (order.status, order.provider_job_id) == ("submitting", "job-1")


def test_a_lost_submit_is_found_by_its_callback(client, order):
    GenRequest.objects.update(provider_job_id="")

    post(client, order, headers=signed())

    order.refresh_from_db()
    assert (order.provider_job_id, is_due(order)) == ("job-1", True)


def test_a_callback_for_an_ended_order_changes_nothing(client, order):
    GenRequest.objects.update(status="done")
    before = GenRequest.objects.values().get()

    assert post(client, order, headers=signed()) == 200
    assert GenRequest.objects.values().get() == before


def test_a_callback_is_only_posted(client, order):
    assert client.get("/api/providers/replicate/callback").status_code == 405
