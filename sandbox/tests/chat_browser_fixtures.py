"""The pytest plugin of the tests that click through the chat page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from devkit.browser import find_chromium
from sandbox.tests.chat_browser import window
from sandbox.tests.conftest import RunningSandbox
from sandbox.tests.telegram_play import Play


# Not for the whole session: while it is open, other tests could not call asyncio.run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox"], timeout=60_000
        )
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser, sandbox: RunningSandbox) -> Iterator[BrowserContext]:
    with window(browser, sandbox.base_url) as opened:
        yield opened


@pytest.fixture
def bot(sandbox: RunningSandbox) -> Play:
    """The bot, and Alice who has started it."""
    return Play(sandbox).start()
