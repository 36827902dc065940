"""The webhook's short path before Django's request handler, against the same view behind it."""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
from django.conf import settings

from bench.compare import Comparison, Measures, compare, latencies
from bench.stage import cpu_s, listening
from botapp.api import SECRET_HEADER
from botapp.bot_profile import WEBHOOK_PATH
from devkit import process

AT_ONCE = 16
PEOPLE = 200
RUN_S = 3.0
# The application of `config.asgi` and the name it has in the table.
VARIANTS = {"short path": "application", "Django's handler": "django_application"}

_update_ids = itertools.count(1)


def run() -> Iterator[Comparison]:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            name: _Server(stack, application, scratch) for name, application in VARIANTS.items()
        }
        for server in servers.values():
            asyncio.run(load(server.url, run_s=RUN_S / 2))
        yield compare(
            f"webhook: /help answered through the Bot API, {AT_ONCE} updates at once",
            {name: server.measure for name, server in servers.items()},
        )


class _Server:
    def __init__(self, stack: ExitStack, application: str, scratch: Path) -> None:
        port = process.free_port()
        options = ["--port", str(port), "--log-level", "error", "--lifespan", "off"]
        self._pid = stack.enter_context(
            listening(
                ["-m", "uvicorn", f"config.asgi:{application}", *options],
                port=port,
                log_path=scratch / application,
            )
        )
        self.url = f"http://{process.LOOPBACK}:{port}{WEBHOOK_PATH}"

    def measure(self) -> Measures:
        cpu_before_s, started = cpu_s(self._pid), time.perf_counter()
        took_s = asyncio.run(load(self.url, run_s=RUN_S))
        elapsed_s = time.perf_counter() - started
        return {
            "updates a second": len(took_s) / elapsed_s,
            **latencies(took_s),
            "CPU ms an update, web": (cpu_s(self._pid) - cpu_before_s) * 1000 / len(took_s),
        }


async def load(url: str, *, run_s: float) -> list[float]:
    """Seconds each update took; `AT_ONCE` are on their way until the time is over.

    Raises ClientResponseError unless every single one is answered 200.
    """
    deadline = time.perf_counter() + run_s
    took_s: list[float] = []
    headers = {SECRET_HEADER: settings.TG_WEBHOOK_SECRET}
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:

        async def send_until_the_end() -> None:
            while time.perf_counter() < deadline:
                started = time.perf_counter()
                async with session.post(url, json=_update()) as response:
                    await response.read()
                took_s.append(time.perf_counter() - started)

        await asyncio.gather(*(send_until_the_end() for _ in range(AT_ONCE)))
    return took_s


def _update() -> dict[str, Any]:
    """Never the same update twice, and neighbours come from different people."""
    update_id = next(_update_ids)
    person = 100_000 + update_id % PEOPLE
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1_700_000_000,
            "chat": {"id": person, "type": "private", "first_name": "Bench"},
            "from": {
                "id": person,
                "is_bot": False,
                "first_name": "Bench",
                "language_code": "ru",
            },
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }
