"""Fresh Postgres and Valkey for one test run: fast, forgetful, gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from devkit import postgres
from devkit.postgres import EmbeddedPostgres
from devkit.valkey import EmbeddedValkey


@dataclass(frozen=True)
class ThrowawayServers:
    """Where the servers of this run listen."""

    database_url: str
    redis_url: str


@contextmanager
def throwaway_servers() -> Iterator[ThrowawayServers]:
    """Both servers, empty; they and their data are gone after the block, or if we are killed.

    Killed, only the directories stay, in the system's place for temporary files.
    """
    with ExitStack() as stack:
        database_home = Path(tempfile.mkdtemp(prefix="nanobanana-postgres-"))
        stack.callback(postgres.remove_home, database_home)
        redis_home = Path(tempfile.mkdtemp(prefix="nanobanana-redis-"))
        stack.callback(shutil.rmtree, redis_home, ignore_errors=True)
        database = stack.enter_context(EmbeddedPostgres(database_home, durable=False))
        redis = stack.enter_context(EmbeddedValkey(redis_home, durable=False))
        yield ThrowawayServers(database_url=database.url, redis_url=redis.url)
