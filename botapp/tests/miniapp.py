"""The making page's side of the API, as one person."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.test import Client

from botapp import tasks
from botapp.models import TgUser
from lavatop.tests.conftest import init_data

JSON = "application/json"
NUMBERS = count(1)
ORDER: dict[str, Any] = {
    "client_request_id": "request-0001",
    "model": "nano-banana",
    "mode": "text2image",
    "prompt": "кот на луне",
    "params": {},
    "quantity": 1,
    "inputs": [],
    "price": "0.80",
}


@dataclass
class Page:
    user: TgUser
    age_s: float = 0
    client: Client = field(default_factory=Client)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/miniapp/{path}", headers=self._proof())

    def post(self, path: str, body: Any = None) -> Any:
        body = {} if body is None else body
        return self.client.post(
            f"/api/miniapp/{path}", body, content_type=JSON, headers=self._proof()
        )

    def quote(self, **changes: Any) -> Any:
        told = {name: ORDER[name] for name in ("model", "mode", "prompt")}
        return self.post("quotes", told | changes)

    def order(self, **changes: Any) -> Any:
        return self.post("generations", ORDER | changes)

    def upload(self, data: bytes, content_type: str = "image/png", name: str = "") -> Any:
        return self.client.post(
            f"/api/miniapp/uploads?name={name}",
            data,
            content_type=content_type,
            headers=self._proof(),
        )

    def _proof(self) -> dict[str, str]:
        return {"Authorization": f"tma {init_data(self.user, age_s=self.age_s)}"}


def new_id() -> str:
    return f"request-new-{next(NUMBERS)}"


def code(answer: Any) -> tuple[int, str]:
    """What a refusal is; each has a sentence."""
    error = answer.json()["error"]
    assert error["message"]
    return answer.status_code, error["code"]


@pytest.fixture
def page(alice: TgUser) -> Page:
    """Alice opened the mini app."""
    return Page(alice)


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """The bells, heard but not answered."""
    heard: list[tuple[str, Any]] = []
    for name in ("ring_submit", "ring_cancel", "ring_cancelled", "ring_text"):
        monkeypatch.setattr(
            tasks, name, lambda _name=name, **said: heard.append((_name, *said.values()))
        )
    return heard
