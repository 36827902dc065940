from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from botapp.business import balance
from botapp.models import ChatMessage, Transaction, UserBalance

Type = Transaction.Type


def post(user, amount, *, key="x", type_=Type.ADMIN):
    return balance.post(balance.Posting(user.pk, type_, Decimal(amount), key))


def totals(user):
    wallet = UserBalance.objects.get(user=user)
    return (
        wallet.total_spent,
        wallet.total_deposited,
        wallet.bonus_balance,
        wallet.referral_earnings,
    )


def test_a_key_is_posted_once(alice):
    first = post(alice, "5.00")
    second = post(alice, "5.00")

    assert first == second
    assert balance.get_balance(user_id=alice.pk) == Decimal("105.00")


def test_a_repeated_charge_is_answered_also_when_the_wallet_is_empty_by_then(alice):
    first = post(alice, "-100.00")

    assert post(alice, "-100.00") == first


def test_more_than_the_wallet_holds_is_refused(alice):
    with pytest.raises(balance.NotEnoughTokensError) as refused:
        post(alice, "-100.01")

    assert refused.value.missing == Decimal("0.01")
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")
    assert alice.transactions.count() == 1


def test_the_last_hundredth_can_be_spent(alice):
    post(alice, "-100.00")

    assert balance.get_balance(user_id=alice.pk) == 0


@pytest.mark.parametrize("amount", ["0.001", "-0.005", "1.999"])
def test_parts_of_a_hundredth_are_refused(alice, amount):
    with pytest.raises(ValueError, match="two decimals"):
        post(alice, amount)


def test_trailing_zeros_are_no_decimals(alice):
    assert post(alice, "1.5000").balance_after == Decimal("101.50")


def test_the_key_of_another_amount_is_refused(alice):
    post(alice, "5.00")

    with pytest.raises(balance.KeyReusedError):
        post(alice, "6.00")


def test_the_key_of_another_type_is_refused(alice):
    post(alice, "5.00")

    with pytest.raises(balance.KeyReusedError):
        post(alice, "5.00", type_=Type.BONUS)


def test_the_key_of_another_person_is_refused(alice, boris):
    post(alice, "5.00")

    with pytest.raises(balance.KeyReusedError):
        post(boris, "5.00")


def test_every_row_continues_the_one_before(alice):
    for number, amount in enumerate(["-30.00", "5.50", "-0.01"]):
        post(alice, amount, key=f"step:{number}")

    chain = alice.transactions.order_by("id").values_list("balance_after", flat=True)
    assert list(chain) == [Decimal(sum_) for sum_ in ("100.00", "70.00", "75.50", "75.49")]


@pytest.mark.parametrize(
    ("type_", "amount", "expected"),
    [
        (Type.GENERATION, "-7.00", (7, 0, 0, 0)),
        (Type.DEPOSIT, "7.00", (0, 7, 0, 0)),
        (Type.BONUS, "7.00", (0, 0, 7, 0)),
        (Type.REFERRAL, "7.00", (0, 0, 7, 7)),
        (Type.ADMIN, "7.00", (0, 0, 0, 0)),
        (Type.ADMIN, "-7.00", (0, 0, 0, 0)),
    ],
)
def test_the_totals_follow_the_type(alice, type_, amount, expected):
    post(alice, amount, type_=type_)

    assert totals(alice) == expected


@pytest.mark.parametrize(
    ("type_", "amount"),
    [
        (Type.GENERATION, "7.00"),
        (Type.DEPOSIT, "-7.00"),
        (Type.BONUS, "-7.00"),
        (Type.REFERRAL, "-7.00"),
        (Type.ADMIN, "0.00"),
    ],
)
def test_a_sign_that_does_not_fit_the_type_moves_nothing(alice, type_, amount):
    post(alice, "-20.00", key="spent", type_=Type.GENERATION)

    with pytest.raises(IntegrityError):
        post(alice, amount, type_=type_)

    assert balance.get_balance(user_id=alice.pk) == 80
    assert totals(alice) == (20, 0, 0, 0)


def test_a_refund_undoes_the_spending_and_names_its_charge(alice):
    charged = post(alice, "-20.00", key="charge", type_=Type.GENERATION)

    refund = balance.refund(charged=charged, amount=Decimal("5.00"), key="refund")

    assert refund.related_transaction == charged
    assert refund.balance_after == 85
    assert totals(alice) == (15, 0, 0, 0)


@pytest.mark.parametrize("amount", ["-1.00", "0.00", "20.01"])
def test_a_refund_beyond_its_charge_is_refused(alice, amount):
    charged = post(alice, "-20.00", key="charge", type_=Type.GENERATION)

    with pytest.raises(ValueError, match="within the charge"):
        balance.refund(charged=charged, amount=Decimal(amount), key="refund")


def test_a_refused_posting_leaves_the_callers_transaction_alive(alice):
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            post(alice, "-5.00", key="wrong sign", type_=Type.DEPOSIT)
        post(alice, "5.00", key="right")

    assert balance.get_balance(user_id=alice.pk) == 105


def test_a_posting_is_undone_with_the_callers_transaction(alice):
    @transaction.atomic
    def post_and_stumble():
        post(alice, "5.00")
        ChatMessage.objects.create(user=alice, thread=None)

    with pytest.raises(IntegrityError):
        post_and_stumble()

    assert balance.get_balance(user_id=alice.pk) == 100
    assert alice.transactions.count() == 1


def test_the_database_itself_refuses_a_negative_wallet(alice):
    with pytest.raises(IntegrityError, match="balance_not_negative"), transaction.atomic():
        UserBalance.objects.filter(user=alice).update(balance="-0.01")
