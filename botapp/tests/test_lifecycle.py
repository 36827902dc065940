from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from botapp.business import audit, balance, generation
from botapp.models import AIModel, GenRequest
from botapp.tests.orders import (
    LEASE_S,
    NOW,
    Status,
    accept,
    cancel,
    claim,
    claim_next,
    claim_this,
    complete,
    fail,
    finish,
    finish_whole,
    place,
    soon,
    store,
)
from botapp.tests.parallel import at_once

LATER = NOW + timedelta(hours=1)


def requeue(pk, *, attempts_taken=1):
    return generation.requeue(generation_id=pk, at=LATER, attempts_taken=attempts_taken, now=NOW)


def poll_again(pk):
    return generation.poll_again([generation.PollAgain(pk, LATER, 50)])


def claim_delivery(pk):
    return generation.claim_delivery(generation_id=pk, now=soon(), lease_s=LEASE_S)


def deliver_later(pk):
    return generation.deliver_later(generation_id=pk, at=LATER)


def claim_report(pk):
    return generation.claim_report(generation_id=pk, now=soon(), lease_s=LEASE_S)


# Each move: the statuses it is allowed from and the one it leads to.
MOVES = {
    claim: ({Status.QUEUED}, Status.SUBMITTING),
    cancel: ({Status.QUEUED}, Status.CANCELLED),
    accept: ({Status.SUBMITTING}, Status.PROCESSING),
    requeue: ({Status.SUBMITTING}, Status.QUEUED),
    poll_again: ({Status.PROCESSING}, Status.PROCESSING),
    finish_whole: ({Status.SUBMITTING, Status.PROCESSING}, Status.DELIVERING),
    fail: ({Status.QUEUED, Status.SUBMITTING, Status.PROCESSING}, Status.ERROR),
    claim_delivery: ({Status.DELIVERING}, Status.DELIVERING),
    deliver_later: ({Status.DELIVERING}, Status.DELIVERING),
    complete: ({Status.DELIVERING}, Status.DONE),
    claim_report: ({Status.ERROR}, Status.ERROR),
}
# Moves that only shift a time may be repeated.
REPEATABLE = {poll_again, deliver_later}


def whole_row(pk):
    return GenRequest.objects.filter(pk=pk).values().get()


def tokens(user):
    return balance.get_balance(user_id=user.pk)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_a_move_happens_once_and_only_from_where_it_is_allowed(alice, status, move):
    from_, to = MOVES[move]
    pk = place(alice, status=status).pk
    before = (whole_row(pk), tokens(alice))

    moved = bool(move(pk))

    assert moved == (status in from_)
    if not moved:
        assert (whole_row(pk), tokens(alice)) == before
        return
    once = (whole_row(pk), tokens(alice))
    assert once[0]["status"] == to
    assert bool(move(pk)) == (move in REPEATABLE)
    assert (whole_row(pk), tokens(alice)) == once
    assert list(audit.find_discrepancies()) == []


def test_a_claimed_order_knows_its_worker_and_its_attempts(alice):
    order = claim(place(alice).pk)

    assert (order.lease_owner, order.submit_attempts) == ("worker", 1)
    assert order.lease_until - order.started_at == timedelta(seconds=LEASE_S)


def test_an_order_is_not_claimed_before_its_time(alice):
    pk = place(alice, status=Status.SUBMITTING).pk
    requeue(pk)

    assert claim(pk) is None
    assert claim_next(now=LATER) is not None


@pytest.mark.parametrize(("attempts_taken", "attempts"), [(0, 0), (1, 1)])
def test_waiting_for_a_busy_provider_uses_up_no_attempt(alice, attempts_taken, attempts):
    pk = place(alice, status=Status.SUBMITTING).pk

    requeue(pk, attempts_taken=attempts_taken)

    assert whole_row(pk)["submit_attempts"] == attempts


def test_a_living_worker_keeps_its_order(alice):
    place(alice, status=Status.SUBMITTING)
    then = soon() + timedelta(seconds=LEASE_S / 2)

    assert renew(owner="worker", now=then, lease_s=LEASE_S) == 1

    after_the_first_lease = then + timedelta(seconds=LEASE_S * 0.75)
    assert not GenRequest.objects.abandoned(after_the_first_lease).exists()


def test_one_worker_does_not_renew_anothers_lease(alice):
    order = place(alice, status=Status.SUBMITTING)

    assert renew(owner="other", now=soon(), lease_s=LEASE_S) == 0
    assert whole_row(order.pk)["lease_until"] == order.lease_until


def test_a_lease_that_ran_out_is_not_renewed(alice):
    place(alice, status=Status.SUBMITTING)
    too_late = soon() + timedelta(seconds=LEASE_S + 1)

    assert GenRequest.objects.abandoned(too_late).count() == 1
    assert renew(owner="worker", now=too_late, lease_s=LEASE_S) == 0


def test_a_released_order_is_abandoned_at_once(alice):
    pk = place(alice, status=Status.SUBMITTING).pk
    now = soon()

    generation.release(generation_id=pk, owner="other", now=now)
    assert not GenRequest.objects.abandoned(now + timedelta(seconds=1)).exists()

    generation.release(generation_id=pk, owner="worker", now=now)
    assert GenRequest.objects.abandoned(now + timedelta(seconds=1)).get().pk == pk


def test_only_submitting_orders_are_abandoned(alice):
    # The finished ones first: a worker takes the oldest of the queue.
    for status in (Status.DONE, Status.DELIVERING, Status.PROCESSING, Status.ERROR):
        place(alice, status=status, key=status)
    place(alice, status=Status.CANCELLED, key="cancelled")
    place(alice, key="queued")

    assert not GenRequest.objects.abandoned(NOW + timedelta(days=1)).exists()


def test_an_accepted_order_is_polled_when_its_time_comes(alice):
    order = place(alice, status=Status.PROCESSING)
    now = NOW + timedelta(seconds=1)

    [claimed] = generation.claim_due_polls(now=now, limit=10, lease_s=60)

    assert (claimed.pk, claimed.poll_attempts, claimed.provider_job_id) == (order.pk, 1, "job")
    assert generation.claim_due_polls(now=now, limit=10, lease_s=60) == []
    after_the_lease = now + timedelta(seconds=60)
    assert len(generation.claim_due_polls(now=after_the_lease, limit=10, lease_s=60)) == 1


def test_a_batch_of_polls_is_no_larger_than_asked(alice):
    for number in range(5):
        place(alice, status=Status.PROCESSING, key=f"order:{number}")

    batches = [generation.claim_due_polls(now=soon(), limit=3, lease_s=60) for _ in range(3)]

    assert [len(batch) for batch in batches] == [3, 2, 0]


def test_a_delivery_is_repeated_until_telegram_takes_it(alice):
    pk = place(alice, status=Status.DELIVERING).pk

    assert claim_delivery(pk).delivery_attempts == 1
    assert claim_delivery(pk) is None
    assert deliver_later(pk)
    assert claim_delivery(pk) is None
    again = generation.claim_delivery(generation_id=pk, now=LATER, lease_s=LEASE_S)
    assert again is not None
    assert again.delivery_attempts == 2
    assert tokens(alice) == Decimal("96.80")


def test_a_delivery_whose_worker_died_comes_again_after_its_lease(alice):
    pk = place(alice, status=Status.DELIVERING).pk
    now = soon()
    generation.claim_delivery(generation_id=pk, now=now, lease_s=LEASE_S)

    assert not GenRequest.objects.due_for_delivery(now + timedelta(seconds=LEASE_S - 1)).exists()
    assert GenRequest.objects.due_for_delivery(now + timedelta(seconds=LEASE_S)).exists()


def test_an_undeliverable_order_ends_with_a_note_and_without_refund(alice):
    pk = place(alice, status=Status.DELIVERING).pk

    assert generation.complete(generation_id=pk, now=NOW, note="blocked")

    assert (whole_row(pk)["status"], whole_row(pk)["error_message"]) == (Status.DONE, "blocked")
    assert tokens(alice) == Decimal("96.80")


def test_a_delivered_order_is_counted_with_the_pictures_that_came(alice):
    pk = place(alice, status=Status.SUBMITTING).pk
    store(pk, 0, 1)
    finish(pk)
    complete(pk)

    alice.settings.refresh_from_db()
    assert alice.settings.total_generations == 1
    assert alice.settings.total_images_generated == 2
    assert alice.settings.total_videos_generated == 0
    assert alice.settings.last_generation_at == NOW


def test_the_average_time_of_a_model_is_the_average_of_its_orders(alice):
    for number, took_s in enumerate([10, 20, 60]):
        pk = place(alice, status=Status.SUBMITTING, key=f"order:{number}").pk
        GenRequest.objects.filter(pk=pk).update(started_at=NOW - timedelta(seconds=took_s))
        finish_whole(pk)
        complete(pk)

    model = AIModel.objects.get(slug="nano-banana")
    assert model.total_generations == 3
    assert model.average_generation_time == pytest.approx(30)


def test_a_failure_is_told_once(alice):
    pk = place(alice, status=Status.ERROR).pk

    assert claim_report(pk).pk == pk
    assert claim_report(pk) is None
    after_the_lease = soon() + timedelta(seconds=LEASE_S)
    assert GenRequest.objects.due_for_report(after_the_lease).exists()
    generation.mark_reported(generation_id=pk, now=NOW)
    assert not GenRequest.objects.due_for_report(after_the_lease).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("move", "status"), [(claim, Status.QUEUED), (claim_delivery, Status.DELIVERING)]
)
def test_of_many_workers_one_gets_the_order(alice, move, status):
    pk = place(alice, status=status).pk

    taken = at_once([partial(move, pk)] * 12)

    assert len([order for order in taken if order is not None]) == 1


@pytest.mark.django_db(transaction=True)
def test_many_pollers_share_the_due_orders_without_overlap(alice):
    for number in range(9):
        pk = place(alice, key=f"order:{number}").pk
        assert claim_this(pk)
        assert accept(pk)

    batches = at_once([partial(generation.claim_due_polls, now=soon(), limit=3, lease_s=60)] * 6)

    claimed = [order.pk for batch in batches for order in batch]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) + GenRequest.objects.due_for_poll(soon()).count() == 9


def renew(**owner):
    ids = list(GenRequest.objects.values_list("pk", flat=True))
    return generation.renew_leases(ids=ids, **owner)
