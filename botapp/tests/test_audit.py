from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection

from botapp.business import audit
from botapp.models import GenRequest, Transaction, UserBalance
from botapp.tests.orders import Status, finish, place, store


@contextmanager
def triggers_off():
    """The ledger's own guards look away, as they do for a superuser who wants it so."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def faults():
    return list(audit.find_discrepancies())


@pytest.mark.parametrize("status", Status)
def test_an_honest_order_is_no_fault_in_any_status(alice, boris, status):
    place(alice, status=status)

    assert faults() == []


def test_a_partly_refunded_order_is_no_fault(alice):
    order = place(alice, status=Status.SUBMITTING)
    store(order.pk, 0)
    finish(order.pk)

    assert faults() == []


@pytest.mark.parametrize(
    ("column", "statement"),
    [
        ("balance", "UPDATE botapp_userbalance SET balance = balance + 1"),
        ("total_spent", "UPDATE botapp_userbalance SET total_spent = total_spent + 1"),
        ("total_deposited", "UPDATE botapp_userbalance SET total_deposited = 5"),
        ("bonus_balance", "UPDATE botapp_userbalance SET bonus_balance = 5"),
        ("referral_earnings", "UPDATE botapp_userbalance SET referral_earnings = 5"),
    ],
)
def test_an_edited_wallet_is_found(alice, column, statement):
    place(alice)

    sql(statement)

    [fault] = faults()
    assert fault.startswith(f"user {alice.pk}: {column} ")


def test_a_wallet_with_tokens_out_of_nowhere_is_found(boris):
    UserBalance.objects.filter(user=boris).update(balance=5)

    assert faults() == [f"user {boris.pk}: balance 5.00, ledger 0.00"]


def test_ledger_rows_without_a_wallet_are_found(alice):
    UserBalance.objects.filter(user=alice).delete()

    assert faults() == [f"user {alice.pk}: ledger rows without a wallet"]


def test_an_edited_ledger_row_is_found_in_the_chain(alice):
    place(alice)
    with triggers_off():
        sql("UPDATE botapp_transaction SET amount = 90 WHERE type = 'admin'")

    assert any("balance_after 100.00, expected 90.00" in fault for fault in faults())


def test_a_deleted_ledger_row_is_found_in_the_chain(alice):
    first, second = (place(alice, key=key) for key in ("order:1", "order:2"))
    with triggers_off():
        GenRequest.objects.filter(pk=first.pk).update(transaction=None)
        sql("DELETE FROM botapp_transaction WHERE id = %s", first.transaction_id)

    assert any(f"transaction {second.transaction_id}" in fault for fault in faults())


@pytest.mark.parametrize("column", ["cost", "refunded"])
def test_an_order_whose_sums_differ_from_the_ledger_is_found(alice, column):
    order = place(alice)

    GenRequest.objects.update(**{column: 1})

    [fault] = faults()
    assert fault.startswith(f"order {order.pk}: cost")


@pytest.mark.parametrize("status", [Status.ERROR, Status.CANCELLED])
def test_an_order_that_ended_without_its_refund_is_found(alice, status):
    order = place(alice)

    GenRequest.objects.update(status=status)

    assert faults() == [f"order {order.pk}: {status}, refunded 0.00 of 3.20"]


@pytest.mark.parametrize("status", [Status.DELIVERING, Status.DONE])
def test_an_order_delivered_in_part_and_paid_in_full_is_found(alice, status):
    order = place(alice)
    store(order.pk, 0)

    GenRequest.objects.update(status=status)

    assert faults() == [f"order {order.pk}: 1 of 4 results, refunded 0.00 of 2.40"]


def test_a_refund_noted_on_the_order_but_absent_from_the_ledger_is_found(alice):
    place(alice)

    GenRequest.objects.update(status=Status.ERROR, refunded="3.20")

    [fault] = faults()
    assert "refunded 3.20, returned 0.00" in fault


def test_one_persons_fault_says_nothing_about_another(alice, boris):
    place(alice)

    UserBalance.objects.filter(user=boris).update(balance=5)

    assert [fault.split(":")[0] for fault in faults()] == [f"user {boris.pk}"]


def test_the_command_is_content_with_clean_books(alice, capsys):
    call_command("audit_ledger")

    assert "clean" in capsys.readouterr().out


def test_the_command_names_the_faults_and_exits_with_one(alice, capsys):
    UserBalance.objects.update(balance=1)

    with pytest.raises(SystemExit) as ended:
        call_command("audit_ledger")

    assert ended.value.code == 1
    assert "balance 1.00, ledger 100.00" in capsys.readouterr().out


def test_an_empty_ledger_is_clean(db):
    assert not Transaction.objects.exists()
    assert faults() == []
