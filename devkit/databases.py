"""The databases of one test run: one is deployed to, every worker has a copy of it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

from botapp.business import catalog_sync

DEPLOYED = "deployed"
# Written by Django when it migrates, and changed by no test.
KEPT = {"django_content_type", "auth_permission"}


def deploy_once(lock: Path) -> str:
    """Return the name of a database as a deployment leaves it: migrated, with the catalog written.

    Whoever of this run comes first makes it; `lock` is a file that all of them know.
    """
    with lock.open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not _exists(DEPLOYED):
            _deploy()
    return DEPLOYED


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _deploy() -> None:
    # Under another name until it is complete, so that nobody copies a half.
    unfinished = f"{DEPLOYED}_unfinished"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {unfinished}")
    with _connected_to(unfinished):
        call_command("migrate", verbosity=0, interactive=False)
        catalog_sync.sync()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {DEPLOYED}")


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def empty_what_was_filled(_of_a_test: TransactionTestCase) -> None:
    """After a test in real transactions. Django empties every table, of forty some, and announces a
    migration so that permissions are written again, which takes longer than most tests."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_named_if_filled, set(tables) - KEPT)))
        if filled := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")


def _named_if_filled(table: str) -> str:
    return f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})"  # noqa: S608 (ours)
