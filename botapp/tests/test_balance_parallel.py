"""Threads on real Postgres: what is right alone must stay right together."""

import time
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from botapp.business import audit, balance, generation
from botapp.models import ChatMessage, Transaction
from botapp.tests.parallel import at_once
from conftest import make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Postgres ends a deadlock after a second by an error; standing in line takes far less.
LINE_S = 20


def post(user, amount, key):
    return balance.post(balance.Posting(user.pk, Transaction.Type.ADMIN, Decimal(amount), key)).pk


def order(user, key):
    return generation.start(
        generation.NewOrder(
            user_id=user.pk,
            chat_id=user.chat_id,
            model_slug="nano-banana-pro",
            prompt="a cat",
            key=key,
        )
    ).order


def order_and_fail(user, key):
    pk = order(user, key).pk
    assert generation.fail(generation_id=pk, code="x", detail="", now=timezone.now())


def speak_and_post(user, amount, key):
    """Inserts a row that refers to the person before it moves tokens, in one transaction."""
    with transaction.atomic():
        ChatMessage.objects.create(
            user=user, thread=user.chat_thread, direction="incoming", message_date=timezone.now()
        )
        post(user, amount, key)


def test_twenty_posters_of_one_key_write_one_row(alice):
    rows = at_once([partial(post, alice, "5.00", "same")] * 20)

    assert len(set(rows)) == 1
    assert balance.get_balance(user_id=alice.pk) == 105


def test_twenty_repeats_of_a_charge_that_empties_the_wallet_are_all_answered(alice):
    rows = at_once([partial(post, alice, "-60.00", "same")] * 20)

    assert set(rows) == {Transaction.objects.get(idempotency_key="same").pk}
    assert balance.get_balance(user_id=alice.pk) == 40


def test_sixteen_at_once_cannot_take_more_than_there_is(alice):
    rows = at_once([partial(post, alice, "-30.00", f"take:{number}") for number in range(16)])

    refused = [row for row in rows if isinstance(row, balance.NotEnoughTokensError)]
    assert len(refused) == 13
    assert balance.get_balance(user_id=alice.pk) == 10
    assert list(audit.find_discrepancies()) == []


def test_everything_at_once_for_one_person_neither_deadlocks_nor_loses_a_posting(alice):
    started_s = time.monotonic()
    calls = [
        *(partial(order_and_fail, alice, f"order:{number}") for number in range(8)),
        *(partial(speak_and_post, alice, "1.00", f"credit:{number}") for number in range(8)),
        *(partial(post, alice, "-0.50", f"debit:{number}") for number in range(8)),
    ]

    assert at_once(calls) == [None] * 16 + [
        Transaction.objects.get(idempotency_key=f"debit:{number}").pk for number in range(8)
    ]

    assert time.monotonic() - started_s < LINE_S
    assert alice.transactions.count() == 1 + 2 * 8 + 8 + 8
    assert balance.get_balance(user_id=alice.pk) == 104
    assert list(audit.find_discrepancies()) == []


def test_two_people_who_fail_on_the_same_model_do_not_block_each_other(alice):
    vera = make_user(1003, "Вера", tokens=100)
    calls = [
        partial(order_and_fail, user, f"order:{user.pk}:{number}")
        for number in range(8)
        for user in (alice, vera)
    ]
    started_s = time.monotonic()

    assert at_once(calls) == [None] * 16

    assert time.monotonic() - started_s < LINE_S
    assert [balance.get_balance(user_id=user.pk) for user in (alice, vera)] == [100, 100]
    assert list(audit.find_discrepancies()) == []


def test_a_parallel_reuse_of_a_key_by_another_person_moves_nothing_twice(alice):
    vera = make_user(1003, "Вера", tokens=100)

    at_once([partial(post, user, "5.00", "same") for user in (alice, vera) for _ in range(4)])

    assert Transaction.objects.filter(idempotency_key="same").count() == 1
    assert list(audit.find_discrepancies()) == []
