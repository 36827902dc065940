"""`make demo`: the whole product on this machine, with stand-ins for the outside world."""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.utils.module_loading import import_string

from devkit import google_account, postgres, process
from devkit.demo_environment import (
    BOT_TOKEN,
    ROOT,
    DemoError,
    Options,
    Secrets,
    keep_secrets,
    product_environment,
    read_options,
)
from devkit.postgres import EmbeddedPostgres
from devkit.process import ServerFailedError
from devkit.supervisor import Child, ChildFailedError, StopRequested, StopSignals, Supervisor
from devkit.valkey import EmbeddedValkey

PREPARE_TIMEOUT_S = 120.0
HEALTHY_TIMEOUT_S = 90.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devkit.demo", description=__doc__)
    parser.add_argument("action", nargs="?", choices=("run", "reset"), default="run")
    action = parser.parse_args().action
    try:
        options = read_options(os.environ)
        with StopSignals() as signals, _the_only_demo(options.data_dir):
            _reset(options) if action == "reset" else _run(options, signals)
    except StopRequested:
        print("Stopped.", flush=True)
    except (DemoError, ChildFailedError, ServerFailedError) as error:
        print(f"make demo: {error}", file=sys.stderr, flush=True)
        return 1
    except PermissionError as error:
        owner = f"{error.filename} belongs to another user: was the demo run as root before?"
        print(f"make demo: {owner}", file=sys.stderr, flush=True)
        return 1
    return 0


def _run(options: Options, signals: StopSignals) -> None:
    clock = _Clock()
    _refuse_busy_ports(options)
    if options.database_url or options.redis_url:
        # By name: a usual start need not load the clients of both.
        import_string("devkit.own_servers.refuse_unusable")(options)
    options.log_dir.mkdir(exist_ok=True)
    kept = keep_secrets(options.data_dir / "secrets.json")
    with ExitStack() as servers, Supervisor(options.log_dir, signals) as supervisor:
        clock.say("Starting the sandbox, Postgres and Redis")
        supervisor.start(sandbox_child(options, kept))
        urls = _start_servers(options, servers, supervisor)
        env = product_environment(options, kept, database_url=urls[0], redis_url=urls[1])
        env["DEMO_ADMIN_PASSWORD"] = options.admin_password or kept.admin_password
        bring_up(supervisor, options, env, say=clock.say)
        print(_screen(options, kept, ready_after_s=clock.elapsed_s), flush=True)
        _wait_for_the_end(supervisor)


def bring_up(
    supervisor: Supervisor, options: Options, env: dict[str, str], *, say: Callable[[str], None]
) -> None:
    """With the sandbox and the servers started: prepare the data, start the rest, wait for health.

    Raises ChildFailedError when any of it fails or takes too long.
    """
    say("Starting web and worker; migrating, writing the catalog, creating the operator")
    # Loading the code is what takes long: they do it while the tables are made. The worker has
    # nothing to do before beat rings.
    supervisor.start(_web(env, options))
    supervisor.start(worker_child(env))
    supervisor.run(_preparation(env), timeout_s=PREPARE_TIMEOUT_S)
    say("Starting beat")
    supervisor.start(beat_child(env, data_dir=options.data_dir))
    _wait_until_healthy(supervisor, options)


def _wait_until_healthy(supervisor: Supervisor, options: Options) -> None:
    sandbox, web = f"{options.sandbox_url}/__health", f"{options.web_url}/api/health/ready"
    supervisor.wait_for_url("sandbox", sandbox, timeout_s=HEALTHY_TIMEOUT_S)
    # Right after a restart, web still sees the heartbeat of the previous worker.
    supervisor.wait_for_log("worker", " ready.", timeout_s=HEALTHY_TIMEOUT_S)
    supervisor.wait_for_log("beat", "beat: Starting", timeout_s=HEALTHY_TIMEOUT_S)
    supervisor.wait_for_url("web", web, timeout_s=HEALTHY_TIMEOUT_S)


def _wait_for_the_end(supervisor: Supervisor) -> None:
    try:
        supervisor.wait_for_the_end()
    except StopRequested:
        print("\nStopping …", flush=True)
        raise


def _start_servers(options: Options, servers: ExitStack, supervisor: Supervisor) -> tuple[str, str]:
    """The addresses of Postgres and Redis: the developer's own, or embedded ones."""
    for log_name in ("postgres.log", "redis.log"):
        (options.log_dir / log_name).unlink(missing_ok=True)
    database_url, redis_url = options.database_url, options.redis_url
    if not database_url:
        database = EmbeddedPostgres(
            options.data_dir / "postgres", log_path=options.log_dir / "postgres.log"
        )
        database_url = servers.enter_context(database).url
        supervisor.watch("postgres", database.running, database.log_path)
    if not redis_url:
        redis = EmbeddedValkey(options.data_dir / "redis", log_path=options.log_dir / "redis.log")
        redis_url = servers.enter_context(redis).url
        supervisor.watch("redis", redis.running, redis.log_path)
    return database_url, redis_url


def sandbox_child(options: Options, kept: Secrets, *more: str) -> Child:
    """The stand-ins; `more` are options of theirs."""
    return Child(
        name="sandbox",
        command=[
            *(sys.executable, "-m", "sandbox"),
            *("--host", process.LOOPBACK, "--port", str(options.sandbox_port)),
            *("--bot-token", BOT_TOKEN),
            # One word: a PEM begins with dashes, as options do.
            f"--vertex-public-key={google_account.public_half(kept.vertex_private_key)}",
            *("--lava-webhook-url", f"{options.web_url}/api/miniapp/lava-webhook"),
            *more,
        ],
        env=process.clean_environment() | {"PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
    )


def _preparation(env: dict[str, str]) -> Child:
    return Child("prepare", [sys.executable, "-m", "devkit.prepare"], env, ROOT)


def _web(env: dict[str, str], options: Options) -> Child:
    command = [
        *(sys.executable, "-m", "gunicorn", "config.asgi:application", "--preload"),
        *("--worker-class", "uvicorn_worker.UvicornWorker", "--workers", "2"),
        *("--bind", f"{process.LOOPBACK}:{options.web_port}", "--no-control-socket"),
        *("--timeout", "120", "--graceful-timeout", "5"),
    ]
    # gunicorn stops its workers itself; killing it would orphan them.
    return Child("web", command, env, ROOT, death_signal=signal.SIGTERM)


def worker_child(env: dict[str, str]) -> Child:
    command = [
        *(sys.executable, "-m", "celery", "--app", "config.celery", "--skip-checks", "worker"),
        *("--pool", "threads", "--concurrency", "32", "--loglevel", "INFO"),
        *("--queues", "celery,generation,video,polling,delivery,payments"),
        *("--without-mingle", "--without-gossip"),  # greetings of workers; this one is alone
    ]
    return Child("worker", command, env, ROOT)


def beat_child(env: dict[str, str], *, data_dir: Path) -> Child:
    command = [
        *(sys.executable, "-m", "celery", "--app", "config.beat", "--skip-checks", "beat"),
        *("--schedule", str(data_dir / "beat-schedule"), "--pidfile", ""),
        *("--loglevel", "INFO"),
    ]
    return Child("beat", command, env, ROOT)


def _screen(options: Options, kept: Secrets, *, ready_after_s: float) -> str:
    login = f"admin / {options.admin_password or kept.admin_password}"
    return f"""
  Ready in {ready_after_s:.1f} s

  Chat       {options.sandbox_url}/
  Admin      {options.web_url}/admin/       {login}
  Dashboard  {options.web_url}/dashboard/   the same login
  Logs       {_shown(options.log_dir)}/

  Ctrl-C stops everything; the data stays. `make demo-reset` wipes it.
"""


def _refuse_busy_ports(options: Options) -> None:
    for name, port in (("WEB_PORT", options.web_port), ("SANDBOX_PORT", options.sandbox_port)):
        try:
            busy = process.port_is_busy(port)
        except PermissionError as error:
            raise DemoError(f"{name}={port}: only root may use ports below 1024") from error
        if busy:
            other = port + 1 if port < 65535 else port - 1
            raise DemoError(f"Port {port} is busy; choose another: {name}={other} make demo")


@contextmanager
def _the_only_demo(data_dir: Path) -> Iterator[None]:
    """Two demos on one data directory would destroy it; the kernel frees the lock of a dead one."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with data_dir.with_suffix(".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            pid = lock.read().strip()
            raise DemoError(f"the demo of this checkout is running (process {pid})") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _reset(options: Options) -> None:
    postgres.remove_home(options.data_dir / "postgres")
    shutil.rmtree(options.data_dir)
    print(f"{_shown(options.data_dir)}/ is wiped.", flush=True)


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


class _Clock:
    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started

    def say(self, step: str) -> None:
        print(f"[{self.elapsed_s:4.1f} s] {step} …", flush=True)


if __name__ == "__main__":
    if "MAKELEVEL" in os.environ:
        process.die_with_our_parent()
    sys.exit(main())
