"""What came with a first payment is named where the buyer reads that it is paid."""

from typing import Any

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from botapp.business import referrals, users
from botapp.models import Language, TgUser, TokenPackage
from lavatop.models import Payment
from lavatop.tests.conftest import MiniApp, deliver, event_body, work_off
from lavatop.tests.lava import Lava

CREDITED = "Оплата получена: начислено 100 токенов."
BONUS = "🎁 Бонус за первое пополнение: ⚡20."


def pay(payment_id: str, lava: Lava, client: Client) -> None:
    contract_id = Payment.objects.get(pk=payment_id).contract_id
    lava.pay(contract_id or "")
    deliver(client, event_body(contract_id))
    work_off()


def shown(miniapp: MiniApp, payment_id: str) -> Any:
    return miniapp.get(f"payments/{payment_id}").json()


def test_the_bonus_is_named_with_the_payment_that_brought_it(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, client: Client, alice: TgUser
) -> None:
    first, second = (miniapp.buy(request_id=f"request-000{n}").json()["id"] for n in (1, 2))
    pay(first, lava, client)
    assert shown(miniapp, first)["message"] == f"{CREDITED}\n{BONUS}"
    assert shown(miniapp, first)["balance"] == "220"

    pay(second, lava, client)

    assert shown(miniapp, second)["message"] == CREDITED
    assert shown(miniapp, first)["message"] == f"{CREDITED}\n{BONUS}"
    users.change_language(user_id=alice.pk, language=Language.EN)
    assert shown(miniapp, first)["message"] == (
        "Payment received: 100 tokens credited.\n🎁 Bonus for the first top-up: ⚡20."
    )


def test_a_gift_for_an_invitation_is_named_too(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, client: Client, boris: TgUser
) -> None:
    assert referrals.join(user_id=miniapp.user.pk, inviter_id=boris.pk)
    bought = miniapp.buy().json()["id"]

    pay(bought, lava, client)

    said = shown(miniapp, bought)["message"].splitlines()
    assert said == [CREDITED, BONUS, "👥 Подарок за приход по приглашению: ⚡5."]


def test_many_payments_are_listed_with_as_few_questions_as_one(
    miniapp: MiniApp,
    lava: Lava,
    package: TokenPackage,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(4):
        pay(miniapp.buy(request_id=f"request-000{number}").json()["id"], lava, client)

    with django_assert_max_num_queries(8):
        payments = miniapp.get("payments").json()["payments"]

    assert [BONUS in payment["message"] for payment in payments] == [False] * 3 + [True]
