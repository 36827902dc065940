"""A crowd at the door and a silent Lava.top: everybody is answered, the bot goes on talking."""

import asyncio
import time
import uuid

import httpx
import pytest

READS = 200
# More than Lava.top is ever asked at once, each below their own limit of payments a minute.
BUYERS, ORDERS_EACH = 5, 8
PATIENCE_S = 10


async def all_at_once(calls):
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=60) as browser:
        return await asyncio.gather(*(call(browser) for call in calls))


@pytest.fixture(scope="module")
def buyers(stage):
    """People, each with the page of packages open."""
    return [make_buyer(stage, f"Покупатель {number}") for number in range(BUYERS)]


def make_buyer(stage, name):
    person = stage.newcomer(name)
    person.say("/start")
    person.wait_for("Дарим ⚡50")
    person.say("💳 Пополнить баланс")
    return person, person.open_mini_app(person.wait_for("Выберите пакет"), "страницу оплаты")


def test_two_hundred_looks_at_once_are_all_answered(buyers):
    _, shop = buyers[0]

    def look(browser):
        return browser.get(shop.address("packages"), headers=shop._proof())

    answers = asyncio.run(all_at_once([look] * READS))

    assert {answer.status_code for answer in answers} <= {200, 503}
    assert sum(answer.status_code == 200 for answer in answers) > READS / 2
    assert {a.headers["Retry-After"] for a in answers if a.status_code == 503} <= {"3"}


@pytest.fixture
def silent_lava(stage):
    stage.fault(service="lava", action="hang", times=1000)
    yield
    stage.http.delete(f"{stage.sandbox}/__faults").raise_for_status()


def buy_in(shop):
    def buy(browser):
        order = {"package_code": "tokens_100", "email": "silent@example.org"}
        body = order | {"client_request_id": uuid.uuid4().hex}
        return browser.post(shop.address("payments"), json=body, headers=shop._proof())

    return buy


def test_a_silent_lava_keeps_neither_the_bot_nor_the_others(buyers, silent_lava):
    person, his_shop = buyers[0]
    orders = [buy_in(shop) for _, shop in buyers for _ in range(ORDERS_EACH)]

    async def crowd():
        buying = asyncio.ensure_future(all_at_once(orders))
        await asyncio.sleep(1)
        started_s = time.monotonic()
        balance = await asyncio.to_thread(person.balance)
        packages = await asyncio.to_thread(his_shop.get, "packages")
        return balance, packages.status_code, time.monotonic() - started_s, await buying

    balance, status, took_s, answers = asyncio.run(crowd())

    assert (balance, status) == ("50", 200)
    assert took_s < PATIENCE_S
    assert {answer.status_code for answer in answers} <= {201, 503}
