"""What an order costs in the end, whichever way it ended."""

from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botapp.business import audit, balance, generation
from botapp.models import AIModel, GenRequest, GenResult, Transaction
from botapp.tests.orders import NOW, Status, cancel, claim, fail, finish, finish_whole, place, store
from botapp.tests.parallel import at_once


def whole_row(pk):
    return GenRequest.objects.filter(pk=pk).values().get()


def tokens(user):
    return balance.get_balance(user_id=user.pk)


def test_a_failed_order_is_paid_back_and_keeps_its_reason(alice):
    order = place(alice, status=Status.ERROR)

    assert (order.error_code, order.error_message) == ("refused", "why")
    assert order.refunded == order.cost
    assert order.completed_at is not None
    refund = order.transactions.get(type=Transaction.Type.REFUND)
    assert (refund.amount, refund.related_transaction) == (order.cost, order.transaction)
    assert tokens(alice) == 100
    assert AIModel.objects.get(pk=order.ai_model_id).total_errors == 1


def test_failing_after_the_results_came_changes_nothing(alice):
    order = place(alice, status=Status.DELIVERING)

    assert not fail(order.pk)
    assert tokens(alice) == Decimal("96.80")
    assert AIModel.objects.get(pk=order.ai_model_id).total_errors == 0


def test_results_after_the_failure_are_not_delivered_and_stay_paid_back(alice):
    order = place(alice, status=Status.ERROR)

    assert not finish_whole(order.pk)
    assert whole_row(order.pk)["status"] == Status.ERROR
    assert tokens(alice) == 100


def test_a_finish_without_any_result_is_a_bug_in_the_caller(alice):
    pk = place(alice, status=Status.SUBMITTING).pk

    with pytest.raises(ValueError, match="no results"):
        finish(pk)

    assert whole_row(pk)["status"] == Status.SUBMITTING


@pytest.mark.parametrize(("made", "refunded"), [(1, "2.40"), (2, "1.60"), (3, "0.80"), (4, "0")])
def test_missing_results_are_paid_back(alice, made, refunded):
    pk = place(alice, status=Status.SUBMITTING).pk
    store(pk, *range(made))

    assert finish(pk)

    assert whole_row(pk)["refunded"] == Decimal(refunded)
    assert tokens(alice) == Decimal("96.80") + Decimal(refunded)


def test_a_share_that_does_not_divide_is_rounded_for_the_person(alice):
    AIModel.objects.update(base_cost_usd="0.0333")
    order = place(alice, status=Status.SUBMITTING, quantity=3)
    store(order.pk, 0)

    finish(order.pk)

    assert order.cost == Decimal("4.00")
    assert whole_row(order.pk)["refunded"] == Decimal("2.67")


def test_more_results_than_ordered_cost_nothing_more(alice):
    pk = place(alice, status=Status.SUBMITTING, quantity=1).pk
    store(pk, 0, 1, 2)

    assert finish(pk)
    assert whole_row(pk)["refunded"] == 0


@settings(database=None, deadline=None)
@given(
    cost=st.decimals("0.01", 10_000, places=2),
    quantity=st.integers(1, 10),
    data=st.data(),
)
def test_a_share_is_never_too_little_nor_more_than_the_cost(cost, quantity, data):
    missing = data.draw(st.integers(0, quantity))

    share = generation.share(cost, missing, quantity)

    exact = cost * missing / quantity
    assert exact <= share <= min(cost, exact + Decimal("0.01"))
    assert share == share.quantize(Decimal("0.01"))


def test_the_same_result_twice_is_one_result(alice):
    pk = place(alice, status=Status.SUBMITTING).pk
    store(pk, 0, 0, 1)

    assert GenResult.objects.filter(request=pk).count() == 2


def test_only_the_own_order_is_cancelled(alice, boris):
    pk = place(alice).pk

    with pytest.raises(generation.OrderNotFoundError):
        generation.cancel(user_id=boris.pk, generation_id=pk, now=NOW)

    assert whole_row(pk)["status"] == Status.QUEUED
    assert tokens(alice) == Decimal("96.80")


def test_a_cancelled_order_is_paid_back(alice):
    order = place(alice, status=Status.CANCELLED)

    assert order.refunded == order.cost
    assert tokens(alice) == 100


@pytest.mark.django_db(transaction=True)
def test_failing_cancelling_and_finishing_at_once_settle_the_order_once(alice):
    for number in range(6):
        pk = place(alice, key=f"order:{number}").pk
        store(pk, 0)
        ends = at_once([partial(move, pk) for move in (fail, cancel, claim, finish) * 3])

        assert sum(end is True for end in ends) == 1
        assert not [end for end in ends if isinstance(end, BaseException)]

    assert list(audit.find_discrepancies()) == []
    refunds = Transaction.objects.filter(type=Transaction.Type.REFUND)
    assert refunds.count() == 6
