"""The page and Lava.top while something of ours is away or broken."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from redis.exceptions import RedisError

from botapp.models import BotErrorEvent
from lavatop.models import WebhookEvent
from lavatop.tests.conftest import MiniApp, deliver, event_body, only_event


@pytest.fixture(autouse=True)
def _as_over_http(client: Client) -> None:
    """Failures are answered, not raised in the test."""
    client.raise_request_exception = False


def failing(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, RedisError])
def test_while_the_database_is_away_the_page_is_told_to_come_again(
    miniapp: MiniApp, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    monkeypatch.setattr("lavatop.api.packages.on_sale", failing(error("away")))

    answer = miniapp.get("packages")

    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["error"] == {
        "code": "unavailable",
        "message": "У нас короткая заминка. Попробуйте ещё раз через минуту.",
    }
    assert BotErrorEvent.objects.get().error_class == error.__name__


def test_lava_top_is_told_to_come_again_and_is_heard_then(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr("lavatop.webhook.inbox.store", failing(OperationalError("away")))
        assert deliver(client, event_body("c1")).status_code == 503
    assert not WebhookEvent.objects.exists()

    assert deliver(client, event_body("c1")).status_code == 200
    assert only_event().contract_id == "c1"


def test_a_fault_of_ours_is_said_in_words_and_recorded(
    miniapp: MiniApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lavatop.api.packages.on_sale", failing(KeyError("a bug")))

    answer = miniapp.get("packages")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert answer.json()["error"]["message"].startswith("У нас что-то сломалось")
    assert BotErrorEvent.objects.get().error_class == "KeyError"
