"""The demo itself: every process of the product, started and stopped as a developer does."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

import pytest

from devkit import postgres, process
from devkit.tests.processes import ROOT, eventually, is_alive

pytestmark = pytest.mark.e2e

EMBEDDED_AND_OWN = 6  # Postgres, Redis, sandbox, web, worker, beat


class RunningDemo:
    """`make demo` without make, on free ports and data of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.web_port = process.free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "devkit.demo"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DEMO_DATA_DIR": str(data_dir),
                "DEMO_ADMIN_PASSWORD": "chosen-by-the-developer",
                "WEB_PORT": str(self.web_port),
                "SANDBOX_PORT": str(process.free_port()),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.screen = ""

    def __enter__(self) -> Self:
        self.screen = self._read_until("Ctrl-C stops everything")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def children(self) -> list[int]:
        found = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def status(self, path: str) -> int:
        connection = HTTPConnection(process.LOOPBACK, self.web_port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> tuple[int, str]:
        output, _ = self._process.communicate(timeout=30)
        return self._process.returncode, output

    def _read_until(self, words: str) -> str:
        assert self._process.stdout is not None
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if words in line:
                return "".join(lines)
        raise AssertionError("".join(lines))


@pytest.fixture
def data_dir() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    yield home / "demo"
    postgres.remove_home(home / "demo" / "postgres")
    shutil.rmtree(home)


@pytest.fixture
def start_demo(data_dir: Path) -> Iterator[Callable[[], RunningDemo]]:
    with ExitStack() as started:
        yield lambda: started.enter_context(RunningDemo(data_dir))


@pytest.mark.timeout(300)  # two starts of everything
def test_a_killed_demo_leaves_nothing_behind_and_the_next_one_runs_on_the_same_data(start_demo):
    killed = start_demo()
    children = killed.children()
    assert len(children) == EMBEDDED_AND_OWN
    assert killed.status("/api/health/ready") == 200
    assert f"http://127.0.0.1:{killed.web_port}/admin/" in killed.screen
    assert "admin / chosen-by-the-developer" in killed.screen

    killed.send(signal.SIGKILL)
    assert eventually(lambda: not any(map(is_alive, children)), within_s=30)

    again = start_demo()
    children = again.children()
    assert again.status("/api/health/ready") == 200
    again.send(signal.SIGTERM)
    exit_code, output = again.end()

    assert exit_code == 0
    assert output.endswith("Stopped.\n")
    assert not any(map(is_alive, children))
    assert not process.port_is_busy(again.web_port)
