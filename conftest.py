"""The cast and the stage of all tests; servers come from devkit.pytest_servers."""

import itertools
from collections.abc import Iterator
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from botapp.business import balance, catalog_sync, users
from botapp.models import AIModel, PricingSettings, TgUser, Transaction
from devkit import databases

GIVEN = itertools.count(1)


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request of the mini app speaks its person's language until its context ends; the test
    client's context is the whole run."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    testrun_uid: str,
) -> None:
    """Each worker's database is a copy of one that was deployed to."""
    lock = tmp_path_factory.getbasetemp().parent / f"deploying-{testrun_uid}"
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.deploy_once(lock)


@pytest.fixture(autouse=True, scope="session")
def _only_what_was_filled_is_emptied() -> Iterator[None]:
    with mock.patch.object(
        TransactionTestCase, "_fixture_teardown", databases.empty_what_was_filled
    ):
        yield


@pytest.fixture
def catalog(db: None) -> None:
    """The models on sale and their prices."""
    # Tests in real transactions empty every table afterwards, also of what a deployment wrote.
    if not AIModel.objects.exists():
        PricingSettings.objects.get_or_create(pk=1)
        catalog_sync.sync()


@pytest.fixture
def alice(db: None, catalog: None) -> TgUser:
    """Reads Russian and has 100 tokens."""
    return make_user(1001, "Алиса", tokens=100)


@pytest.fixture
def boris(db: None, catalog: None) -> TgUser:
    """Reads Russian and has nothing."""
    return make_user(1002, "Борис", tokens=0)


def make_user(chat_id: int, first_name: str, *, tokens: int, language_code: str = "ru") -> TgUser:
    user = users.ensure(
        users.Profile(chat_id=chat_id, first_name=first_name, language_code=language_code)
    )
    if tokens:
        give_tokens(user, tokens)
    return user


def give_tokens(user: TgUser, tokens: int) -> None:
    balance.post(
        balance.Posting(
            user_id=user.pk,
            type=Transaction.Type.ADMIN,
            amount=balance.CENT * 100 * tokens,
            key=f"test:give:{next(GIVEN)}",
        )
    )
