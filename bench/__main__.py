"""`python -m bench [name ...]`: compare two ways of doing one thing."""

import argparse
import importlib
import io
import os
import platform
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from bench.compare import render
from bench.stage import STAND_IN_PORT, stand_in
from devkit import process
from devkit.demo_environment import Secrets, product_environment, read_options
from devkit.throwaway import ThrowawayServers, throwaway_servers

NAMES = ("webhook", "ledger", "polls", "start", "soak")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    # No `choices`: argparse would refuse an empty list.
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {NAMES}")
    print(_machine(), flush=True)
    with tempfile.TemporaryDirectory() as scratch, throwaway_servers() as servers:
        _prepare(servers, Path(scratch))
        with stand_in(Path(scratch)):
            for name in names:
                # Only now: what they measure reads its settings at import.
                benchmark = importlib.import_module(f"bench.{name}")
                for comparison in benchmark.run():
                    print(f"\n{render(comparison)}", flush=True)
    return 0


def _prepare(servers: ThrowawayServers, scratch: Path) -> None:
    """The product in this process: its environment, its tables, its catalog."""
    asked = {
        "WEB_PORT": str(process.free_port()),
        "SANDBOX_PORT": str(process.free_port()),
        "DEMO_DATA_DIR": str(scratch),
    }
    environment = product_environment(
        read_options(asked),
        Secrets(),
        database_url=servers.database_url,
        redis_url=servers.redis_url,
    )
    os.environ.update(environment | {STAND_IN_PORT: asked["SANDBOX_PORT"], "LOG_LEVEL": "WARNING"})
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("sync_catalog", stdout=io.StringIO())


def _machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"


if __name__ == "__main__":
    sys.exit(main())
