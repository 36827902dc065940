"""What the payment tests stand on: Lava.top at the network, a chat that listens, a mini app."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
import respx
from aiogram.methods import SendMessage
from django.conf import settings
from django.test import Client
from django.utils import timezone

from botapp import telegram
from botapp.business import balance
from botapp.models import TgUser, TokenPackage
from lavatop import inbox, tasks
from lavatop.models import Payment, WebhookEvent
from lavatop.tests.lava import Lava

OFFER_ID = "9c3b6a52-6d0e-4f61-8f57-2f6a0f3f5d10"


@pytest.fixture
def lava() -> Iterator[Lava]:
    account = Lava()
    with respx.mock(assert_all_called=False) as router:
        account.install(router)
        yield account


@pytest.fixture
def package(db: None) -> Iterator[TokenPackage]:
    yield TokenPackage.objects.create(
        code="tokens_100", title="100 токенов", credits=100, price_usd=5, lava_offer_id=OFFER_ID
    )
    # Django does not flush tables it does not manage.
    TokenPackage.objects.all().delete()


@dataclass
class Chat:
    """What the bot said; `fault` makes Telegram refuse."""

    said: list[SendMessage] = field(default_factory=list)
    fault: Exception | None = None

    def call(self, method: Any) -> None:
        if self.fault:
            raise self.fault
        self.said.append(method)


@pytest.fixture(autouse=True)
def chat(monkeypatch: pytest.MonkeyPatch) -> Chat:
    listening = Chat()
    monkeypatch.setattr(telegram, "call", listening.call)
    return listening


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | str]]:
    """The bell, heard but not answered: a test says itself when a worker comes."""
    heard: list[tuple[str, int | str]] = []
    monkeypatch.setattr(tasks, "ring", lambda task, argument: heard.append((task.name, argument)))
    return heard


def init_data(user: TgUser, *, age_s: float = 0) -> str:
    """Launch data as Telegram signs it."""
    person = {"id": user.chat_id, "first_name": user.first_name, "language_code": "ru"}
    auth_date = int(timezone.now().timestamp() - age_s)
    fields = {"auth_date": str(auth_date), "user": json.dumps(person)}
    signed = "\n".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
    secret = hmac.digest(b"WebAppData", settings.TELEGRAM_BOT_TOKEN.encode(), "sha256")
    proof = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    return urlencode(fields | {"hash": proof})


@dataclass
class MiniApp:
    """The page's side of the API, as one person."""

    client: Client
    user: TgUser
    age_s: float = 0

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/miniapp/{path}", headers=self._headers())

    def buy(self, *, request_id: str = "request-0001", **changes: Any) -> Any:
        body = {
            "package_code": "tokens_100",
            "email": "buyer@example.org",
            "client_request_id": request_id,
        }
        return self.client.post(
            "/api/miniapp/payments",
            body | changes,
            content_type="application/json",
            headers=self._headers(),
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"tma {init_data(self.user, age_s=self.age_s)}"}


@pytest.fixture
def miniapp(client: Client, alice: TgUser) -> MiniApp:
    return MiniApp(client, alice)


@pytest.fixture
def bought(miniapp: MiniApp, lava: Lava, package: TokenPackage) -> Payment:
    """Alice has an invoice and has not paid it yet."""
    answer = miniapp.buy()
    assert answer.status_code == 201, answer.content
    return Payment.objects.get(pk=answer.json()["id"])


def event_body(contract_id: str | None, **changes: Any) -> dict[str, Any]:
    body = {
        "eventType": "payment.success",
        "product": {"id": "5a1a0a4e-11d0-4f0e-8f3a-7b8f0b1c2d3e", "title": "Tokens"},
        "buyer": {"email": "buyer@example.org"},
        "contractId": contract_id,
        "amount": 5.0,
        "currency": "USD",
        "timestamp": "2026-11-20T10:21:04.551234Z",
        "status": "completed",
        "errorMessage": "",
    }
    return body | changes


def failed_body(contract_id: str | None, message: str = "declined by the bank") -> dict[str, Any]:
    return event_body(
        contract_id, eventType="payment.failed", status="failed", errorMessage=message
    )


def deliver(client: Client, body: Any, **headers: str) -> Any:
    """One delivery of Lava.top's webhook."""
    return client.post(
        "/api/miniapp/lava-webhook",
        body if isinstance(body, str | bytes) else json.dumps(body),
        content_type="application/json",
        headers=headers or {"X-Api-Key": "test-lava-webhook-key"},
    )


def work_off() -> None:
    """A worker comes for every event whose time has come."""
    for event_id in WebhookEvent.objects.due(timezone.now()).values_list("pk", flat=True):
        inbox.process(event_id)


def make_due() -> None:
    """The pauses before the next attempts have passed."""
    WebhookEvent.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def only_event() -> WebhookEvent:
    return WebhookEvent.objects.get()


def tokens_of(user: TgUser) -> Decimal:
    return balance.get_balance(user_id=user.pk)
