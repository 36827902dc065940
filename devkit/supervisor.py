"""Start named processes, wait until they are healthy, and leave none of them behind."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from devkit import process

HEALTH_TIMEOUT_S = 2.0


class StopRequested(Exception):  # noqa: N818 - a wish, not an error
    """Somebody pressed Ctrl-C or sent TERM."""


class ChildFailedError(Exception):
    """A child died or did not get ready; the text says which, why, and shows its log."""


@dataclass
class StopSignals:
    """Counts INT, TERM and HUP instead of being torn apart by them.

    An exception raised inside a half-done start would lose a child; a count is looked at
    where nothing is half done.
    """

    received: int = 0
    _previous: dict[int, object] = field(default_factory=dict)

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            ignored_hangup = number == signal.SIGHUP and _is_ignored(number)  # nohup
            if not ignored_hangup:
                self._previous[number] = signal.signal(number, self._count)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave us

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.received += 1


@dataclass(frozen=True)
class Child:
    """What to run and what the kernel sends it should the supervisor be killed."""

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    cwd: Path
    death_signal: signal.Signals = signal.SIGKILL


@dataclass(frozen=True)
class _Watched:
    process: subprocess.Popen[bytes]
    log_path: Path


class Supervisor:
    """A context: leaving it stops every child it started. It restarts nothing.

    `start` and `run` belong to the main thread: the kernel ends children with the thread
    that started them.
    """

    def __init__(self, log_dir: Path, signals: StopSignals, *, grace_s: float = 10.0) -> None:
        self._log_dir = log_dir
        self._signals = signals
        self._grace_s = grace_s
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watched: dict[str, _Watched] = {}

    def __enter__(self) -> Self:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, child: Child) -> None:
        """Start a child that should run until the end; its log begins anew."""
        self.watch(child.name, self._spawn(child), self._log_path(child.name))

    def watch(self, name: str, running: subprocess.Popen[bytes], log_path: Path) -> None:
        """Notice the death of a process somebody else started and stops."""
        self._watched[name] = _Watched(process=running, log_path=log_path)

    def run(self, child: Child, *, timeout_s: float) -> None:
        """Run a child to its end. Raises ChildFailedError unless it ends with 0."""
        running = self._spawn(child)
        self.wait_until(
            lambda: running.poll() is not None,
            timeout_s=timeout_s,
            complaint=lambda: f"{child.name} is not done after {timeout_s:.0f} s",
        )
        if running.returncode != 0:
            raise ChildFailedError(self._epitaph(child.name, running, self._log_path(child.name)))

    def wait_until(
        self, ready: Callable[[], bool], *, timeout_s: float, complaint: Callable[[], str]
    ) -> None:
        """Return when `ready`. Raises StopRequested, or ChildFailedError if a child dies first."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ChildFailedError(complaint())
            time.sleep(process.POLL_INTERVAL_S)

    def wait_for_url(self, name: str, url: str, *, timeout_s: float) -> None:
        """Return when the address answers 200."""
        health = _Health(url)
        self.wait_until(
            health.is_good,
            timeout_s=timeout_s,
            complaint=lambda: (
                f"{name} is not ready after {timeout_s:.0f} s ({health.last_answer}); "
                f"see {self._shown(self._log_path(name))}"
            ),
        )

    def wait_for_log(self, name: str, words: str, *, timeout_s: float) -> None:
        """Return when the child has written these words, for one that answers no address."""
        log_path = self._log_path(name)
        self.wait_until(
            lambda: words in log_path.read_text(errors="replace"),
            timeout_s=timeout_s,
            complaint=lambda: (
                f"{name} is not ready after {timeout_s:.0f} s; see {self._shown(log_path)}"
            ),
        )

    def wait_for_the_end(self) -> None:
        """Raise StopRequested when asked to stop, ChildFailedError when a child dies."""
        while True:
            self.check()
            time.sleep(process.POLL_INTERVAL_S)

    def check(self) -> None:
        """Raise what should end the waiting, if there is anything."""
        if self._signals.received:
            raise StopRequested
        for name, watched in self._watched.items():
            if watched.process.poll() is not None:
                raise ChildFailedError(self._epitaph(name, watched.process, watched.log_path))

    def kill(self, name: str) -> None:
        """End a child without a farewell, as a crash would; it may be started again."""
        self._watched.pop(name)
        process.stop(self._children.pop(name), stop_signal=signal.SIGKILL)

    def stop(self) -> None:
        """End the children one by one, the last started first, so that each finds its servers.

        TERM first; KILL once the grace for all of them is over, or at another signal to us.
        """
        impatient_at = self._signals.received + 1
        deadline = time.monotonic() + self._grace_s
        for child in reversed(self._children.values()):
            if child.poll() is None:
                child.terminate()
            while child.poll() is None and time.monotonic() < deadline:
                if self._signals.received >= impatient_at:
                    break
                time.sleep(process.POLL_INTERVAL_S)
            process.stop(child, stop_signal=signal.SIGKILL)
        self._children.clear()
        self._watched.clear()

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        log_path = self._log_path(child.name)
        log_path.unlink(missing_ok=True)
        running = process.spawn(
            child.command,
            log_path=log_path,
            env=child.env,
            cwd=child.cwd,
            death_signal=child.death_signal,
        )
        self._children[child.name] = running
        return running

    def _log_path(self, name: str) -> Path:
        return self._log_dir / f"{name}.log"

    def _epitaph(self, name: str, dead: subprocess.Popen[bytes], log_path: Path) -> str:
        return (
            f"{name} {_ending(dead.returncode)}. The end of {self._shown(log_path)}:\n"
            f"{process.tail(log_path)}"
        )

    def _shown(self, path: Path) -> Path:
        here = Path.cwd()
        return path.relative_to(here) if path.is_relative_to(here) else path


class _Health:
    """Asks one address, past any proxy of the developer's shell, and remembers the answer."""

    def __init__(self, url: str) -> None:
        host_and_path = url.removeprefix("http://")
        self._host, _, path = host_and_path.partition("/")
        self._path = f"/{path}"
        self.last_answer = "no answer"

    def is_good(self) -> bool:
        connection = HTTPConnection(self._host, timeout=HEALTH_TIMEOUT_S)
        try:
            connection.request("GET", self._path)
            answer = connection.getresponse()
            body = answer.read(300).decode(errors="replace").strip()
        except (OSError, HTTPException) as error:
            self.last_answer = f"no answer: {error}"
            return False
        finally:
            connection.close()
        self.last_answer = f"{answer.status} {body}"
        return answer.status == 200


def _ending(returncode: int | None) -> str:
    if returncode is not None and returncode < 0:
        return f"was killed by {signal.Signals(-returncode).name}"
    return f"stopped with exit code {returncode}"


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) == signal.SIG_IGN
