"""The web process until it accepts: aiogram's types built when used, against all at once."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from bench.compare import Comparison, Measures, compare

LOAD = """
import config.asgi
from resource import RUSAGE_SELF, getrusage
used = getrusage(RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
# Who comes before `lazy_aiogram` builds everything.
AT_ONCE = "import aiogram"


def run() -> Iterator[Comparison]:
    measure("")  # compiles what was never imported here
    yield compare(
        "start: the web process is loaded",
        {"lazy_aiogram": partial(measure, ""), "all at once": partial(measure, AT_ONCE)},
    )


def measure(before: str) -> Measures:
    """Raises CalledProcessError if the process does not load."""
    loading = subprocess.run(
        [sys.executable, "-c", before + LOAD], check=True, capture_output=True, text=True
    )
    cpu_s, peak_mb = map(float, loading.stdout.split())
    return {"CPU s": cpu_s, "memory peak, MB": peak_mb}
