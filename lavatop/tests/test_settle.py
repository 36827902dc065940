"""What Lava.top's payments do to wallets: the decision table, line by line."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage
from django.db import connections
from django.test import Client
from django.utils import timezone

from botapp.business import audit
from botapp.models import TgUser, Transaction
from lavatop import moves, notify, reconcile
from lavatop.models import Payment, WebhookEvent
from lavatop.tests.conftest import (
    Chat,
    deliver,
    event_body,
    failed_body,
    only_event,
    tokens_of,
    work_off,
)
from lavatop.tests.lava import Lava

Status = Payment.Status
Outcome = WebhookEvent.Outcome


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
    assert tokens_of(alice) == 220
    assert only_event().outcome == Outcome.PROCESSED
    assert only_event().payment == bought
    assert [message.chat_id for message in chat.said] == [alice.chat_id]
    assert "220" in chat.said[0].text
    assert list(audit.find_discrepancies()) == []


def test_the_same_event_again_credits_nothing(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, chat: Chat
) -> None:
    lava.pay(bought.contract_id or "")
    for _ in range(3):
        deliver(client, event_body(bought.contract_id))
        work_off()

    assert tokens_of(alice) == 220
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
    assert tokens_of(alice) == 220


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
    assert tokens_of(alice) == 220
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
    assert tokens_of(alice) == 220


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
    assert tokens_of(alice) == 220
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


def test_a_chat_that_does_not_answer_undoes_no_money_and_is_told_later(
    bought: Payment, lava: Lava, client: Client, alice: TgUser, chat: Chat
) -> None:
    lava.pay(bought.contract_id or "")
    chat.fault = TelegramNetworkError(SendMessage(chat_id=1, text=""), "away")
    deliver(client, event_body(bought.contract_id))
    work_off()

    assert tokens_of(alice) == 220
    assert only_event().outcome == Outcome.PROCESSED

    chat.fault = None
    assert list(Payment.objects.untold(timezone.now())) == [bought]
    notify.tell_paid(bought.pk)
    notify.tell_paid(bought.pk)
    assert len(chat.said) == 1


def test_a_quarantined_payment_is_touched_by_nothing_automatic(
    bought: Payment, lava: Lava, client: Client, alice: TgUser
) -> None:
    moves.quarantine(bought.pk, code=Payment.Failure.MISMATCH, note="test")
    lava.pay(bought.contract_id or "")

    deliver(client, event_body(bought.contract_id))
    work_off()

    bought.refresh_from_db()
    assert bought.status == Status.QUARANTINED
    assert only_event().outcome == Outcome.QUARANTINED
    assert tokens_of(alice) == 100
    assert reconcile.compare_completed(now=timezone.now()) == []
    assert tokens_of(alice) == 100
