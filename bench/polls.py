"""A batch of polls the way the worker sends it (aiohttp), against the same through httpx."""

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial

import httpx

from bench.compare import Comparison, Measures, compare
from bench.stage import stand_in_url
from botapp.providers import transport
from botapp.providers.base import HttpAnswer, HttpCall

AT_ONCE = 100
BATCHES = 2
TIMEOUT_S = 30.0

SendBatch = Callable[[str], list[int]]


def run() -> Iterator[Comparison]:
    url = f"{stand_in_url()}/poll"
    variants: dict[str, SendBatch] = {"aiohttp": with_aiohttp, "httpx": with_httpx}
    for send in variants.values():
        measure(send, url, batches=1)
    yield compare(
        f"polls: batches of {AT_ONCE}, each answered after 50 ms",
        {name: partial(measure, send, url) for name, send in variants.items()},
    )


def with_aiohttp(url: str) -> list[int]:
    """The statuses; this is what the worker does."""
    calls = [HttpCall("GET", url, {}, timeout_s=TIMEOUT_S)] * AT_ONCE
    answers = transport.send_all(calls)
    return [answer.status if isinstance(answer, HttpAnswer) else 0 for answer in answers]


def with_httpx(url: str) -> list[int]:
    return asyncio.run(_with_httpx(url))


def measure(send: SendBatch, url: str, *, batches: int = BATCHES) -> Measures:
    """Raises AssertionError unless every poll is answered: a failure is not a fast poll."""
    started, cpu_started = time.perf_counter(), time.process_time()
    for _ in range(batches):
        statuses = send(url)
        assert statuses == [200] * AT_ONCE, statuses
    polls = batches * AT_ONCE
    return {
        "polls a second": polls / (time.perf_counter() - started),
        "CPU ms a poll": (time.process_time() - cpu_started) * 1000 / polls,
    }


async def _with_httpx(url: str) -> list[int]:
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, timeout=TIMEOUT_S) as client:
        answers = await asyncio.gather(*(client.get(url) for _ in range(AT_ONCE)))
    return [answer.status_code for answer in answers]
