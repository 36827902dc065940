"""Pytest plugin: one Chromium for the tests that click, or a word about its absence."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from devkit.browser import find_chromium

NO_CHROMIUM = "no Chromium was found (install one, or set CHROMIUM_PATH)"
RUNNING = ExitStack()
BROWSER = pytest.StashKey[Browser]()
IS_NEXT_CLICKING = pytest.StashKey[bool]()


@pytest.fixture
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """It stays for the next test if that clicks, too; any other could not call asyncio.run while
    it is open, nor could the end of the run."""
    if BROWSER not in pytestconfig.stash:
        playwright = RUNNING.enter_context(sync_playwright())
        started = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox"], timeout=60_000
        )
        RUNNING.callback(started.close)
        pytestconfig.stash[BROWSER] = started
    yield pytestconfig.stash[BROWSER]
    if not pytestconfig.stash[IS_NEXT_CLICKING]:
        del pytestconfig.stash[BROWSER]
        RUNNING.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    is_clicking = "browser" in getattr(nextitem, "fixturenames", ())
    item.config.stash[IS_NEXT_CLICKING] = is_clicking


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Chromium, leave the clicking tests out, or fail where they must not be."""
    clicking = [item for item in items if item.get_closest_marker("browser")]
    for item in clicking:
        # They share a browser, hence one worker of a parallel run.
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("browser"))
    if not clicking or find_chromium():
        return
    if os.environ.get("REQUIRE_BROWSER"):
        raise pytest.UsageError(f"No Chromium: {len(clicking)} browser tests cannot run")
    for item in clicking:
        item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = sum(NO_CHROMIUM in str(report.longrepr) for report in skipped)
    if left_out:
        terminalreporter.write_line(f"{left_out} browser tests were left out: {NO_CHROMIUM}")
