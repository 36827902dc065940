import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit import process
from devkit.process import clean_environment
from devkit.supervisor import Child, ChildFailedError, StopRequested, StopSignals, Supervisor
from devkit.tests.processes import eventually, is_alive, read_numbers, start_script

SLEEPER = "import time; time.sleep(60)"
STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
PARENT_OF_A_SLEEPER = """
import pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
child.wait()
"""
NOTES_ITS_END = """
import pathlib, signal, sys, time
def end(*_):
    with open(sys.argv[1], "a") as notes:
        notes.write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1] + "." + sys.argv[2]).touch()
time.sleep(60)
"""
SUPERVISE_AND_WAIT = """
import sys
from pathlib import Path
from devkit.supervisor import Child, StopRequested, StopSignals, Supervisor
sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
try:
    with StopSignals() as signals, Supervisor(Path(sys.argv[1]), signals) as supervisor:
        for name in ("one", "two"):
            supervisor.start(Child(name, sleeper, {}, Path(sys.argv[1])))
        print(*(watched.process.pid for watched in supervisor._watched.values()))
        supervisor.wait_for_the_end()
except StopRequested:
    print("stopped")
"""
WEB_PAGE = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]))
        self.end_headers()
        self.wfile.write(b"worker is down")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def signals() -> Iterator[StopSignals]:
    with StopSignals() as counted:
        yield counted


@pytest.fixture
def supervisor(tmp_path: Path, signals: StopSignals) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, signals, grace_s=1.0) as running:
        yield running


@pytest.fixture
def child(tmp_path: Path):
    def build(script: str, *arguments: object, name: str = "child") -> Child:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        return Child(name=name, command=command, env=clean_environment(), cwd=tmp_path)

    return build


def pids(supervisor: Supervisor) -> list[int]:
    return [watched.process.pid for watched in supervisor._watched.values()]


def test_a_child_that_dies_is_named_with_its_exit_code_and_last_words(supervisor, child):
    supervisor.start(child("print('the reason'); raise SystemExit(3)", name="worker"))

    with pytest.raises(ChildFailedError, match=r"worker stopped with exit code 3.*\n.*the reason"):
        supervisor.wait_for_the_end()


def test_only_the_last_fifteen_lines_of_its_log_are_shown(supervisor, child):
    supervisor.start(child("for n in range(1, 101): print(f'line {n}.')\nraise SystemExit(1)"))

    with pytest.raises(ChildFailedError) as failure:
        supervisor.wait_for_the_end()

    assert "line 86." in str(failure.value)
    assert "line 85." not in str(failure.value)


def test_a_killed_child_is_told_by_the_name_of_the_signal(supervisor, child):
    supervisor.start(child(SLEEPER))
    os.kill(pids(supervisor)[0], signal.SIGKILL)

    with pytest.raises(ChildFailedError, match="child was killed by SIGKILL"):
        supervisor.wait_for_the_end()


def test_a_child_that_dies_while_another_one_is_awaited_ends_the_waiting(supervisor, child):
    supervisor.start(child("raise SystemExit(1)", name="worker"))

    with pytest.raises(ChildFailedError, match="worker stopped"):
        supervisor.wait_for_url("web", "http://127.0.0.1:9/", timeout_s=30)


def test_a_healthy_address_ends_the_waiting(supervisor, child, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    port = process.free_port()
    supervisor.start(child(WEB_PAGE, port, 200))

    supervisor.wait_for_url("web", f"http://127.0.0.1:{port}/ready", timeout_s=10)


def test_an_address_that_stays_unhealthy_is_quoted(supervisor, child):
    port = process.free_port()
    supervisor.start(child(WEB_PAGE, port, 503))

    with pytest.raises(ChildFailedError, match=r"web is not ready after 2 s \(503 worker is down"):
        supervisor.wait_for_url("web", f"http://127.0.0.1:{port}/ready", timeout_s=2)


def test_words_in_the_log_end_the_waiting_and_their_absence_is_told(supervisor, child):
    supervisor.start(child(f"print('worker ready.', flush=True); {SLEEPER}", name="worker"))

    supervisor.wait_for_log("worker", " ready.", timeout_s=10)
    with pytest.raises(ChildFailedError, match=r"worker is not ready after 1 s; see .*worker\.log"):
        supervisor.wait_for_log("worker", "never written", timeout_s=1)


def test_a_command_run_to_its_end_must_succeed(supervisor, child):
    supervisor.run(child("print('done')"), timeout_s=10)

    with pytest.raises(ChildFailedError, match=r"migrate stopped with exit code 1.*\n.*no table"):
        supervisor.run(child("raise SystemExit('no table')", name="migrate"), timeout_s=10)


def test_a_command_that_ended_well_is_not_taken_for_a_dead_child(supervisor, child):
    supervisor.run(child("pass"), timeout_s=10)

    supervisor.check()


def test_stopping_takes_the_grandchildren_along(supervisor, child, tmp_path):
    supervisor.start(child(PARENT_OF_A_SLEEPER, tmp_path / "pid"))
    assert eventually(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    grandchild = int((tmp_path / "pid").read_text())
    assert is_alive(grandchild)

    supervisor.stop()

    assert eventually(lambda: not is_alive(grandchild))


def test_a_child_deaf_to_term_is_killed_after_the_grace(supervisor, child, tmp_path):
    supervisor.start(child(STUBBORN, tmp_path / "deaf"))
    assert eventually((tmp_path / "deaf").exists)
    [pid] = pids(supervisor)
    started = time.monotonic()

    supervisor.stop()

    assert not is_alive(pid)
    assert 1.0 <= time.monotonic() - started < 5.0


def test_a_second_signal_ends_the_patience(tmp_path, signals, child):
    with Supervisor(tmp_path, signals, grace_s=60.0) as supervisor:
        supervisor.start(child(STUBBORN, tmp_path / "deaf"))
        assert eventually((tmp_path / "deaf").exists)
        [pid] = pids(supervisor)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()

        supervisor.stop()
        timer.join()

    assert not is_alive(pid)


def test_the_last_started_child_is_the_first_to_end(tmp_path, signals, child):
    notes = tmp_path / "notes"
    with Supervisor(tmp_path, signals, grace_s=10.0) as supervisor:
        for name in ("first", "second"):
            supervisor.start(child(NOTES_ITS_END, notes, name, name=name))
            assert eventually(Path(f"{notes}.{name}").exists)

    assert notes.read_text().split() == ["second", "first"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_waiting(supervisor, child, number):
    supervisor.start(child(SLEEPER))
    os.kill(os.getpid(), number)

    with pytest.raises(StopRequested):
        supervisor.wait_for_the_end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_child_survives_the_supervisor(tmp_path, number):
    running = start_script(SUPERVISE_AND_WAIT, tmp_path)
    children = read_numbers(running)
    assert len(children) == 2
    assert all(map(is_alive, children))

    running.send_signal(number)
    output, _ = running.communicate(timeout=15)

    assert eventually(lambda: not any(map(is_alive, children)))
    assert output == ("" if number == signal.SIGKILL else "stopped\n")


def test_a_child_sees_nothing_of_the_shell_but_a_few_variables(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "a-real-key")

    assert "GEMINI_API_KEY" not in clean_environment()
    assert "PATH" in clean_environment()
