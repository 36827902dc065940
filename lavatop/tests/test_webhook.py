"""What Lava.top's events do to payments: the decision table, line by line."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage
from django.db import connections
from django.test import Client
from django.utils import timezone

from botapp.business import audit, balance
from botapp.models import TgUser, Transaction
from lavatop import inbox, moves, notify
from lavatop.models import Payment, WebhookEvent
from lavatop.tests.conftest import Chat, MiniApp, deliver, event_body, failed_body, work_off
from lavatop.tests.lava import Lava, refuse

Status = Payment.Status
Outcome = WebhookEvent.Outcome


def tokens_of(user: TgUser) -> Decimal:
    return balance.get_balance(user_id=user.pk)


def only_event() -> WebhookEvent:
    return WebhookEvent.objects.get()


def test_a_success_credits_the_tokens_and_tells_the_buyer(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, chat: Chat
) -> None:
    lava.pay(bought.contract_id or "")

    answer = deliver(client, event_body(bought.contract_id))
    work_off()

    bought.refresh_from_db()
    assert answer.status_code == 200
    assert (bought.status, bought.confirmed_by) == (Status.PAID, "webhook")
    assert bought.transaction is not None
    assert bought.transaction.amount == 100
    assert bought.transaction.payment_id == bought.contract_id
    assert tokens_of(alice) == 200
    assert only_event().outcome == Outcome.PROCESSED
    assert only_event().payment == bought
    assert [message.chat_id for message in chat.said] == [alice.chat_id]
    assert "200" in chat.said[0].text
    assert list(audit.find_discrepancies()) == []


def test_the_answer_does_not_wait_for_the_work(
    bought: Payment,
    lava: Lava,
    client: Client,
    rings: list[tuple[str, int | str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        deliver(client, event_body(bought.contract_id))

    assert only_event().outcome == Outcome.RECEIVED
    assert lava.reads == []
    assert rings == [("lavatop.tasks.process_webhook_event", only_event().pk)]


def test_the_same_event_again_credits_nothing(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, chat: Chat
) -> None:
    lava.pay(bought.contract_id or "")
    for _ in range(3):
        deliver(client, event_body(bought.contract_id))
        work_off()

    assert tokens_of(alice) == 200
    assert only_event().deliveries == 3
    assert len(chat.said) == 1


def test_another_event_of_a_paid_payment_is_a_duplicate(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    deliver(client, event_body(bought.contract_id, status="subscription-active"))
    work_off()

    outcomes = WebhookEvent.objects.order_by("pk").values_list("outcome", flat=True)
    assert sorted(outcomes) == [Outcome.DUPLICATE, Outcome.PROCESSED]
    assert tokens_of(alice) == 200


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_credit_once(
    bought: Payment, lava: Lava, alice: TgUser, chat: Chat
) -> None:
    lava.pay(bought.contract_id or "")

    def deliver_and_work(number: int) -> int:
        # Two different events of one contract, five times each, all at once.
        status = "completed" if number % 2 else "subscription-active"
        answer = deliver(Client(), event_body(bought.contract_id, status=status))
        work_off()
        connections.close_all()
        return int(answer.status_code)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(deliver_and_work, range(10)))

    work_off()
    assert answers == [200] * 10
    assert tokens_of(alice) == 200
    assert Transaction.objects.filter(type=Transaction.Type.DEPOSIT).count() == 1
    assert WebhookEvent.objects.count() == 2
    assert not WebhookEvent.objects.filter(outcome=Outcome.RECEIVED).exists()
    assert len(chat.said) == 1
    assert list(audit.find_discrepancies()) == []


@pytest.mark.parametrize("ended", [Status.FAILED, Status.EXPIRED])
def test_money_that_comes_late_is_still_credited(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, ended: str
) -> None:
    if ended == Status.FAILED:
        moves.fail(bought.pk, code=Payment.Failure.DECLINED, note="test")
    else:
        moves.expire(bought.pk)
    lava.pay(bought.contract_id or "")

    deliver(client, event_body(bought.contract_id))
    work_off()

    bought.refresh_from_db()
    assert bought.status == Status.PAID
    assert bought.operator_note == f"late: was {ended}"
    assert bought.failure_code == ""
    assert tokens_of(alice) == 200


def test_a_failure_after_the_success_takes_nothing_back(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    work_off()
    lava.fail(bought.contract_id or "")

    deliver(client, failed_body(bought.contract_id))
    work_off()

    bought.refresh_from_db()
    assert bought.status == Status.PAID
    assert tokens_of(alice) == 200
    assert WebhookEvent.objects.get(event_type="payment.failed").outcome == Outcome.IGNORED


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("declined by the bank", Payment.Failure.DECLINED),
        ("Payment window is opened but not completed", Payment.Failure.ABANDONED),
    ],
)
def test_a_failure_says_why(
    bought: Payment, lava: Lava, client: Client, message: str, code: str
) -> None:
    lava.fail(bought.contract_id or "")

    deliver(client, failed_body(bought.contract_id, message))
    work_off()

    bought.refresh_from_db()
    assert (bought.status, bought.failure_code) == (Status.FAILED, code)
    assert only_event().outcome == Outcome.PROCESSED


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
    _make_due()
    work_off()

    assert tokens_of(alice) == 200
    assert only_event().outcome == Outcome.PROCESSED


def test_an_event_lava_never_confirms_ends_with_an_operator(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    deliver(client, event_body(bought.contract_id))
    for _ in range(inbox.ATTEMPTS_MAX):
        _make_due()
        work_off()

    assert only_event().outcome == Outcome.FAILED
    assert only_event().attempts == inbox.ATTEMPTS_MAX
    assert tokens_of(alice) == 100


@pytest.mark.parametrize(("amount", "currency"), [(4.99, "USD"), (500.0, "USD"), (5.0, "RUB")])
def test_a_contract_over_another_sum_is_quarantined(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, amount: float, currency: str
) -> None:
    lava.pay(bought.contract_id or "", amount=amount, currency=currency)

    deliver(client, event_body(bought.contract_id))
    work_off()

    bought.refresh_from_db()
    assert bought.status == Status.QUARANTINED
    assert str(amount) in bought.operator_note
    assert only_event().outcome == Outcome.QUARANTINED
    assert tokens_of(alice) == 100


@pytest.mark.parametrize("wrong", [{"amount": 1000000.0}, {"currency": "RUB"}])
def test_an_event_over_another_sum_is_quarantined_too(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, wrong: dict[str, object]
) -> None:
    lava.pay(bought.contract_id or "")

    deliver(client, event_body(bought.contract_id, **wrong))
    work_off()

    bought.refresh_from_db()
    assert bought.status == Status.QUARANTINED
    assert only_event().outcome == Outcome.MISMATCH
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
    assert tokens_of(alice) == 200


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
    assert tokens_of(alice) == 200


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
    assert tokens_of(alice) == 200


def test_lava_being_away_postpones_the_event(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    lava.pay(bought.contract_id or "")
    lava.read_faults += [refuse(500, "Something went wrong"), refuse(429, "too many")]
    deliver(client, event_body(bought.contract_id))
    for _ in range(3):
        work_off()
        _make_due()

    assert only_event().outcome == Outcome.PROCESSED
    assert tokens_of(alice) == 200


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


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": "ключ"},
        {"X-Api-Key": "test-lava-key"},
        {"Authorization": "Basic " + base64.b64encode(b"lava:wrong").decode()},
        {"Authorization": "Basic ёё"},
        {"Authorization": "Basic"},
        {"Authorization": "Bearer test-lava-webhook-key"},
        {"X-Other": "nothing"},
    ],
)
def test_a_wrong_secret_stores_nothing(db: None, client: Client, headers: dict[str, str]) -> None:
    assert deliver(client, event_body("c1"), **headers).status_code == 401
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "test-lava-webhook-key"},
        {"X-Api-Key": "test-lava-webhook-key-next"},
        {"Authorization": "Basic " + base64.b64encode(b"lava:test-password").decode()},
    ],
)
def test_any_configured_secret_opens(db: None, client: Client, headers: dict[str, str]) -> None:
    assert deliver(client, event_body("c1"), **headers).status_code == 200


def test_without_configured_secrets_everybody_is_refused(
    db: None, client: Client, settings: object
) -> None:
    settings.LAVA_WEBHOOK_API_KEYS = []  # type: ignore[attr-defined]
    settings.LAVA_WEBHOOK_BASIC = []  # type: ignore[attr-defined]

    assert deliver(client, event_body("c1"), **{"X-Api-Key": ""}).status_code == 401
    assert deliver(client, event_body("c1")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"eventType=payment.success",
        b"[1, 2]",
        b'{"amount": NaN}',
        b'{"eventType": "a\\u0000b"}',
        b'{"eventType": "\\ud800"}',
        b'{"a":' + b"[" * 20000,
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_not_a_json_object_is_refused(db: None, client: Client, body: bytes) -> None:
    assert deliver(client, body).status_code == 400
    assert not WebhookEvent.objects.exists()


def test_a_huge_body_is_refused(db: None, client: Client) -> None:
    assert deliver(client, {"eventType": "x" * 65536}).status_code == 413


def test_secrets_are_not_stored(bought: Payment, client: Client) -> None:
    deliver(client, event_body(bought.contract_id))

    stored = str(WebhookEvent.objects.values().get())
    assert "test-lava-webhook-key" not in stored


def test_a_chat_that_does_not_answer_undoes_no_money_and_is_told_later(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, chat: Chat
) -> None:
    lava.pay(bought.contract_id or "")
    chat.fault = TelegramNetworkError(SendMessage(chat_id=1, text=""), "away")
    deliver(client, event_body(bought.contract_id))
    work_off()

    assert tokens_of(alice) == 200
    assert only_event().outcome == Outcome.PROCESSED

    chat.fault = None
    assert list(Payment.objects.untold(timezone.now())) == [bought]
    notify.tell_paid(bought.pk)
    notify.tell_paid(bought.pk)
    assert len(chat.said) == 1


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
    assert tokens_of(alice) == 200


def test_an_operator_can_have_an_event_worked_off_again(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    deliver(client, event_body(bought.contract_id))
    WebhookEvent.objects.update(outcome=Outcome.FAILED, attempts=inbox.ATTEMPTS_MAX)
    lava.pay(bought.contract_id or "")

    assert inbox.requeue(only_event().pk)
    work_off()

    assert tokens_of(alice) == 200
    assert not inbox.requeue(only_event().pk)


def _make_due() -> None:
    WebhookEvent.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
