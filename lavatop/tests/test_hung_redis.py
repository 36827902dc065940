"""Redis that hangs must hold up nobody: the row is the queue, the bell may stay silent."""

from pathlib import Path

from botapp.tests.test_settings import run
from devkit.lint import SAMPLE_PRODUCTION
from devkit.valkey import EmbeddedValkey

PATIENCE_S = 2.0

RING_AND_LOOK = """
import os, signal, time
import django; django.setup()
from django.core.cache import cache
from redis import RedisError
from lavatop import tasks

def ring():
    tasks.ring(tasks.process_webhook_event, 1)

def look():
    try:
        cache.add("key", 1)
    except RedisError:
        pass

def measure(name, deed):
    started_s = time.monotonic()
    deed()
    print(name, time.monotonic() - started_s)

ring(); look()
os.kill(int(os.environ["REDIS_PID"]), signal.SIGSTOP)
measure("ring", ring); measure("look", look)
# By now no connection is left from before.
measure("ring", ring); measure("look", look)
os.kill(int(os.environ["REDIS_PID"]), signal.SIGCONT)
"""


def test_neither_a_ring_nor_a_look_into_the_cache_waits_long(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path, durable=False) as redis:
        env = {"REDIS_URL": redis.url, "REDIS_PID": str(redis.running.pid)}
        finished = run("-W", "ignore", "-c", RING_AND_LOOK, env=SAMPLE_PRODUCTION | env)

    waits = [line.split() for line in finished.stdout.splitlines()]
    assert [name for name, _ in waits] == ["ring", "look"] * 2, finished.stderr
    assert all(float(seconds) < PATIENCE_S for _, seconds in waits), waits
    assert finished.stderr.count("The broker is away") == 2
