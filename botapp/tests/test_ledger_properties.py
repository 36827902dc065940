"""Whatever people, workers and retries do at once, no token is lost, doubled or invented."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botapp.business import audit, balance, generation
from botapp.models import AIModel, GenRequest, TgUser, Transaction
from botapp.tests.orders import Status, cancel, claim_this, complete, fail, finish, new_order, store
from botapp.tests.parallel import at_once
from conftest import make_user

# Few keys, so that threads meet on them; the wallet is good for some of the orders, not for all.
SLOTS = range(4)
THREADS = 4
START_TOKENS = 8
GIFT_TOKENS = Decimal("1.25")
FINE_TOKENS = Decimal("2.00")
# 1.33, 2.66, 4.00 and 5.33 tokens for one to four pictures: shares of them do not divide.
AWKWARD_COST_USD = Decimal("0.0333")
ENDS = ("fail", "cancel", "work")
CHAT_IDS = count(5000)


@dataclass(frozen=True)
class Act:
    """Something done about the order, the gift or the fine number `slot`; repeats are retries."""

    name: str
    slot: int
    made: int = 0


ACTS = st.builds(
    Act,
    name=st.sampled_from(["start", "start", "fail", "cancel", "work", "deliver", "give", "take"]),
    slot=st.sampled_from(SLOTS),
    made=st.integers(0, len(SLOTS)),
)


def perform(user: TgUser, act: Act) -> Any:
    if act.name == "start":
        wanted = new_order(user, key=key_of(user, "order", act.slot), quantity=act.slot + 1)
        return generation.start(wanted).is_new
    if act.name == "give":
        return post(user, GIFT_TOKENS, key_of(user, "give", act.slot))
    if act.name == "take":
        return post(user, -FINE_TOKENS, key_of(user, "take", act.slot))
    order = GenRequest.objects.filter(idempotency_key=key_of(user, "order", act.slot)).first()
    return order is not None and WORK[act.name](order, act.made)


def perform_all(user: TgUser, acts: Sequence[Act]) -> list[tuple[Act, Any]]:
    """The acts one after another; to be out of tokens is an answer like any other."""
    answers = []
    for act in acts:
        try:
            answers.append((act, perform(user, act)))
        except balance.NotEnoughTokensError as refusal:
            answers.append((act, refusal))
    return answers


def work(order: GenRequest, made: int) -> bool:
    """A worker's whole duty; of several, one is let in. True when it ended the order."""
    if not claim_this(order.pk):
        return False
    store(order.pk, *range(min(made, order.quantity)))
    return finish(order.pk) if made else fail(order.pk)


WORK: dict[str, Callable[[GenRequest, int], bool]] = {
    "fail": lambda order, _: fail(order.pk),
    "cancel": lambda order, _: cancel(order.pk),
    "work": work,
    "deliver": lambda order, _: complete(order.pk),
}


def post(user: TgUser, amount: Decimal, key: str) -> int:
    return balance.post(balance.Posting(user.pk, Transaction.Type.ADMIN, amount, key)).pk


def key_of(user: TgUser, what: str, slot: int) -> str:
    return f"{what}:{user.pk}:{slot}"


def owed_back(order: GenRequest) -> Decimal:
    if order.status in (Status.ERROR, Status.CANCELLED):
        return order.cost
    if order.status in (Status.DELIVERING, Status.DONE):
        missing = order.quantity - order.results.count()
        return (order.cost / order.quantity * missing).quantize(balance.CENT, ROUND_UP)
    return Decimal(0)


def expected_balance(user: TgUser) -> Decimal:
    """The wallet reckoned from what exists and how it ended, without looking at any sum."""
    keys = set(user.transactions.values_list("idempotency_key", flat=True))
    gifts = sum(key_of(user, "give", slot) in keys for slot in SLOTS)
    fines = sum(key_of(user, "take", slot) in keys for slot in SLOTS)
    spent = sum((order.cost - owed_back(order) for order in user.generations.all()), Decimal(0))
    return START_TOKENS + gifts * GIFT_TOKENS - fines * FINE_TOKENS - spent


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(doings=st.lists(st.lists(ACTS, max_size=8), min_size=THREADS, max_size=THREADS))
def test_no_interleaving_of_orders_refunds_credits_and_retries_breaks_the_books(catalog, doings):
    AIModel.objects.update(base_cost_usd=AWKWARD_COST_USD)
    user = make_user(next(CHAT_IDS), "Вера", tokens=START_TOKENS)

    threads = at_once([partial(perform_all, user, acts) for acts in doings])

    answers = [answer for thread in threads for answer in thread]
    happened = Counter((act.name, act.slot) for act, answer in answers if answer is True)
    orders = {order.quantity - 1: order for order in user.generations.all()}
    for slot in SLOTS:
        assert happened["start", slot] == (slot in orders)
        ended = slot in orders and orders[slot].status in {*Status} - set(GenRequest.WORKING)
        assert sum(happened[end, slot] for end in ENDS) <= 1
        assert not ended or sum(happened[end, slot] for end in ENDS) == 1
    assert balance.get_balance(user_id=user.pk) == expected_balance(user)
    assert list(audit.find_discrepancies()) == []
