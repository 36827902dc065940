"""`python -m sandbox` as a process: it starts, answers and stops in time."""

import signal
import subprocess
import sys
import threading
import time

import httpx
import pytest

from sandbox.__main__ import read_config
from sandbox.config import Config


def test_every_setting_is_an_option_and_keeps_its_default():
    config = read_config(["--port", "9000", "--webhook-time-scale", "0.5"])

    assert config == Config(port=9000, webhook_time_scale=0.5)


def test_the_whole_sandbox_answers_that_it_is_healthy(sandbox):
    assert sandbox.client.get("/__health").json() == {"ok": True}


def test_the_process_stops_within_a_second_even_while_a_call_hangs(free_port):
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", str(free_port)], stderr=subprocess.DEVNULL
    )
    try:
        base_url = f"http://{Config().host}:{free_port}"
        wait_until_healthy(base_url)
        httpx.post(f"{base_url}/__faults", json={"service": "lava", "action": "hang"})
        hanging = threading.Thread(target=hang, args=(base_url,))
        hanging.start()
        wait_for_a_call(base_url)

        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        exit_code = process.wait(timeout=5)

        assert time.monotonic() - started < 1.0
        assert exit_code == 0
        hanging.join(timeout=5)
    finally:
        process.kill()
        process.wait()


def hang(base_url):
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{base_url}/lava/api/v3/invoice", timeout=10)


def wait_for_a_call(base_url):
    deadline = time.monotonic() + 5
    while not httpx.get(f"{base_url}/__calls").json()["calls"] and time.monotonic() < deadline:
        time.sleep(0.02)


def wait_until_healthy(base_url):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{base_url}/__health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the sandbox did not start")
