"""Both sides of a chat for tests: the bot's method calls and what a person does."""

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web
from PIL import Image

from sandbox.tests.conftest import RunningSandbox, serve

ALICE, BORIS, EMMA, VERA = 1001, 1002, 1003, 1004


@dataclass
class Play:
    sandbox: RunningSandbox
    user_id: int = ALICE

    def call(self, method: str, *, files: Any = None, **args: Any) -> Any:
        """The result of a method that must succeed."""
        answer = self.try_call(method, files=files, **args)
        assert answer["ok"], answer
        return answer["result"]

    def refusal(self, method: str, *, files: Any = None, **args: Any) -> str:
        """The description of a method call that must be refused."""
        answer = self.try_call(method, files=files, **args)
        assert not answer["ok"], answer
        return str(answer["description"])

    def try_call(self, method: str, *, files: Any = None, **args: Any) -> dict[str, Any]:
        form = {
            name: value if isinstance(value, str | int) else json.dumps(value)
            for name, value in args.items()
        }
        response = self.sandbox.client.post(
            f"/bot{self.sandbox.config.bot_token}/{method}", data=form, files=files, timeout=30
        )
        body: dict[str, Any] = response.json()
        assert response.status_code == body.get("error_code", 200)
        return body

    def do(self, deed: str, **body: Any) -> dict[str, Any]:
        """What the person does, through the chat API; it must succeed."""
        response = self.try_to(deed, **body)
        assert response.status_code == 200, response.text
        told: dict[str, Any] = response.json()
        return told

    def try_to(self, deed: str, **body: Any) -> httpx.Response:
        return self.sandbox.client.post(f"/chat/api/users/{self.user_id}/{deed}", json=body)

    def start(self) -> "Play":
        self.do("send", text="/start")
        return self

    def messages(self) -> list[dict[str, Any]]:
        shown = self.shown()["messages"]
        assert isinstance(shown, list)
        return shown

    def shown(self) -> dict[str, Any]:
        response = self.sandbox.client.get(f"/chat/api/users/{self.user_id}/messages")
        told: dict[str, Any] = response.json()
        return told

    def log(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.sandbox.client.get("/chat/api/updates").json()
        return told


@dataclass
class Receiver:
    """A bot's webhook: keeps what came and answers by a script, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    reply: dict[str, Any] | None = None
    delay_s: float = 0.0
    got: list[dict[str, Any]] = field(default_factory=list)
    got_headers: list[dict[str, str]] = field(default_factory=list)
    failing_kinds: set[str] = field(default_factory=set)
    most_at_once: int = 0
    _now: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self.got.append(update)
        self.got_headers.append(dict(request.headers))
        await asyncio.sleep(self.delay_s)
        self._now -= 1
        if self.failing_kinds & set(update):
            return web.Response(status=500)
        status = self.statuses.pop(0) if self.statuses else 200
        if self.reply and status == 200:
            return web.json_response(self.reply)
        return web.Response(status=status, headers=self.headers)


@contextmanager
def receiver() -> Iterator[Receiver]:
    script = Receiver()
    app = web.Application()
    app.router.add_post("/hook", script.handle)
    with serve(app) as base_url:
        script.url = f"{base_url}/hook"
        yield script


def png(width: int = 640, height: int = 480, color: str = "orange") -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), color).save(output, "PNG")
    return output.getvalue()


def buttons(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}
