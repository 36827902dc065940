"""Reading what stays open, so that nothing that was paid is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from botapp.business import balance
from botapp.models import BotErrorEvent, TgUser, TokenPackage
from lavatop import moves, reconcile, tasks
from lavatop.models import Payment, WebhookEvent
from lavatop.settle import Verdict
from lavatop.tests.conftest import MiniApp
from lavatop.tests.lava import Lava, refuse

Status = Payment.Status


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_a_payment_without_a_webhook_is_credited_by_the_poller(
    clock: time_machine.Traveller, bought: Payment, lava: Lava, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    assert reconcile.check(bought.pk) is Verdict.UNCHANGED  # its turn has not come

    clock.shift(timedelta(seconds=31))
    assert reconcile.check(bought.pk) is Verdict.CREDITED
    assert reconcile.check(bought.pk) is Verdict.UNCHANGED

    bought.refresh_from_db()
    assert (bought.status, bought.confirmed_by) == (Status.PAID, "poll")
    assert balance.get_balance(user_id=alice.pk) == 220


def test_the_poller_asks_ever_more_rarely_and_gives_up_after_two_days(
    clock: time_machine.Traveller, bought: Payment, lava: Lava
) -> None:
    pauses = []
    while Payment.objects.get().is_open:
        payment = Payment.objects.get()
        pauses.append(payment.next_check_at - timezone.now())
        clock.move_to(payment.next_check_at)
        reconcile.check(payment.pk)

    bought.refresh_from_db()
    assert bought.status == Status.EXPIRED
    assert pauses == sorted(pauses)
    assert len(lava.reads) < 20
    assert timedelta(hours=48) < timezone.now() - bought.created_at < timedelta(hours=62)


def test_a_payment_whose_receipt_never_comes_ends_with_an_operator(
    clock: time_machine.Traveller, bought: Payment, lava: Lava, alice: TgUser
) -> None:
    lava.pay_without_receipt(bought.contract_id or "")
    while Payment.objects.get().is_open:
        payment = Payment.objects.get()
        clock.move_to(payment.next_check_at)
        reconcile.check(payment.pk)

    bought.refresh_from_db()
    assert bought.status == Status.QUARANTINED
    assert timezone.now() - bought.created_at > timedelta(hours=48)
    assert "receipt" in bought.operator_note
    assert BotErrorEvent.objects.count() == 1
    assert balance.get_balance(user_id=alice.pk) == 100


def test_an_expired_payment_is_still_credited_when_lava_completed_it(
    clock: time_machine.Traveller, bought: Payment, lava: Lava, alice: TgUser
) -> None:
    moves.expire(bought.pk)
    lava.pay(bought.contract_id or "")

    assert reconcile.compare_completed(now=timezone.now()) == [bought]
    assert reconcile.compare_completed(now=timezone.now()) == []
    assert balance.get_balance(user_id=alice.pk) == 220


def test_lava_being_away_closes_nothing(
    clock: time_machine.Traveller, bought: Payment, lava: Lava
) -> None:
    clock.shift(timedelta(days=3))
    lava.read_faults.append(refuse(503, ""))

    assert reconcile.check(bought.pk) is Verdict.UNCHANGED
    bought.refresh_from_db()
    assert bought.status == Status.PENDING


def test_a_failed_contract_closes_the_payment(
    clock: time_machine.Traveller, bought: Payment, lava: Lava
) -> None:
    lava.fail(bought.contract_id or "")
    clock.shift(timedelta(minutes=1))

    assert reconcile.check(bought.pk) is Verdict.FAILED


def test_a_lost_create_answer_is_found_in_lavas_list(
    clock: time_machine.Traveller, miniapp: MiniApp, lava: Lava, package: TokenPackage
) -> None:
    lava.add_contract(reference="somebody else's")
    lava.create_faults.append(lava.make_and_lose)
    payment = Payment.objects.get(pk=miniapp.buy().json()["id"])
    ours = list(lava.contracts)[1]
    lava.pay(ours)

    assert reconcile.check(payment.pk) is Verdict.CREDITED
    payment.refresh_from_db()
    assert payment.contract_id == ours


def test_a_lost_answer_without_a_contract_expires(
    clock: time_machine.Traveller, miniapp: MiniApp, lava: Lava, package: TokenPackage
) -> None:
    lava.create_faults.append(refuse(500, "Something went wrong"))
    payment = Payment.objects.get(pk=miniapp.buy().json()["id"])

    assert reconcile.check(payment.pk) is Verdict.WAITING
    clock.shift(timedelta(hours=49))
    reconcile.check(payment.pk)

    payment.refresh_from_db()
    assert (payment.status, payment.contract_id) == (Status.EXPIRED, None)


def test_a_process_that_died_while_asking_leaves_nothing_lost(
    clock: time_machine.Traveller, bought: Payment, lava: Lava, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    Payment.objects.update(status=Status.REQUESTING, contract_id=None, payment_url="")
    clock.shift(timedelta(minutes=2))

    assert reconcile.check(bought.pk) is Verdict.CREDITED
    assert balance.get_balance(user_id=alice.pk) == 220


def test_a_process_that_died_before_asking_leaves_a_closed_payment(
    clock: time_machine.Traveller, bought: Payment, lava: Lava
) -> None:
    Payment.objects.update(status=Status.CREATED, contract_id=None)
    clock.shift(timedelta(minutes=2))
    lava.reads.clear()

    assert reconcile.check(bought.pk) is Verdict.FAILED
    assert lava.reads == []


def test_the_sweeper_rings_for_what_is_due(
    clock: time_machine.Traveller, bought: Payment, rings: list[tuple[str, int | str]]
) -> None:
    event = WebhookEvent.objects.create(dedupe_key="k", payload={}, raw_body="{}")
    clock.shift(timedelta(minutes=1))

    tasks.reconcile_payments()
    tasks.process_webhook_events()

    assert rings == [
        ("lavatop.tasks.check_payment", str(bought.pk)),
        ("lavatop.tasks.process_webhook_event", event.pk),
    ]
