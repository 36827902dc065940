"""The one crossing from async handlers to synchronous business calls.

A few threads that keep their database connection (measured: a new connection for each update
costs 4–5 ms of Postgres time). A broken or old connection is replaced.
"""

import asyncio
import contextvars
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

P = ParamSpec("P")
T = TypeVar("T")

CONNECTION_AGE_MAX_S = 600.0

_pool: ThreadPoolExecutor | None = None
_opened = threading.local()


async def run(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a synchronous function in a database thread and await its result."""
    if not settings.WEBHOOK_DB_THREADS:
        return await sync_to_async(func)(*args, **kwargs)
    context = contextvars.copy_context()
    call = functools.partial(func, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(
        _get_pool(), context.run, _with_connection, call
    )


def replace_broken_connection() -> None:
    """For a worker's thread that has waited for somebody outside: Postgres may have been restarted
    meanwhile, and what was answered must be kept."""
    if not connection.in_atomic_block:
        close_old_connections()


def _get_pool() -> ThreadPoolExecutor:
    global _pool  # noqa: PLW0603  # one pool a process, made on first use after the fork
    if _pool is None:
        _pool = ThreadPoolExecutor(settings.WEBHOOK_DB_THREADS, thread_name_prefix="db")
    return _pool


def _with_connection(call: Callable[[], T]) -> T:
    now = time.monotonic()
    if now - getattr(_opened, "at", now) > CONNECTION_AGE_MAX_S:
        connection.close()
    if connection.connection is None:
        _opened.at = now
    try:
        return call()
    except (OperationalError, InterfaceError):
        # The next call opens a fresh one; whether to repeat this call is the caller's decision.
        connection.close()
        raise
