"""Pytest plugin: real Postgres and Redis for the run, started before Django reads its settings.

Loaded by `-p` in pyproject.toml, as a conftest would come too late. Parallel workers inherit the
addresses; each has its own Redis database, as it has its own test database.
"""

import os
from contextlib import ExitStack

import pytest

from devkit.throwaway import throwaway_servers

SERVERS = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        servers = SERVERS.enter_context(throwaway_servers())
        os.environ["DATABASE_URL"] = f"{servers.database_url}"
        os.environ["REDIS_URL"] = f"{servers.redis_url.rstrip('/0').rstrip('/')}/0"
    else:
        server = os.environ["REDIS_URL"].rsplit("/", maxsplit=1)[0]
        os.environ["REDIS_URL"] = f"{server}/{int(worker.removeprefix('gw')) + 1}"


def pytest_unconfigure() -> None:
    SERVERS.close()
