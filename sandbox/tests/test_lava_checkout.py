"""The checkout pages of the Lava.top stand-in, clicked over real HTTP."""

import pytest

from sandbox.tests.lava_play import ABANDONED


def test_paying_on_the_page_completes_the_contract_and_sends_one_webhook(lava, inbox):
    contract = lava.contract()

    window = lava.client.get(contract["paymentUrl"])
    status_on_the_page = lava.read(contract["id"])["status"]
    result = lava.press(contract["paymentUrl"], "pay")
    lava.wait_for(lambda: inbox.received)

    assert "Оплатить" in window.text
    assert "100 tokens" in window.text
    assert "buyer@example.org" in window.text
    assert status_on_the_page == "IN_PROGRESS"
    assert "Оплата прошла" in result.text
    paid = lava.read(contract["id"])
    assert paid["status"] == "COMPLETED"
    assert paid["buyer"]["cardMask"] == "**** **** **** 4242"
    [body] = inbox.bodies
    timestamp = body.pop("timestamp")
    assert timestamp.endswith("Z")
    assert body == {
        "eventType": "payment.success",
        "product": {"id": "5a1a0a4e-11d0-4f0e-8f3a-7b8f0b1c2d3e", "title": "Токены NanoBanana"},
        "buyer": {"email": "buyer@example.org"},
        "contractId": contract["id"],
        "parentContractId": None,
        "amount": 5.0,
        "currency": "USD",
        "status": "completed",
        "errorMessage": "",
    }


def test_clicking_pay_twice_changes_nothing(lava, inbox):
    contract = lava.contract()

    first, second = (lava.press(contract["paymentUrl"], "pay") for _ in range(2))
    declined_later = lava.press(contract["paymentUrl"], "decline")
    left_later = lava.press(contract["paymentUrl"], "abandon")
    lava.wait_for(lambda: inbox.received)

    for page in (first, second, declined_later, left_later):
        assert "Оплата прошла" in page.text
    assert lava.read(contract["id"])["status"] == "COMPLETED"
    assert len(lava.webhooks()) == 1


def test_a_declined_payment_fails_and_says_so(lava, inbox):
    contract = lava.contract()

    page = lava.press(contract["paymentUrl"], "decline")
    lava.press(contract["paymentUrl"], "pay")
    lava.wait_for(lambda: inbox.received)

    assert "Платёж отклонён" in page.text
    assert lava.read(contract["id"])["status"] == "FAILED"
    [body] = inbox.bodies
    assert (body["eventType"], body["status"]) == ("payment.failed", "failed")
    assert body["errorMessage"] not in ("", ABANDONED)


def test_leaving_the_page_keeps_the_contract_payable(lava, inbox):
    contract = lava.contract()

    page = lava.press(contract["paymentUrl"], "abandon")

    assert "ушли без оплаты" in page.text
    assert lava.do("abandon", contract["id"])["changed"] is False
    assert lava.webhooks() == []
    assert "Оплата прошла" in lava.press(contract["paymentUrl"], "pay").text


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("pay", "successful_return_url"),
        ("decline", "failure_return_url"),
        ("abandon", "cancel_return_url"),
    ],
)
def test_the_buyer_is_sent_back_to_the_matching_address(lava, action, field):
    contract = lava.contract(**{field: 'https://t.me/bot?start="paid"&x=1'})

    page = lava.press(contract["paymentUrl"], action).text

    assert 'url=https://t.me/bot?start=&quot;paid&quot;&amp;x=1"' in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "tg://x", ""])
def test_the_buyer_is_never_sent_to_an_odd_address(lava, url):
    contract = lava.contract(successful_return_url=url)

    page = lava.press(contract["paymentUrl"], "pay").text

    assert 'http-equiv="refresh"' not in page
    assert "<a " not in page


def test_what_the_buyer_typed_is_escaped_on_the_page(lava):
    contract = lava.contract(email='"<b>x</b>"@example.org')

    assert "<b>x</b>" not in lava.client.get(contract["paymentUrl"]).text


def test_an_unknown_page_or_button_is_refused(lava):
    contract = lava.contract()

    assert lava.client.get("/lava/pay/unknown").status_code == 404
    assert lava.press(contract["paymentUrl"], "steal").status_code == 400


def test_an_expired_contract_fails_with_the_documented_words(lava, inbox):
    contract = lava.contract()

    assert lava.do("expire", contract["id"])["changed"] is True
    lava.wait_for(lambda: inbox.received)

    assert inbox.bodies[0]["errorMessage"] == ABANDONED
    assert "Время оплаты вышло" in lava.client.get(contract["paymentUrl"]).text


def test_an_unpaid_contract_dies_after_its_time_and_a_paid_one_does_not(lava, inbox):
    lava.set(contract_ttl_s=0.1)
    unpaid, paid = lava.contract()["id"], lava.contract()["id"]
    lava.do("pay", paid)

    lava.wait_for(lambda: lava.read(unpaid)["status"] == "FAILED")
    lava.wait_for(lambda: len(inbox.received) == 2)

    assert lava.read(paid)["status"] == "COMPLETED"
    assert {body["eventType"]: body["contractId"] for body in inbox.bodies} == {
        "payment.success": paid,
        "payment.failed": unpaid,
    }


def test_a_failed_contract_can_be_paid_late_by_force(lava):
    contract_id = lava.contract()["id"]
    lava.do("expire", contract_id)

    assert lava.do("pay", contract_id)["changed"] is False
    assert lava.do("pay", contract_id, force=True)["changed"] is True
    assert lava.read(contract_id)["status"] == "COMPLETED"
