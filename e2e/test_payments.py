"""Exactly what was paid is credited, exactly once."""

from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def person(stage):
    somebody = stage.newcomer("Мария")
    somebody.say("/start")
    somebody.wait_for("Дарим ⚡50")
    return somebody


@pytest.fixture
def shop(person):
    person.say("💳 Пополнить баланс")
    return person.open_mini_app(person.wait_for("Выберите пакет"), "страницу оплаты")


def contract_of(stage, email):
    contracts = stage.http.get(f"{stage.sandbox}/__lava/contracts").json()["contracts"]
    return next(c["id"] for c in contracts if email in str(c))


def lever(stage, contract_id, action, **body):
    url = f"{stage.sandbox}/__lava/contracts/{contract_id}/{action}"
    stage.http.post(url, json=body).raise_for_status()


def test_the_packages_are_the_agreed_ones(shop):
    packages = shop.get("packages").json()["packages"]

    assert [(p["tokens"], p["price_usd"]) for p in packages] == [
        ("100", "5.00"),
        ("200", "10.00"),
        ("500", "25.00"),
        ("1000", "50.00"),
    ]


def test_a_declined_card_credits_nothing(stage, person, shop):
    payment = shop.buy("tokens_100", "declined@example.org")

    lever(stage, contract_of(stage, "declined@example.org"), "decline")

    shop.wait_for_status(payment["id"], "failed")
    assert person.balance() == "50"


def test_a_webhook_ten_times_at_once_credits_once(stage, person, shop):
    payment = shop.buy("tokens_200", "ten@example.org")
    contract_id = contract_of(stage, "ten@example.org")
    lever(stage, contract_id, "pay")
    event = {
        "eventType": "payment.success",
        "product": {"id": "5a1a0a4e-11d0-4f0e-8f3a-7b8f0b1c2d3e", "title": "x"},
        "buyer": {"email": "ten@example.org"},
        "contractId": contract_id,
        "amount": 10.0,
        "currency": "USD",
        "timestamp": "2026-11-20T10:21:04.551234Z",
        "status": "completed",
        "errorMessage": "",
    }

    def deliver(_):
        return stage.http.post(
            f"{stage.web}/api/miniapp/lava-webhook",
            json=event,
            headers={"X-Api-Key": stage.env["LAVA_WEBHOOK_API_KEYS"]},
        ).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(deliver, range(10)))

    assert answers == [200] * 10
    shop.wait_for_status(payment["id"], "paid")
    assert person.balance() == "290"


def test_a_double_click_makes_one_invoice(stage, shop):
    def click(_):
        return shop.buy("tokens_100", "double@example.org")["id"]

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(click, range(4)))

    contracts = stage.http.get(f"{stage.sandbox}/__lava/contracts").json()["contracts"]
    assert len(ids) == 1
    assert sum("double@example.org" in str(c) for c in contracts) == 1


def test_a_lost_webhook_loses_no_money(stage, person, shop):
    stage.http.patch(f"{stage.sandbox}/__lava/settings", json={"webhook_enabled": False})
    try:
        payment = shop.buy("tokens_100", "lost@example.org")
        lever(stage, contract_of(stage, "lost@example.org"), "pay")

        shop.wait_for_status(payment["id"], "paid")
    finally:
        stage.http.patch(f"{stage.sandbox}/__lava/settings", json={"webhook_enabled": True})
    assert person.balance() == "170"


def test_nobody_buys_or_looks_without_proof(stage, shop):
    url = f"{stage.web}/api/miniapp/packages"

    assert stage.http.get(url).status_code == 401
    assert stage.http.get(url, headers={"Authorization": "tma x"}).status_code == 401
    forged = shop.init_data.replace("user=", "user=%7B%22id%22%3A1%7D&x=")
    proof = {"Authorization": f"tma {forged}"}
    assert stage.http.get(url, headers=proof).status_code == 401


def test_a_webhook_without_the_secret_is_refused(stage):
    url = f"{stage.web}/api/miniapp/lava-webhook"

    assert stage.http.post(url, json={}).status_code == 401
    assert stage.http.post(url, json={}, headers={"X-Api-Key": "wrong"}).status_code == 401
