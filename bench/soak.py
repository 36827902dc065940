"""A thousand films at once on one worker: rows polled in batches, against a thread for each film.

Both make the same films for the same people with the same adapters, ledger and delivery. A film
takes 60 to 300 seconds, scaled; polls keep their real pace.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx

from bench.compare import Comparison, Measures, compare
from bench.stage import cpu_s, listening, memory_peak_mb
from botapp.business import audit, balance, generation, users
from botapp.models import AIModel, GenRequest, Transaction
from devkit import demo, process
from devkit.demo_environment import ROOT
from devkit.supervisor import Child

FILMS = 1000
FILM_S = (60.0, 300.0)
TIME_SCALE = 0.2
PATIENCE_S = 240.0
TOKENS = 1000
# Telegram's own people begin at 1, and the stand-in takes the chat for the film's number.

Children = Callable[[dict[str, str], Path], list[Child]]


def run() -> Iterator[Comparison]:
    films, scale = FILMS, TIME_SCALE
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = process.free_port()
        stack.enter_context(
            listening(
                ["-m", "bench.film_stand_in", str(port)], port=port, log_path=scratch / "provider"
            )
        )
        stand_in = f"http://{process.LOOPBACK}:{port}"
        env = dict(os.environ) | {
            "RUNWAY_API_KEY": "bench",
            "RUNWAY_API_BASE_URL": stand_in,
            "TELEGRAM_API_BASE_URL": stand_in,
            "PROVIDER_CONCURRENCY": f"runway={2 * films}",
            "STORAGE_URL": (scratch / "media").as_uri(),
        }
        soak = partial(_soak, stand_in=stand_in, env=env, log_dir=scratch)
        yield compare(
            f"soak: {films} films of {FILM_S[0] * scale:.0f} to {FILM_S[1] * scale:.0f} s"
            f" (time × {scale}) on one worker process",
            {
                "rows in batches": partial(soak, _product),
                "a thread each": partial(soak, _naive),
            },
            rounds=1,
        )


def _soak(children: Children, *, stand_in: str, env: dict[str, str], log_dir: Path) -> Measures:
    """Order everything, let the worker loose, and look until all films are with their people."""
    takes_s = _plan()
    httpx.post(f"{stand_in}/plan", json=takes_s).raise_for_status()
    _order(len(takes_s))
    with _running(children(env, log_dir), log_dir) as pid:
        started = time.monotonic()
        story = _wait(stand_in, len(takes_s))
        took_s = time.monotonic() - started
        used_s, peak_mb = cpu_s(pid), memory_peak_mb(pid)
    lost = sum(film["delivered_at"] is None for film in story) + len(takes_s) - len(story)
    assert not list(audit.find_discrepancies())
    delays_s = [film["delivered_at"] - film["ready_at"] for film in story if film["delivered_at"]]
    percentiles = statistics.quantiles(delays_s, n=100, method="inclusive")
    return {
        "films lost": lost,
        "ready to delivered p50, s": percentiles[49],
        "ready to delivered p99, s": percentiles[98],
        "CPU s a film": used_s / len(takes_s),
        "CPU of a core, %": 100 * used_s / took_s,
        "memory peak, MB": peak_mb,
        "polls": sum(film["polls"] for film in story),
        "whole run, s": took_s,
    }


def _plan() -> list[float]:
    chance = random.Random(7)
    return [chance.uniform(*FILM_S) * TIME_SCALE for _ in range(FILMS)]


def _order(films: int) -> None:
    """One film for each of as many people; what an earlier run left is out of the way."""
    AIModel.objects.filter(slug="runway_gen45").update(is_active=True)
    run = GenRequest.objects.count()
    for number in range(films):
        user = users.ensure(users.Profile(chat_id=number, first_name="Bench"))
        give = balance.Posting(
            user.pk, Transaction.Type.ADMIN, balance.CENT * 100 * TOKENS, f"soak:{run}:{number}"
        )
        balance.post(give)
        generation.start(
            generation.NewOrder(
                user_id=user.pk,
                chat_id=user.chat_id,
                model_slug="runway_gen45",
                prompt=f"film {number}",
                key=f"soak:{run}:{number}",
            )
        )


def _wait(stand_in: str, films: int) -> list[dict[str, float]]:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        story: list[dict[str, float]] = httpx.get(f"{stand_in}/story", timeout=30).json()
        delivered = sum(film["delivered_at"] is not None for film in story)
        if delivered == films or time.monotonic() > deadline:
            return story
        time.sleep(0.5)


def _product(env: dict[str, str], data_dir: Path) -> list[Child]:
    return [demo.worker_child(env), demo.beat_child(env, data_dir=data_dir)]


def _naive(env: dict[str, str], _: Path) -> list[Child]:
    return [Child("naive", [sys.executable, "-m", "bench.naive_worker"], env, ROOT)]


@contextmanager
def _running(children: list[Child], log_dir: Path) -> Iterator[int]:
    """The children, stopped afterwards; the process id of the first."""
    with ExitStack() as stack:
        pids = []
        for child in children:
            running = process.spawn(
                child.command, log_path=log_dir / child.name, env=child.env, cwd=child.cwd
            )
            stack.callback(process.stop, running)
            pids.append(running.pid)
        yield pids[0]
