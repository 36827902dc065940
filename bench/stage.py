"""The processes around a benchmark: each has its own interpreter, so that none slows another."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devkit import process

STAND_IN_PORT = "BENCH_STAND_IN_PORT"
START_TIMEOUT_S = 30.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class NotStartedError(Exception):
    """A process did not listen in time; the text is the end of its log."""


def stand_in_url() -> str:
    return f"http://{process.LOOPBACK}:{os.environ[STAND_IN_PORT]}"


@contextmanager
def stand_in(scratch: Path) -> Iterator[None]:
    """Telegram and a slow provider, as cheap as can be."""
    port = int(os.environ[STAND_IN_PORT])
    with listening(["-m", "bench.stand_in", str(port)], port=port, log_path=scratch / "stand-in"):
        yield


@contextmanager
def listening(arguments: Sequence[str], *, port: int, log_path: Path) -> Iterator[int]:
    """A Python process with our environment that listens on `port`; its process id."""
    running = process.spawn([sys.executable, *arguments], log_path=log_path, env=os.environ)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _answers(port):
            if running.poll() is not None or time.monotonic() > deadline:
                raise NotStartedError(process.tail(log_path))
            time.sleep(process.POLL_INTERVAL_S)
        yield running.pid
    finally:
        process.stop(running)


def cpu_s(pid: int) -> float:
    """Processor time the process has used: user and system (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def memory_peak_mb(pid: int) -> float:
    """The most resident memory the process has had (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text()
    peak_kb = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak_kb) / 1024


def _answers(port: int) -> bool:
    try:
        socket.create_connection((process.LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
