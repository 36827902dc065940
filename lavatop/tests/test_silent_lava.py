"""A Lava.top that takes connections and says nothing."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from lavatop.client import CONNECTIONS_MAX, LavaClient, LavaUnavailableError


def test_who_comes_when_all_connections_wait_is_told_so_at_once() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        client = stack.enter_context(LavaClient(base_url=address, api_key="key"))
        pool = stack.enter_context(ThreadPoolExecutor(CONNECTIONS_MAX))
        waiting = [pool.submit(client.get_contract, "c1") for _ in range(CONNECTIONS_MAX)]
        lines = [server.accept()[0] for _ in range(CONNECTIONS_MAX)]

        started_s = time.monotonic()
        with pytest.raises(LavaUnavailableError, match="PoolTimeout"):
            client.get_contract("c1")
        waited_s = time.monotonic() - started_s

        for line in lines:
            line.close()
        errors = [type(one.exception()) for one in waiting]

    assert waited_s < 2
    assert errors == [LavaUnavailableError] * CONNECTIONS_MAX
