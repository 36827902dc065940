"""Text tasks: paid for once, worked at by one, ended once, refunded once."""

from decimal import Decimal
from functools import partial

import pytest

from botapp.business import audit, balance, personal_data, text_tasks
from botapp.business.generation import EmptyPromptError, OwnDailyCapError
from botapp.models import AIModel, TextTask, Transaction
from botapp.tests.orders import place
from botapp.tests.parallel import at_once
from botapp.tests.texts import LEASE_S, begin, claim, soon

Kind, Status = TextTask.Kind, TextTask.Status


def fail(task_id):
    return text_tasks.fail(task_id=task_id, code="rate", detail="busy", now=soon())


def finish(task_id, result="лучше"):
    return text_tasks.finish(task_id=task_id, result=result, cost_usd=Decimal("0.001"), now=soon())


def ledger():
    rows = Transaction.objects.filter(idempotency_key__startswith="text:").order_by("pk")
    return list(rows.values_list("type", "amount"))


def test_improving_is_free(alice):
    task = begin(alice)

    assert (task.status, task.cost, task.transaction) == (Status.QUEUED, 0, None)
    assert ledger() == []


def test_a_prompt_by_reference_is_paid_for_by_the_row_that_prices_it(alice):
    usual = begin(alice, key="1", kind=Kind.REFERENCE)
    row = AIModel.objects.get(slug="nano-banana")
    # Twice as dear as usual: the price is made of it.
    row.pk, row.slug, row.base_cost_usd = None, text_tasks.REFERENCE_SLUG, Decimal("0.02")
    row.save()
    dearer = begin(alice, key="2", kind=Kind.REFERENCE)

    assert (usual.cost, dearer.cost) == (Decimal("0.40"), Decimal("0.80"))
    assert ledger() == [("generation", Decimal("-0.40")), ("generation", Decimal("-0.80"))]
    assert not list(audit.find_discrepancies())


def test_the_same_key_is_the_same_task_and_is_paid_once(alice):
    first = begin(alice, kind=Kind.REFERENCE)
    new = text_tasks.NewTextTask(alice.pk, alice.chat_id, Kind.REFERENCE, "text:1")

    assert text_tasks.start(new) == text_tasks.Started(first, is_new=False)
    assert len(ledger()) == 1


def test_without_the_tokens_nothing_is_queued(alice):
    balance.post(
        balance.Posting(alice.pk, Transaction.Type.ADMIN, -Decimal("99.70"), "leaves 0.30")
    )

    with pytest.raises(balance.NotEnoughTokensError):
        begin(alice, kind=Kind.REFERENCE)

    assert not TextTask.objects.exists()


def test_words_are_needed_where_words_are_worked_on(alice):
    with pytest.raises(EmptyPromptError):
        begin(alice, prompt="  ")


def test_one_person_has_only_so_many_at_once_and_others_are_not_in_their_way(alice, boris):
    for number in range(text_tasks.AT_ONCE_MAX):
        begin(alice, key=str(number))

    with pytest.raises(text_tasks.TooManyTextTasksError):
        begin(alice, key="one more")
    assert begin(boris, key="his").status == Status.QUEUED


def test_what_is_free_ends_for_today_and_what_is_paid_goes_on(alice, monkeypatch):
    monkeypatch.setattr(text_tasks, "FREE_A_DAY_MAX", 1)
    fail(begin(alice).pk)

    with pytest.raises(text_tasks.FreeTextsUsedUpError):
        begin(alice, key="2")
    assert begin(alice, key="3", kind=Kind.REFERENCE).status == Status.QUEUED


def test_the_persons_own_limit_counts_orders_and_texts_together(alice):
    alice.settings.daily_cap_tokens = Decimal("1.20")
    alice.settings.save()
    begin(alice, key="1", kind=Kind.REFERENCE)
    place(alice, quantity=1)

    with pytest.raises(OwnDailyCapError):
        begin(alice, key="2", kind=Kind.REFERENCE)
    assert begin(alice, key="free").status == Status.QUEUED


def test_a_result_that_was_erased_is_not_found(alice):
    task = begin(alice)
    claim()
    finish(task.pk)
    assert text_tasks.get_done(user_id=alice.pk, task_id=task.pk).result == "лучше"
    personal_data.erase(user_id=alice.pk, now=soon())

    with pytest.raises(text_tasks.TextTaskNotFoundError):
        text_tasks.get_done(user_id=alice.pk, task_id=task.pk)


def test_a_task_is_claimed_once_and_the_oldest_first(alice):
    first, second = begin(alice, key="1"), begin(alice, key="2")

    assert [claim(), claim(), claim()] == [first, second, None]
    first.refresh_from_db()
    assert (first.status, first.attempts) == (Status.WORKING, 1)


def test_a_dead_workers_task_is_claimed_again_when_its_lease_is_over(alice):
    task = begin(alice)
    claim()

    assert claim(after_s=LEASE_S - 5) is None
    assert claim(after_s=LEASE_S + 5) == task
    task.refresh_from_db()
    assert task.attempts == 2


def test_what_waits_is_claimed_when_its_time_has_come(alice):
    task = begin(alice)
    claim()
    text_tasks.retry_later(task_id=task.pk, at=soon(30))

    assert claim() is None
    assert claim(after_s=31) == task


def test_a_failed_task_gives_all_back_once(alice):
    task = begin(alice, kind=Kind.REFERENCE)
    claim()

    assert [fail(task.pk), fail(task.pk), finish(task.pk)] == [True, False, False]
    task.refresh_from_db()
    assert (task.status, task.refunded, task.result) == (Status.ERROR, Decimal("0.40"), "")
    assert balance.get_balance(user_id=alice.pk) == 100
    assert not list(audit.find_discrepancies())


def test_a_finished_task_is_not_failed_afterwards(alice):
    task = begin(alice, kind=Kind.REFERENCE)
    claim()

    assert [finish(task.pk), fail(task.pk), finish(task.pk, "иначе")] == [True, False, False]
    task.refresh_from_db()
    assert (task.status, task.result, task.refunded) == (Status.DONE, "лучше", 0)


def test_an_end_is_told_by_one_and_again_only_if_nobody_managed(alice):
    task = begin(alice)
    claim()

    def take(after_s):
        return text_tasks.claim_report(task_id=task.pk, now=soon(after_s), lease_s=LEASE_S)

    assert take(1) is None
    finish(task.pk)
    assert [take(2), take(3), take(LEASE_S + 9)] == [task, None, task]
    text_tasks.mark_reported(task_id=task.pk, now=soon())
    assert take(3 * LEASE_S) is None


def test_anothers_task_is_not_found(alice, boris):
    with pytest.raises(text_tasks.TextTaskNotFoundError):
        text_tasks.get_own(user_id=boris.pk, task_id=begin(alice).pk)


def corrupt(task, **changes):
    TextTask.objects.filter(pk=task.pk).update(**changes)


def test_the_audit_names_every_fault_of_a_text_task(alice):
    task = begin(alice, kind=Kind.REFERENCE)
    assert not list(audit.find_discrepancies())

    corrupt(task, cost=Decimal("0.50"))
    assert "charged 0.40" in "".join(audit.find_discrepancies())
    corrupt(task, cost=Decimal("0.40"), status=Status.ERROR)
    assert "refunded 0.00 of 0.40" in "".join(audit.find_discrepancies())
    corrupt(task, cost=0, status=Status.DONE, transaction=None)
    assert "a text task that is not there" in "".join(audit.find_discrepancies())


@pytest.mark.django_db(transaction=True)
def test_eight_workers_share_three_tasks_and_none_is_worked_at_twice(alice):
    tasks = [begin(alice, key=str(number)) for number in range(3)]

    claimed = [task for task in at_once([claim] * 8) if task is not None]

    assert sorted(task.pk for task in claimed) == sorted(task.pk for task in tasks)


@pytest.mark.django_db(transaction=True)
def test_six_failures_at_one_moment_refund_once(alice):
    task = begin(alice, kind=Kind.REFERENCE)
    claim()

    ends = at_once([partial(fail, task.pk)] * 6)

    assert sorted(ends) == [False] * 5 + [True]
    assert ledger() == [("generation", Decimal("-0.40")), ("refund", Decimal("0.40"))]
    assert not list(audit.find_discrepancies())


@pytest.mark.django_db(transaction=True)
def test_ten_repeats_at_one_moment_are_one_task_and_one_charge(alice):
    begun = at_once([partial(begin, alice, kind=Kind.REFERENCE)] * 10)

    assert len({task.pk for task in begun}) == 1
    assert ledger() == [("generation", Decimal("-0.40"))]
