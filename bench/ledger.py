"""Our posting, which a repeat cannot double, against lock, insert and save as usually written."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

from django.db import connection, transaction

from bench.compare import Comparison, Measures, compare, latencies
from botapp.business import balance, users
from botapp.business.balance import NotEnoughTokensError, Posting
from botapp.models import Transaction, UserBalance

THREADS = 8
MANY = 500
RUN_S = 1.5
CHANCE = random.Random(7)

_keys = itertools.count(1)

Post = Callable[[Posting], object]


def run(*, run_s: float = RUN_S, rounds: int = 3) -> Iterator[Comparison]:
    people = [make_wallet(number) for number in range(MANY)]
    for title, wallets in (("one hot wallet", people[:1]), (f"{MANY} wallets", people)):
        variants = {
            "balance.post": partial(measure, balance.post, wallets, run_s=run_s),
            "lock and save": partial(measure, post_and_save, wallets, run_s=run_s),
        }
        yield compare(f"ledger: {title}, {THREADS} threads", variants, rounds=rounds)


@transaction.atomic
def post_and_save(posting: Posting) -> Transaction:
    """The usual way: correct under concurrency, but a repeat is an error, not the same row."""
    wallet = UserBalance.objects.select_for_update().get(user_id=posting.user_id)
    if wallet.balance + posting.amount < 0:
        raise NotEnoughTokensError(required=-posting.amount, available=wallet.balance)
    wallet.balance += posting.amount
    wallet.save()
    return Transaction.objects.create(
        user_id=posting.user_id,
        type=posting.type,
        amount=posting.amount,
        balance_after=wallet.balance,
        idempotency_key=posting.key,
    )


def make_wallet(number: int) -> int:
    """A person with a million tokens; returns the user's id."""
    user = users.ensure(users.Profile(chat_id=200_000 + number, first_name="Bench"))
    balance.post(_posting(user.pk, Decimal(1_000_000)))
    return user.pk


def measure(post: Post, user_ids: list[int], *, run_s: float) -> Measures:
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        work = [
            threads.submit(_post_until, post, user_ids, started + run_s) for _ in range(THREADS)
        ]
        took_s = [one for done in work for one in done.result()]
    elapsed_s = time.perf_counter() - started
    return {"postings a second": len(took_s) / elapsed_s, **latencies(took_s)}


def _post_until(post: Post, user_ids: list[int], deadline: float) -> list[float]:
    took_s = []
    try:
        while time.perf_counter() < deadline:
            posting = _posting(CHANCE.choice(user_ids), Decimal(-1))
            started = time.perf_counter()
            post(posting)
            took_s.append(time.perf_counter() - started)
    finally:
        connection.close()
    return took_s


def _posting(user_id: int, amount: Decimal) -> Posting:
    return Posting(
        user_id=user_id, type=Transaction.Type.ADMIN, amount=amount, key=f"bench:{next(_keys)}"
    )
