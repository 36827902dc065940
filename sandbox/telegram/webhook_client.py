"""One HTTP request to a bot's webhook, told as an Attempt."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from sandbox.telegram.delivery import Attempt, Json, Webhook

# Idle limit of a webhook connection in telegram-bot-api.
_ANSWER_TIMEOUT_S = 60.0

ReplyRunner = Callable[[str, str, Json], Awaitable[None]]


class WebhookClient:
    """`run_reply(token, method, arguments)` executes a method call found in the answer's body."""

    def __init__(self, run_reply: ReplyRunner) -> None:
        self._run_reply = run_reply
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=_ANSWER_TIMEOUT_S),
        )

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def call(self, token: str, webhook: Webhook, payload: Json) -> Attempt:
        at, started = time.time(), time.perf_counter()
        status: int | None = None
        retry_after_s = 0.0
        try:
            status, retry_after_s, error, reply = await self._post(webhook, payload)
        except TimeoutError:
            error, reply = "Read timeout expired", {}
        except aiohttp.ClientConnectorError:
            error, reply = "Connection refused", {}
        except aiohttp.ClientError:
            error, reply = "Connection closed", {}
        attempt = Attempt(
            at=at,
            status=status,
            error=error,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
            retry_after_s=retry_after_s,
        )
        if reply.get("method"):
            await self._run_reply(token, str(reply.pop("method")), reply)
        return attempt

    async def _post(self, webhook: Webhook, payload: Json) -> tuple[int, float, str | None, Json]:
        assert self._session is not None  # opened at the start of the application
        headers = {"Accept-Encoding": "gzip, deflate"}
        if webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret_token
        async with self._session.post(
            webhook.url, json=payload, headers=headers, allow_redirects=False
        ) as response:
            body = await response.read()
            if 200 <= response.status <= 299:
                return response.status, 0.0, None, await _read_reply(response, body)
            error = f"Wrong response from the webhook: {response.status} {response.reason}"
            pause = response.headers.get("Retry-After", "")
            return response.status, float(pause) if pause.isdigit() else 0.0, error, {}


async def _read_reply(response: aiohttp.ClientResponse, body: bytes) -> Json:
    """A JSON object or a form may carry a method call; anything else is no reply."""
    if response.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(errors="replace")))
    if response.content_type != "application/json" or not body:
        return {}
    try:
        parsed: Any = await response.json()
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
