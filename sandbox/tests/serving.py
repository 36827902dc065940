"""Runs the real application, or any other, on a free port of this machine, in a thread."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import httpx
from aiohttp import web

from sandbox.app import build_app
from sandbox.config import Config
from sandbox.jobs.work import Film, Still

# Each test has a sandbox of its own; what several of them order alike is drawn once for all.
for work in (Film, Still):
    work.draw = lru_cache(maxsize=64)(work.draw)  # type: ignore[method-assign]

FAST = Config(
    image_delay_s=0.0,
    text_delay_s=0.0,
    image_job_s=0.0,
    video_job_s=0.0,
    webhook_time_scale=0.001,
)


@dataclass(frozen=True)
class RunningSandbox:
    config: Config
    base_url: str
    client: httpx.Client


@contextmanager
def run_sandbox(config: Config) -> Iterator[RunningSandbox]:
    """Serve until the block is left; for tests that need their own Config."""
    with serve(build_app(config)) as base_url, httpx.Client(base_url=base_url) as client:
        yield RunningSandbox(config=config, base_url=base_url, client=client)


@contextmanager
def serve(app: web.Application) -> Iterator[str]:
    """Run any aiohttp application in a thread and give its base URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
    try:
        yield asyncio.run_coroutine_threadsafe(_start(runner), loop).result(timeout=10)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _start(runner: web.AppRunner) -> str:
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
