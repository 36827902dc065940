"""Buying over HTTP: what the page may do, and what nobody may."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from botapp.business import balance, users
from botapp.models import Language, TgUser, TokenPackage, UserSettings
from botapp.tests.parallel import at_once
from lavatop import checkout
from lavatop.models import Payment
from lavatop.tests.conftest import OFFER_ID, MiniApp
from lavatop.tests.lava import Lava, lose_connection, refuse

Status = Payment.Status


def test_packages_are_listed_with_what_can_be_made_of_them(
    miniapp: MiniApp, package: TokenPackage
) -> None:
    answer = miniapp.get("packages").json()

    (listed,) = answer["packages"]
    assert (listed["code"], listed["tokens"], listed["price_usd"]) == ("tokens_100", "100", "5.00")
    assert any("125" in example and "Nano Banana" in example for example in listed["examples"])
    assert (answer["balance"], answer["email"], answer["language"]) == ("100", "", "ru")


@pytest.mark.parametrize("changes", [{"lava_offer_id": ""}, {"is_active": False}])
def test_what_cannot_be_paid_for_is_neither_listed_nor_sold(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, changes: dict[str, Any]
) -> None:
    TokenPackage.objects.update(**changes)

    assert miniapp.get("packages").json()["packages"] == []
    answer = miniapp.buy()
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "package_unavailable")
    assert lava.created == []


def test_buying_gives_an_invoice_of_our_price(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, alice: TgUser
) -> None:
    answer = miniapp.buy(amount=1000000, credits=9999, user_id=1)

    payment = Payment.objects.get()
    body = answer.json()
    assert answer.status_code == 201
    assert (body["id"], body["status"]) == (str(payment.pk), Status.PENDING)
    assert body["payment_url"] == f"https://app.lava.test/pay/{payment.contract_id}"
    assert payment.user == alice
    assert [payment.amount, payment.credits] == [5, 100]
    (asked,) = lava.created
    assert (asked["offerId"], asked["currency"]) == (OFFER_ID, "USD")
    assert (asked["email"], asked["buyerLanguage"]) == ("buyer@example.org", "RU")
    assert asked["clientUtm"]["utm_content"] == str(payment.pk)
    assert "amount" not in asked
    assert asked["successful_return_url"].startswith("https://bot.example.test/miniapp/")


def test_the_email_is_remembered(bought: Payment, miniapp: MiniApp) -> None:
    assert miniapp.get("packages").json()["email"] == "buyer@example.org"


def test_the_same_press_again_is_the_same_payment(
    bought: Payment, miniapp: MiniApp, lava: Lava
) -> None:
    again = miniapp.buy()

    assert (again.status_code, again.json()["id"]) == (201, str(bought.pk))
    assert len(lava.created) == 1
    assert miniapp.buy(request_id="request-0002").json()["id"] != str(bought.pk)


def test_a_request_id_is_not_reused_for_another_order(bought: Payment, miniapp: MiniApp) -> None:
    answer = miniapp.buy(email="other@example.org")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "request_reused")


@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_once_make_one_payment_and_one_invoice(
    alice: TgUser, lava: Lava, package: TokenPackage
) -> None:
    def press(_: int) -> str:
        answer = MiniApp(Client(), alice).buy()
        connections.close_all()
        return str(answer.json()["id"])

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(press, range(10)))

    assert len(ids) == 1
    assert Payment.objects.get().status == Status.PENDING
    assert len(lava.created) == 1


def test_other_peoples_payments_do_not_exist(
    bought: Payment, client: Client, boris: TgUser
) -> None:
    stranger = MiniApp(client, boris)

    answer = stranger.get(f"payments/{bought.pk}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "payment_not_found")
    assert stranger.get("payments").json() == {"payments": []}
    assert stranger.get("payments/1").status_code == 404


def test_two_people_may_have_the_same_request_id(
    bought: Payment, client: Client, boris: TgUser
) -> None:
    theirs = MiniApp(client, boris).buy()

    assert theirs.status_code == 201
    assert theirs.json()["id"] != str(bought.pk)


def test_history_shows_the_latest_first(bought: Payment, miniapp: MiniApp) -> None:
    later = miniapp.buy(request_id="request-0002").json()["id"]

    shown = [payment["id"] for payment in miniapp.get("payments").json()["payments"]]
    assert shown == [later, str(bought.pk)]


def test_old_proof_reads_but_does_not_pay(miniapp: MiniApp, package: TokenPackage) -> None:
    miniapp.age_s = 2 * 3600

    assert miniapp.get("packages").status_code == 200
    answer = miniapp.buy()
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "init_data_expired")
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "path", ["packages", "payments", f"payments/{'0' * 8}-0000-0000-0000-{'0' * 12}"]
)
def test_nobody_reads_without_proof(db: None, client: Client, path: str) -> None:
    for headers in ({}, {"Authorization": "tma hash=00"}, {"Authorization": "tma хэш=я"}):
        answer = client.get(f"/api/miniapp/{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "email", ["buyer", "a@b", "a@localhost", "a b@example.org", "@example.org", "x" * 300]
)
def test_a_malformed_email_is_refused(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, email: str
) -> None:
    assert miniapp.buy(email=email).status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize("request_id", ["", "short", "x" * 65, "../../../../etc", "ключключ"])
def test_a_malformed_request_id_is_refused(
    miniapp: MiniApp, package: TokenPackage, request_id: str
) -> None:
    assert miniapp.buy(request_id=request_id).status_code == 422


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (refuse(400, "Incorrect email to purchase"), 422, "email_refused"),
        (refuse(404, "Product with offer id = 'x' not found"), 502, "refused"),
        (refuse(401, ""), 502, "refused"),
        (refuse(429, "too many"), 502, "refused"),
        (lose_connection, 503, "not_sent"),
    ],
)
def test_no_invoice_means_a_plain_sentence_and_a_closed_payment(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, fault: Any, status: int, code: str
) -> None:
    lava.create_faults.append(fault)

    answer = miniapp.buy()

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert Payment.objects.get().status == Status.FAILED
    assert miniapp.buy().status_code == status
    assert lava.created == []


def test_a_lost_answer_is_never_asked_again(
    miniapp: MiniApp, lava: Lava, package: TokenPackage
) -> None:
    lava.create_faults.append(lava.make_and_lose)

    answer = miniapp.buy()
    again = miniapp.buy()

    assert (answer.status_code, answer.json()["status"]) == (201, Status.UNKNOWN)
    assert (again.json()["id"], again.json()["payment_url"]) == (answer.json()["id"], None)
    assert len(lava.created) == 1


@pytest.mark.parametrize("fault", [refuse(500, "Something went wrong"), refuse(302, "")])
def test_an_answer_that_says_nothing_is_a_lost_answer(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, fault: Any
) -> None:
    lava.create_faults.append(fault)

    assert miniapp.buy().json()["status"] == Status.UNKNOWN


@pytest.mark.parametrize("quoted", [4.5, 50.0])
def test_an_invoice_over_another_price_is_not_shown(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, quoted: float
) -> None:
    lava.quoted_amount = quoted

    answer = miniapp.buy()

    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "price_changed")
    assert "pay/" not in answer.content.decode()
    payment = Payment.objects.get()
    assert (payment.status, payment.contract_id is None) == (Status.QUARANTINED, False)


def test_cents_lost_in_lavas_quote_are_tolerated(
    miniapp: MiniApp, lava: Lava, package: TokenPackage
) -> None:
    TokenPackage.objects.update(price_usd="4.99")

    assert miniapp.buy().status_code == 201
    assert Payment.objects.get().quoted_amount == 5


def test_invoices_are_not_made_by_the_dozen(
    miniapp: MiniApp, lava: Lava, package: TokenPackage
) -> None:
    answers = [miniapp.buy(request_id=f"request-{number:04}") for number in range(11)]

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert len(lava.created) == checkout.PAYMENTS_PER_MINUTE_MAX
    assert miniapp.buy(request_id="request-0000").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_nor_when_all_are_asked_for_at_once(
    alice: TgUser, lava: Lava, package: TokenPackage
) -> None:
    def buy(number: int) -> int:
        return int(MiniApp(Client(), alice).buy(request_id=f"request-{number:04}").status_code)

    statuses = at_once([partial(buy, number) for number in range(30)])

    assert sorted(statuses) == [201] * 10 + [429] * 20
    assert len(lava.created) == checkout.PAYMENTS_PER_MINUTE_MAX


def test_the_page_heals_a_lost_webhook(
    bought: Payment, miniapp: MiniApp, lava: Lava, alice: TgUser, rings: list[Any]
) -> None:
    _let_seconds_pass()
    assert miniapp.get(f"payments/{bought.pk}").json()["status"] == Status.PENDING

    lava.pay(bought.contract_id or "")
    _let_seconds_pass()
    healed = miniapp.get(f"payments/{bought.pk}").json()

    assert (healed["status"], healed["balance"]) == (Status.PAID, "220")
    assert balance.get_balance(user_id=alice.pk) == 220
    assert rings == [("lavatop.tasks.tell_paid", str(bought.pk))]


def test_asking_often_asks_lava_rarely(bought: Payment, miniapp: MiniApp, lava: Lava) -> None:
    miniapp.get(f"payments/{bought.pk}")
    assert lava.reads == []  # nobody pays within the first seconds

    _let_seconds_pass()
    for _ in range(5):
        miniapp.get(f"payments/{bought.pk}")

    assert len(lava.reads) == 1


def test_a_payment_whose_link_was_lost_says_so(
    miniapp: MiniApp, lava: Lava, package: TokenPackage
) -> None:
    lava.create_faults.append(lava.make_and_lose)
    payment_id = miniapp.buy().json()["id"]
    _let_seconds_pass()

    shown = miniapp.get(f"payments/{payment_id}").json()

    assert (shown["status"], shown["payment_url"]) == (Status.PENDING, None)
    assert Payment.objects.get().contract_id in lava.contracts


def test_answers_are_in_the_persons_language(
    bought: Payment, miniapp: MiniApp, alice: TgUser
) -> None:
    users.change_language(user_id=alice.pk, language=Language.EN)

    answer = miniapp.get(f"payments/{bought.pk}").json()

    assert UserSettings.objects.get(user=alice).interface_language == "en"
    assert answer["tokens_text"] == "100 tokens"
    assert "Lava.top" in answer["message"]


def _let_seconds_pass() -> None:
    long_ago = "2020-01-01T00:00:00Z"
    Payment.objects.update(updated_at=long_ago)
    Payment.objects.filter(checked_at__isnull=False).update(checked_at=long_ago)


def test_no_cache_keeps_an_answer(miniapp: MiniApp, bought: Payment, client: Client) -> None:
    answers = [
        miniapp.get("packages"),
        miniapp.get("payments"),
        miniapp.get(f"payments/{bought.pk}"),
        miniapp.buy(request_id="request-0002"),
        miniapp.buy(package_code="no-such"),
        client.get("/api/miniapp/packages"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 201, 409, 401]
    assert {answer.headers.get("Cache-Control") for answer in answers} == {"no-store"}
