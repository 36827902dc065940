import signal
import socket
from pathlib import Path

import pytest
import redis

from devkit.process import ServerFailedError
from devkit.tests.processes import eventually, is_alive, read_numbers, start_script
from devkit.valkey import EmbeddedValkey

LAUNCH_AND_WAIT = """
import sys, time
from pathlib import Path
from devkit.valkey import EmbeddedValkey
server = EmbeddedValkey(Path(sys.argv[1]))
server.start()
print(server.running.pid)
time.sleep(60)
"""


def client(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def test_it_answers_and_stops_at_the_end_of_the_block(tmp_path: Path):
    with EmbeddedValkey(tmp_path, durable=False) as server, client(server) as connection:
        assert connection.ping()
        pid = server.running.pid

    assert not is_alive(pid)


@pytest.mark.parametrize(("durable", "found"), [(True, b"value"), (False, None)])
def test_only_a_durable_server_remembers(tmp_path: Path, durable, found):
    with EmbeddedValkey(tmp_path, durable=durable) as server, client(server) as connection:
        connection.set("key", "value")

    with EmbeddedValkey(tmp_path, durable=durable) as server, client(server) as connection:
        assert connection.get("key") == found


def test_a_busy_port_is_an_error_that_says_so(tmp_path: Path):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        server = EmbeddedValkey(tmp_path, port=occupant.getsockname()[1])

        with pytest.raises(ServerFailedError, match="Address already in use"):
            server.start()


def test_it_dies_with_a_killed_launcher_and_the_next_one_starts(tmp_path: Path):
    launcher = start_script(LAUNCH_AND_WAIT, tmp_path)
    [server_pid] = read_numbers(launcher)
    assert is_alive(server_pid)

    launcher.send_signal(signal.SIGKILL)
    launcher.communicate()

    assert eventually(lambda: not is_alive(server_pid))
    with EmbeddedValkey(tmp_path) as server, client(server) as connection:
        assert connection.ping()
