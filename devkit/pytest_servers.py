"""Pytest plugin: what the run needs of its machine.

Real Postgres and Redis, started before Django reads its settings.

Loaded by `-p` in pyproject.toml, as a conftest would come too late. Parallel workers inherit the
addresses; each has its own Redis database, as it has its own test database.
"""

import gc
import os
from contextlib import ExitStack

import pytest

import lazy_aiogram
from devkit.throwaway import throwaway_servers

SERVERS = ExitStack()
# Allocations before Python looks for garbage (its own are 700, 10, 10): a test leaves little.
RARELY = (20_000, 20, 20)
ID_LENGTH_MAX = 200
# Groups of tests that share a product or a browser, and the share of all others before them.
SPREAD = {"e2e": 0.0, "e2e-long": 0.15, "browser": 0.5}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    # Nothing leaves this machine, and every HTTP client would read all its certificates first,
    # which takes longer than most tests.
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = os.devnull
    # Before a conftest brings it.
    lazy_aiogram.install()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        servers = SERVERS.enter_context(throwaway_servers())
        os.environ["DATABASE_URL"] = servers.database_url
        os.environ["REDIS_URL"] = servers.redis_url
    else:
        server = os.environ["REDIS_URL"].rsplit("/", maxsplit=1)[0]
        os.environ["REDIS_URL"] = f"{server}/{int(worker.removeprefix('gw')) + 1}"


def pytest_collection() -> None:
    # What is imported stays: looking through it for garbage again and again frees nothing.
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*RARELY)
    gc.enable()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A test is not called by the ten megabytes it is about: all workers tell each other the names
    of all tests."""
    if isinstance(val, str | bytes) and len(val) > ID_LENGTH_MAX:
        return f"{argname}-of-{len(val)}"
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits more than it works is spread over the run, so that others always work beside it.

    All of it begins early enough for no worker to be left alone with it at the end.
    """
    waiting: dict[str, list[pytest.Item]] = {name: [] for name in SPREAD}
    working: list[pytest.Item] = []
    for item in items:
        waiting.get(_group(item), working).append(item)
    begun = 0
    items.clear()
    for name, share in SPREAD.items():
        until = round(share * len(working))
        items.extend((*working[begun:until], *waiting[name]))
        begun = until
    items.extend(working[begun:])


def _group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    return marker.args[0] if marker else ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get("passed", []):
        for name, seconds in report.user_properties:
            terminalreporter.write_line(f"{name}: {seconds:.1f} s")


def pytest_unconfigure() -> None:
    # Whatever the last tests dropped is found by one look; pytest would look five times.
    gc.collect()
    gc.freeze()
    SERVERS.close()
