import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from botapp.business import audit, balance, promo
from botapp.business.errors import BusinessError
from botapp.models import Promocode
from conftest import make_user


@pytest.fixture
def gift(db) -> Promocode:
    return Promocode.objects.create(code="GIFT20", value=Decimal("20.00"), max_uses=3)


KEYS = itertools.count()


def redeem(user, code="gift20", key=""):
    key = key or f"promo:test:{next(KEYS)}"
    return promo.redeem(user_id=user.pk, code=code, key=key, now=timezone.now())


def test_a_code_grants_its_tokens_once(alice, gift):
    redeemed = redeem(alice, " gift20 ")

    assert (redeemed.granted, redeemed.balance) == (Decimal("20.00"), Decimal("120.00"))
    with pytest.raises(promo.PromocodeAlreadyUsedError):
        redeem(alice)
    gift.refresh_from_db()
    assert (gift.current_uses, gift.total_bonus_given) == (1, Decimal("20.00"))


def test_the_same_message_again_is_the_same_activation(alice, gift):
    Promocode.objects.update(max_uses_per_user=5)

    assert redeem(alice, key="k") == redeem(alice, key="k")

    assert balance.get_balance(user_id=alice.pk) == Decimal("120.00")


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"is_percentage": True, "is_active": False},
        {"valid_until": timezone.now() - timedelta(days=1)},
        {"valid_from": timezone.now() + timedelta(days=1)},
        {"max_uses": 0},
        {"max_uses_per_user": 0},
    ],
)
def test_a_code_that_does_not_run_is_unknown(alice, gift, change):
    Promocode.objects.update(**change)

    with pytest.raises(promo.UnknownPromocodeError):
        redeem(alice)


def test_a_code_for_a_discount_says_so_and_gives_nothing(alice, gift, phone, sent):
    Promocode.objects.update(is_percentage=True)

    phone.say("/promo gift20")

    assert "скидку на пополнение" in sent.calls[-1].text
    assert balance.get_balance(user_id=alice.pk) == Decimal("100.00")


def test_a_code_may_need_a_deposit(alice, gift):
    Promocode.objects.update(min_deposit=Decimal("100.00"))

    with pytest.raises(promo.DepositNeededError):
        redeem(alice)


@pytest.mark.django_db(transaction=True)
def test_parallel_activations_stay_within_both_limits(gift):
    people = [make_user(7000 + n, "x", tokens=0) for n in range(4)]

    def activate(user):
        try:
            return redeem(user).granted
        except BusinessError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        granted = [g for g in pool.map(activate, people * 3) if g]

    assert len(granted) == 3
    balances = [balance.get_balance(user_id=user.pk) for user in people]
    assert sorted(balances) == [Decimal("0.00")] + [Decimal("20.00")] * 3
    assert list(audit.find_discrepancies()) == []


def test_a_code_is_entered_in_the_chat(alice, gift, phone, sent):
    phone.say("🎁 Ввести промокод")
    phone.say("nonsense")
    phone.say("gift20")

    assert "Такого промокода нет" in sent.calls[-2].text
    assert "начислено ⚡20, баланс ⚡120" in sent.calls[-1].text
