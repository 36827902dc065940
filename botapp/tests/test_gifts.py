"""Gifts of money: the first payment, invitations, every day."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from aiogram.exceptions import TelegramForbiddenError
from django.utils import timezone

from botapp.business import audit, balance, daily, deposits, personal_data, referrals
from botapp.business.balance import Posting
from botapp.models import Transaction, UserBalance, UserSettings
from botapp.services import inviting
from botapp.tests.conftest import place
from botapp.tests.parallel import at_once
from conftest import make_user

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def pay(user, amount="100.00", number=1):
    key = f"payment:test:{user.pk}:{number}"
    return deposits.credit(Posting(user.pk, Transaction.Type.DEPOSIT, Decimal(amount), key))


def tokens_of(user):
    return balance.get_balance(user_id=user.pk)


def join(user, inviter):
    return referrals.join(user_id=user.pk, inviter_id=inviter.pk)


@pytest.mark.parametrize(
    ("paid", "bonus"), [("100.00", "20.00"), ("0.01", "0.00"), ("250.00", "50"), ("1000.00", "50")]
)
def test_the_first_payment_brings_a_fifth_up_to_fifty(boris, paid, bonus):
    entry = pay(boris, paid)

    assert deposits.gifts_with(entry).first_deposit == Decimal(bonus)
    assert tokens_of(boris) == Decimal(paid) + Decimal(bonus)
    assert UserBalance.objects.get(user=boris).bonus_balance == Decimal(bonus)


def test_only_the_first_payment_brings_it(boris):
    pay(boris)
    pay(boris)
    second = pay(boris, number=2)

    assert tokens_of(boris) == 220
    assert deposits.gifts_with(second) == deposits.Gifts()


def test_who_paid_before_there_were_bonuses_gets_none(boris):
    balance.post(Posting(boris.pk, Transaction.Type.DEPOSIT, Decimal("100.00"), "payment:old"))

    pay(boris)

    assert tokens_of(boris) == 200


def test_an_invited_persons_first_payment_thanks_both_once(alice, boris):
    assert join(boris, alice)

    entry = pay(boris)
    pay(boris, number=2)

    assert tokens_of(boris) == 100 + 20 + 5 + 100
    assert tokens_of(alice) == 110
    assert deposits.gifts_with(entry).invited == 5
    assert referrals.stats(alice.pk) == (1, Decimal("10.00"))
    assert list(audit.find_discrepancies()) == []


def test_an_inviter_who_erased_everything_is_thanked_only_for_later_friends(alice, boris):
    vera = make_user(1003, "Вера", tokens=0)
    join(boris, alice)
    personal_data.erase(user_id=alice.pk, now=timezone.now())
    join(vera, alice)

    pay(boris)
    assert (tokens_of(alice), tokens_of(boris)) == (100, 120)
    pay(vera)
    assert (tokens_of(alice), tokens_of(vera)) == (110, 125)


def test_an_invitation_counts_once_and_never_for_oneself(alice, boris):
    vera = make_user(1003, "Вера", tokens=0)

    assert not join(boris, boris)
    assert [join(boris, alice), join(boris, alice), join(boris, vera)] == [True, False, False]
    assert not join(alice, boris)
    assert UserBalance.objects.get(user=boris).referred_by == alice


def test_an_invitation_counts_only_for_newcomers(alice, boris):
    vera = make_user(1003, "Вера", tokens=100)
    place(vera)
    assert not join(vera, boris)
    pay(alice)
    assert not join(alice, boris)
    boris.created_at = timezone.now() - timedelta(hours=24)
    boris.save()
    assert not join(boris, alice)


@pytest.mark.django_db(transaction=True)
def test_friends_who_pay_at_once_neither_deadlock_nor_lose_a_token(catalog, monkeypatch):
    lock = balance.lock

    def lock_and_linger(**whose):
        available = lock(**whose)
        time.sleep(0.02)
        return available

    monkeypatch.setattr(balance, "lock", lock_and_linger)
    people = [make_user(5000 + number, "x", tokens=0) for number in range(4)]
    # A ring: everybody was invited by the next one, so every two wallets are wanted crosswise.
    for number, person in enumerate(people):
        assert join(person, people[(number + 1) % 4])

    paid = at_once([partial(pay, person, number=n) for person in people for n in range(3)])

    assert [entry.amount for entry in paid] == [100] * 12

    assert [tokens_of(person) for person in people] == [300 + 20 + 5 + 10] * 4
    assert list(audit.find_discrepancies()) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_invitations_at_once_one_counts(boris):
    inviters = [make_user(5000 + number, "x", tokens=0) for number in range(6)]

    joined = at_once([partial(join, boris, inviter) for inviter in inviters])

    assert sorted(joined) == [False] * 5 + [True]


def test_the_inviter_is_told(alice, boris, sent):
    join(boris, alice)
    thanked_id = deposits.gifts_with(pay(boris)).thanked_id

    inviting.tell(entry_id=thanked_id)

    assert sent.calls[-1].chat_id == alice.chat_id
    assert "начислено ⚡10. Баланс ⚡110" in sent.calls[-1].text


@pytest.mark.parametrize("wish", ["notifications_enabled", "notify_on_bonus"])
def test_an_inviter_who_wants_no_news_gets_only_tokens(alice, boris, sent, wish):
    UserSettings.objects.filter(user=alice).update(**{wish: False})
    join(boris, alice)

    inviting.tell(entry_id=deposits.gifts_with(pay(boris)).thanked_id)

    assert sent.calls == []
    assert tokens_of(alice) == 110


def test_an_inviter_who_blocked_the_bot_is_left_alone(alice, boris, sent):
    sent.refuse("SendMessage", TelegramForbiddenError)
    join(boris, alice)

    inviting.tell(entry_id=deposits.gifts_with(pay(boris)).thanked_id)

    alice.refresh_from_db()
    assert alice.is_blocked


def claim(user, now=NOON):
    return daily.claim(user_id=user.pk, now=now)


def test_days_in_a_row_climb_the_ladder_to_its_end(boris):
    granted = [claim(boris, NOON + timedelta(days=day)).granted for day in range(9)]

    assert granted == [Decimal(one) for one in ("1", "1.5", "2", "2.5", "3", "4", "5", "5", "5")]
    assert tokens_of(boris) == sum(granted)


def test_a_missed_day_starts_anew(boris):
    claim(boris)
    claim(boris, NOON + timedelta(days=1))

    late = claim(boris, NOON + timedelta(days=3))

    assert (late.streak, late.granted, late.tomorrow) == (1, Decimal(1), Decimal("1.5"))


def test_a_day_ends_at_midnight_utc(boris):
    midnight = datetime(2026, 11, 26, tzinfo=UTC)
    first = claim(boris, midnight - timedelta(seconds=1))
    again = claim(boris, midnight - timedelta(seconds=1))
    next_day = claim(boris, midnight)

    assert (first.is_new, again.is_new, next_day.is_new) == (True, False, True)
    assert (first.next_at, next_day.streak) == (midnight, 2)
    assert tokens_of(boris) == Decimal("2.50")


@pytest.mark.django_db(transaction=True)
def test_many_claims_at_once_give_one_gift(boris):
    gifts = at_once([partial(claim, boris)] * 10)

    assert sorted(gift.is_new for gift in gifts) == [False] * 9 + [True]
    assert tokens_of(boris) == 1
    assert UserSettings.objects.get(user=boris).daily_reward_streak == 1
    assert list(audit.find_discrepancies()) == []
