"""Lava.top's door: who may enter, and what is written down."""

import base64
from typing import Any

import pytest
from django.test import Client

from lavatop.models import Payment, WebhookEvent
from lavatop.tests.conftest import (
    deliver,
    event_body,
    only_event,
)
from lavatop.tests.lava import Lava

Status = Payment.Status
Outcome = WebhookEvent.Outcome


def test_the_answer_does_not_wait_for_the_work(
    bought: Payment,
    lava: Lava,
    client: Client,
    rings: list[tuple[str, int | str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        deliver(client, event_body(bought.contract_id))

    assert only_event().outcome == Outcome.RECEIVED
    assert lava.reads == []
    assert rings == [("lavatop.tasks.process_webhook_event", only_event().pk)]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": "ключ"},
        {"X-Api-Key": "test-lava-key"},
        {"Authorization": "Basic " + base64.b64encode(b"lava:wrong").decode()},
        {"Authorization": "Basic ёё"},
        {"Authorization": "Basic"},
        {"Authorization": "Bearer test-lava-webhook-key"},
        {"X-Other": "nothing"},
    ],
)
def test_a_wrong_secret_stores_nothing(db: None, client: Client, headers: dict[str, str]) -> None:
    assert deliver(client, event_body("c1"), **headers).status_code == 401
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "test-lava-webhook-key"},
        {"X-Api-Key": "test-lava-webhook-key-next"},
        {"Authorization": "Basic " + base64.b64encode(b"lava:test-password").decode()},
    ],
)
def test_any_configured_secret_opens(db: None, client: Client, headers: dict[str, str]) -> None:
    assert deliver(client, event_body("c1"), **headers).status_code == 200


def test_without_configured_secrets_everybody_is_refused(
    db: None, client: Client, settings: object
) -> None:
    settings.LAVA_WEBHOOK_API_KEYS = []  # type: ignore[attr-defined]
    settings.LAVA_WEBHOOK_BASIC = []  # type: ignore[attr-defined]

    assert deliver(client, event_body("c1"), **{"X-Api-Key": ""}).status_code == 401
    assert deliver(client, event_body("c1")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"eventType=payment.success",
        b"[1, 2]",
        b'{"amount": NaN}',
        b'{"eventType": "a\\u0000b"}',
        b'{"eventType": "\\ud800"}',
        b'{"a":' + b"[" * 20000,
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_not_a_json_object_is_refused(db: None, client: Client, body: bytes) -> None:
    assert deliver(client, body).status_code == 400
    assert not WebhookEvent.objects.exists()


def test_a_huge_body_is_refused(db: None, client: Client) -> None:
    assert deliver(client, {"eventType": "x" * 65536}).status_code == 413


def test_secrets_are_not_stored(bought: Payment, client: Client) -> None:
    deliver(client, event_body(bought.contract_id))

    stored = str(WebhookEvent.objects.values().get())
    assert "test-lava-webhook-key" not in stored
