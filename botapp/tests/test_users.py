from functools import partial

import pytest

from botapp.business import users
from botapp.models import ChatThread, Language, TgUser, UserBalance, UserSettings
from botapp.tests.parallel import at_once

VERA = users.Profile(
    chat_id=7, first_name="Вера", last_name="Ли", username="vera", language_code="en"
)


def test_a_new_person_gets_a_wallet_settings_and_a_chat(db):
    user = users.ensure(VERA)

    assert (user.chat_id, user.first_name, user.username) == (7, "Вера", "vera")
    assert user.balance.balance == 0
    assert user.settings.interface_language == Language.EN
    assert user.chat_thread.unread_count == 0


def test_a_known_person_is_found_and_refreshed(db):
    before = users.ensure(VERA)

    after = users.ensure(users.Profile(chat_id=7, first_name="Vera", is_premium=True))

    assert after.pk == before.pk
    after.refresh_from_db()
    assert (after.first_name, after.last_name, after.is_premium) == ("Vera", "", True)


def test_nothing_is_written_when_nothing_changed(db, django_assert_num_queries):
    users.ensure(VERA)

    with django_assert_num_queries(1):
        users.ensure(VERA)


def test_the_chosen_language_outlives_the_language_of_telegram(db):
    user = users.ensure(VERA)
    users.change_language(user_id=user.pk, language=Language.RU)

    again = users.ensure(VERA)

    assert again.settings.interface_language == Language.RU


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", Language.RU),
        ("RU", Language.RU),
        ("ru-RU", Language.RU),
        ("uk", Language.RU),
        ("kk-KZ", Language.RU),
        ("", Language.RU),
        ("en", Language.EN),
        ("en-GB", Language.EN),
        ("zh-hans", Language.EN),
        ("rug", Language.EN),
    ],
)
def test_the_first_language_follows_telegram(code, language):
    assert users.language_for(code) == language


def test_long_names_are_cut_to_the_column(db):
    long = users.Profile(
        chat_id=7,
        first_name="🍌" * 300,
        last_name="я" * 300,
        username="u" * 300,
        language_code="x" * 30,
    )

    user = users.ensure(long)
    user.refresh_from_db()

    assert [len(user.first_name), len(user.last_name), len(user.username)] == [255, 255, 255]
    assert user.language_code == "x" * 10


def test_a_long_name_is_not_news_every_time(db, django_assert_num_queries):
    long = users.Profile(chat_id=7, first_name="я" * 300)
    users.ensure(long)

    with django_assert_num_queries(1):
        users.ensure(long)


def test_who_blocked_the_bot_is_remembered_until_they_write_again(db):
    user = users.ensure(VERA)

    users.mark_blocked(chat_id=7, blocked=True)
    user.refresh_from_db()
    assert user.is_blocked

    assert not users.ensure(VERA).is_blocked
    assert not TgUser.objects.get(chat_id=7).is_blocked


def test_blocking_says_nothing_about_others(db):
    users.ensure(VERA)
    users.ensure(users.Profile(chat_id=8))

    users.mark_blocked(chat_id=7, blocked=True)

    assert TgUser.objects.get(is_blocked=True).chat_id == 7


@pytest.mark.django_db(transaction=True)
def test_many_first_messages_at_once_make_one_person():
    found = at_once([partial(users.ensure, VERA)] * 12)

    assert len({user.pk for user in found}) == 1
    assert [model.objects.count() for model in (TgUser, UserBalance, UserSettings, ChatThread)] == [
        1,
        1,
        1,
        1,
    ]
