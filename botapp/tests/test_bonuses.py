from functools import partial

import pytest

from botapp.business import audit, balance, bonuses
from botapp.models import UserBalance
from botapp.tests.parallel import at_once


def test_the_welcome_tokens_are_given_once(boris):
    given = [bonuses.grant_welcome(user=boris) for _ in range(3)]

    assert given == [True, False, False]
    assert balance.get_balance(user_id=boris.pk) == 50
    assert UserBalance.objects.get(user=boris).bonus_balance == 50


def test_spent_welcome_tokens_do_not_come_back(alice):
    bonuses.grant_welcome(user=alice)
    charge = balance.Posting(alice.pk, "admin", -balance.get_balance(user_id=alice.pk), "spend")
    balance.post(charge)

    assert not bonuses.grant_welcome(user=alice)
    assert balance.get_balance(user_id=alice.pk) == 0


@pytest.mark.django_db(transaction=True)
def test_many_first_messages_at_once_are_welcomed_once(boris):
    given = at_once([partial(bonuses.grant_welcome, user=boris)] * 12)

    assert sorted(given) == [False] * 11 + [True]
    assert balance.get_balance(user_id=boris.pk) == 50
    assert list(audit.find_discrepancies()) == []
