"""Events that come early, for strangers, or while something is away."""

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from botapp.models import TgUser, TokenPackage, Transaction
from lavatop import inbox, moves
from lavatop.models import Payment, WebhookEvent
from lavatop.tests.conftest import (
    MiniApp,
    deliver,
    event_body,
    make_due,
    only_event,
    tokens_of,
    work_off,
)
from lavatop.tests.lava import Lava, refuse

Status = Payment.Status
Outcome = WebhookEvent.Outcome


def test_a_success_lava_does_not_confirm_yet_waits_and_is_credited_later(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    deliver(client, event_body(bought.contract_id))
    work_off()

    event = only_event()
    assert (event.outcome, event.attempts) == (Outcome.RECEIVED, 1)
    assert event.next_attempt_at > timezone.now()
    assert tokens_of(alice) == 100

    lava.pay(bought.contract_id or "")
    make_due()
    work_off()

    assert tokens_of(alice) == 220
    assert only_event().outcome == Outcome.PROCESSED


def test_a_contract_whose_receipt_is_not_shown_yet_waits_and_is_credited_later(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay_without_receipt(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    work_off()

    bought.refresh_from_db()
    assert bought.status == Status.PENDING
    assert only_event().outcome == Outcome.RECEIVED

    lava.pay(bought.contract_id or "")
    make_due()
    work_off()

    assert tokens_of(alice) == 220
    assert only_event().outcome == Outcome.PROCESSED


def test_a_lost_receipt_of_a_credited_payment_changes_nothing(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    work_off()
    lava.pay_without_receipt(bought.contract_id or "")

    deliver(client, event_body(bought.contract_id, status="subscription-active"))
    work_off()

    outcomes = WebhookEvent.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [Outcome.PROCESSED, Outcome.DUPLICATE]
    assert tokens_of(alice) == 220


def test_an_event_lava_never_confirms_ends_with_an_operator(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    deliver(client, event_body(bought.contract_id))
    for _ in range(inbox.ATTEMPTS_MAX):
        make_due()
        work_off()

    assert only_event().outcome == Outcome.FAILED
    assert only_event().attempts == inbox.ATTEMPTS_MAX
    assert tokens_of(alice) == 100


def test_an_event_of_an_unknown_contract_is_credited_to_nobody(
    bought: Payment, lava: Lava, client: Client
) -> None:
    deliver(client, event_body("00000000-0000-4000-8000-000000000000"))
    work_off()

    assert only_event().outcome == Outcome.UNMATCHED
    assert not Transaction.objects.filter(type=Transaction.Type.DEPOSIT).exists()


def test_a_contract_sold_elsewhere_under_our_key_is_credited_to_nobody(
    bought: Payment, lava: Lava, client: Client
) -> None:
    stranger = lava.add_contract(reference="order 77 of a shop")
    lava.pay(stranger)

    deliver(client, event_body(stranger))
    work_off()

    assert only_event().outcome == Outcome.UNMATCHED
    assert not Transaction.objects.filter(type=Transaction.Type.DEPOSIT).exists()


def test_a_refused_payment_is_paid_by_no_other_purchase(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, client: Client, alice: TgUser
) -> None:
    """A buyer writes into the address of any product of the seller what comes back as UTM."""
    lava.create_faults.append(refuse(400, "Incorrect email to purchase"))
    miniapp.buy()
    other_product = lava.add_contract(reference=str(Payment.objects.get().pk))
    lava.pay(other_product)

    deliver(client, event_body(other_product))
    work_off()

    assert tokens_of(alice) == 100
    assert only_event().outcome == Outcome.UNMATCHED


def test_a_lost_create_answer_is_recovered_by_the_webhook(
    miniapp: MiniApp, lava: Lava, package: object, client: Client, alice: TgUser
) -> None:
    lava.create_faults.append(lava.make_and_lose)
    payment = Payment.objects.get(pk=miniapp.buy().json()["id"])
    assert payment.status == Status.UNKNOWN
    (contract_id,) = lava.contracts
    lava.pay(contract_id)

    deliver(client, event_body(contract_id))
    work_off()

    payment.refresh_from_db()
    assert (payment.status, payment.contract_id) == (Status.PAID, contract_id)
    assert tokens_of(alice) == 220


def test_a_webhook_before_the_create_answer_is_credited(
    miniapp: MiniApp, lava: Lava, package: object, client: Client, alice: TgUser
) -> None:
    def pay_at_once(request: httpx.Request) -> httpx.Response:
        answer = lava.make_invoice(request)
        contract_id = answer.json()["id"]
        lava.pay(contract_id)
        deliver(Client(), event_body(contract_id))
        work_off()
        return answer

    lava.create_faults.append(pay_at_once)

    answer = miniapp.buy()

    assert answer.json()["status"] == Status.PAID
    assert tokens_of(alice) == 220


def test_an_event_that_came_before_its_contract_was_bound_is_looked_at_again(
    miniapp: MiniApp, lava: Lava, package: object, client: Client, alice: TgUser
) -> None:
    lava.create_faults.append(lava.make_and_lose)
    payment_id = miniapp.buy().json()["id"]
    (contract_id,) = lava.contracts
    hidden = lava.contracts.pop(contract_id)
    deliver(client, event_body(contract_id))
    work_off()
    assert only_event().outcome == Outcome.UNMATCHED

    lava.contracts[contract_id] = hidden
    lava.pay(contract_id)
    moves.bind_contract(Payment.objects.get().pk, contract_id=contract_id)
    work_off()

    assert str(only_event().payment_id) == payment_id
    assert tokens_of(alice) == 220


def test_lava_being_away_postpones_the_event(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    lava.read_faults += [refuse(500, "Something went wrong"), refuse(429, "too many")]
    deliver(client, event_body(bought.contract_id))
    for _ in range(3):
        work_off()
        make_due()

    assert only_event().outcome == Outcome.PROCESSED
    assert tokens_of(alice) == 220


@pytest.mark.parametrize(
    "body",
    [
        {"eventType": "payment.reconsidered", "contractId": "0d0f7f2e-4a2b", "news": [1]},
        {"eventType": "subscription.cancelled", "contractId": "c5", "cancelledAt": "2026-12-21"},
        {"eventType": "payment.success", "contractId": "../../v1/invoices"},
        {"eventType": ["payment.success"]},
        {"hello": "world"},
    ],
)
def test_events_that_mean_nothing_to_us_are_kept_and_ignored(
    db: None, lava: Lava, client: Client, body: dict[str, object]
) -> None:
    assert deliver(client, body).status_code == 200
    work_off()

    assert only_event().outcome == Outcome.IGNORED
    assert lava.reads == []


def test_a_refund_goes_to_an_operator(db: None, lava: Lava, client: Client) -> None:
    body = {"event_id": "2f8c1c7a", "event_type": "refund.success", "data": {"amount": 5.0}}
    deliver(client, body)
    deliver(client, body)
    work_off()

    assert (only_event().outcome, only_event().deliveries) == (Outcome.QUARANTINED, 2)


def test_an_event_whose_worker_died_is_taken_up_by_another(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    soon = timezone.now() + inbox.LEASE
    WebhookEvent.objects.update(attempts=1, next_attempt_at=soon)  # the dead worker's lease

    work_off()
    assert tokens_of(alice) == 100

    WebhookEvent.objects.update(next_attempt_at=timezone.now())
    work_off()
    assert tokens_of(alice) == 220


def test_an_operator_can_have_an_event_worked_off_again(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    deliver(client, event_body(bought.contract_id))
    WebhookEvent.objects.update(outcome=Outcome.FAILED, attempts=inbox.ATTEMPTS_MAX)
    lava.pay(bought.contract_id or "")

    assert inbox.requeue(only_event().pk)
    work_off()

    assert tokens_of(alice) == 220
    assert not inbox.requeue(only_event().pk)


def test_an_event_in_one_workers_hands_is_not_touched_by_another(
    bought: Payment, lava: Lava, client: Client
) -> None:
    deliver(client, event_body(bought.contract_id))

    def let_another_worker_come(request: httpx.Request) -> httpx.Response:
        work_off()
        inbox.process(only_event().pk)
        return httpx.Response(200, json=lava.contracts[bought.contract_id or ""])

    lava.read_faults.append(let_another_worker_come)
    work_off()

    assert lava.reads == [bought.contract_id]
    assert only_event().attempts == 1


def test_a_success_whose_contract_still_reads_failed_waits_and_is_credited(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.fail(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    work_off()
    assert only_event().outcome == Outcome.RECEIVED

    lava.pay(bought.contract_id or "")
    make_due()
    work_off()

    assert tokens_of(alice) == 220
    assert only_event().outcome == Outcome.PROCESSED
