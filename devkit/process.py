"""Processes that cannot outlive us, and ports that are free."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2), linux/prctl.h
LOOPBACK = "127.0.0.1"
POLL_INTERVAL_S = 0.05

# The developer's shell may hold real keys: nothing else of it reaches a child.
INHERITED_VARIABLES = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR")


class ServerFailedError(Exception):
    """A process did not start or died; the text is what the developer should read."""


@dataclass(frozen=True)
class Account:
    """The unprivileged system account a process runs as when we are root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> "Account":
        entry = pwd.getpwnam(name)
        return cls(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def clean_environment() -> dict[str, str]:
    """The few variables a child may take from the developer's shell."""
    return {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}


def spawn(
    command: Sequence[str | Path],
    *,
    log_path: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a process in its own session; the kernel ends it when our thread dies.

    Its own session keeps a Ctrl-C meant for us away from it: we decide the order of stopping.
    """
    with log_path.open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509 - it calls only prctl
        )


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before exec: our death, even by SIGKILL, sends it `death_signal`."""
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def bind_to_parent() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return bind_to_parent


def die_with_our_parent() -> None:
    """Let the death of our own parent reach us as a SIGTERM."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


def stop(
    process: subprocess.Popen[bytes],
    *,
    stop_signal: signal.Signals = signal.SIGTERM,
    grace_s: float = 5.0,
) -> None:
    """Ask the process to end, then kill whatever is left of its group."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the children a dead leader may have left behind."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def stop_leftovers(directory: Path, *, program: str, stop_signal: signal.Signals) -> None:
    """Stop servers of an earlier, killed run: the `program`s working in `directory`.

    The caller makes sure that no living launcher uses the directory.
    """
    for patience_s, signal_sent in ((10.0, stop_signal), (5.0, signal.SIGKILL)):
        deadline = time.monotonic() + patience_s
        found = _working_in(directory, program=program)
        for pid, parent_pid in found.items():
            if parent_pid not in found:  # a server ends its own children, and in the right order
                _signal_if_alive(pid, signal_sent)
        while _working_in(directory, program=program) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL_S)


def _working_in(directory: Path, *, program: str) -> dict[int, int]:
    """Process id → parent's process id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name, _, state = (entry / "stat").read_text().partition("(")[2].rpartition(")")
            if name == program and (entry / "cwd").readlink() == directory.resolve():
                found[int(entry.name)] = int(state.split()[1])  # proc(5): state, ppid, …
        except OSError:  # it ended meanwhile, or is not ours to look at
            continue
    return found


def _signal_if_alive(pid: int, signal_sent: signal.Signals) -> None:
    try:
        os.kill(pid, signal_sent)
    except ProcessLookupError:
        return


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_is_busy(port: int) -> bool:
    """Whether somebody listens on this port. Raises PermissionError for ports of root only."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only fading out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            raise
        except OSError:
            return True
        return False


def tail(log_path: Path, *, lines: int = 15) -> str:
    """The last lines of a log, for the message that says why something failed."""
    if not log_path.exists():
        return ""
    return "\n".join(log_path.read_text(errors="replace").splitlines()[-lines:])
