"""Migrations on real, empty databases: up, down and up again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

OURS = ("botapp", "lavatop")
OLD_TOKEN_PACKAGES = """
CREATE TABLE token_packages (
    code varchar(100) PRIMARY KEY, title varchar(255) NOT NULL, credits numeric(12, 2) NOT NULL,
    price_usd numeric(10, 2) NOT NULL, stars_amount integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true, sort_order integer NOT NULL DEFAULT 100
);
INSERT INTO token_packages (code, title, credits, price_usd) VALUES ('P100', 'Hundred', 100, 5);
"""


@pytest.fixture
def empty_postgres(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The alias of a database beside the test database, without a single table."""
    alias = "empty"
    name = f"{connection.settings_dict['NAME']}_{alias}"
    with django_db_blocker.unblock():
        sql("default", f'CREATE DATABASE "{name}"')
        connections.databases[alias] = {**connection.settings_dict, "NAME": name}
        yield alias
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
        sql("default", f'DROP DATABASE "{name}"')
        connection.close()


def migrate(alias: str, app: str, name: str | None = None) -> None:
    executor = MigrationExecutor(connections[alias])
    executor.migrate([(app, name)])


def migrate_to_the_newest(alias: str) -> None:
    executor = MigrationExecutor(connections[alias])
    executor.migrate(executor.loader.graph.leaf_nodes())


def sql(alias: str, statement: str) -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def guards(alias: str) -> set[str]:
    found = sql(alias, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    return {name for (name,) in found}


def test_the_models_and_the_migrations_agree(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_migration_goes_up_and_down_and_up_again(empty_postgres):
    migrate_to_the_newest(empty_postgres)
    sql(empty_postgres, "UPDATE pricing_settings SET markup_multiplier = 3")

    migrate(empty_postgres, "botapp", "0002_token_packages_and_pricing_row")
    assert guards(empty_postgres) == set()
    migrate_to_the_newest(empty_postgres)

    # What an operator changed outlives it.
    assert sql(empty_postgres, "SELECT id, markup_multiplier FROM pricing_settings") == [(1, 3)]
    assert guards(empty_postgres) == {
        "botapp_transaction_append_only",
        "botapp_transaction_chain",
        "botapp_genevent_append_only",
        "botapp_aimodel_price",
        "botapp_pricing_changed",
    }

    for app in reversed(OURS):
        migrate(empty_postgres, app)

    tables = sql(empty_postgres, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    left = {name for (name,) in tables if not name.startswith(("auth_", "django_"))}
    assert left == {"token_packages"}, "only the shared table"
    assert not sql(empty_postgres, "SELECT proname FROM pg_proc WHERE proname LIKE 'botapp%'")


def test_a_table_of_packages_made_by_hand_is_kept_and_completed(empty_postgres):
    sql(empty_postgres, OLD_TOKEN_PACKAGES)

    migrate_to_the_newest(empty_postgres)

    packages = sql(empty_postgres, "SELECT code, credits, lava_offer_id FROM token_packages")
    assert packages == [("P100", 100, "")]
