"""The pytest plugin of the tests that click through the chat page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from sandbox.tests.chat_browser import window
from sandbox.tests.conftest import RunningSandbox
from sandbox.tests.telegram_play import Play


@pytest.fixture
def context(browser: Browser, sandbox: RunningSandbox) -> Iterator[BrowserContext]:
    with window(browser, sandbox.base_url) as opened:
        yield opened


@pytest.fixture
def bot(sandbox: RunningSandbox) -> Play:
    """The bot, and Alice who has started it."""
    return Play(sandbox).start()
