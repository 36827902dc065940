"""Fixtures: the running `sandbox`, `ask` for Gemini, `runway`, `lava` with the shop's `inbox`."""

import socket
import threading
from collections.abc import Iterator

import pytest

from sandbox.tests.gemini_play import KEY, MODEL
from sandbox.tests.lava_play import Inbox, Lava
from sandbox.tests.runway_play import Runway
from sandbox.tests.serving import FAST, RunningSandbox, run_sandbox, serve

__all__ = ["FAST", "RunningSandbox", "run_sandbox", "serve"]


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(FAST) as running:
        yield running


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ask(sandbox):
    """Ask a model for something; the answer is the raw HTTP response."""

    def ask(prompt="кот", *, model=MODEL, images=(), config=None, headers=KEY, **body):
        parts = [{"text": prompt}, *images]
        request = {"contents": [{"role": "user", "parts": parts}]}
        if config is not None:
            request["generationConfig"] = config
        path = f"/gemini/v1/models/{model}:generateContent"
        return sandbox.client.post(path, json=request | body, headers=headers)

    return ask


@pytest.fixture
def runway(sandbox):
    return Runway(sandbox.client)


@pytest.fixture
def inbox():
    inbox = Inbox()
    thread = threading.Thread(target=inbox.server.serve_forever, args=(0.02,))
    thread.start()
    yield inbox
    inbox.server.shutdown()
    thread.join()
    inbox.server.server_close()


@pytest.fixture
def lava(sandbox, inbox):
    lava = Lava(sandbox.client)
    lava.set(webhook_url=inbox.url)
    return lava
