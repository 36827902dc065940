"""Webhooks of the Lava.top stand-in: true, false, repeated, late, and their schedule."""

import json
import threading
import time
from collections import Counter
from itertools import pairwise

import httpx
import pytest

from sandbox.config import Config
from sandbox.lava.webhooks import PAUSES_S
from sandbox.tests.lava_play import HUNDRED, Lava
from sandbox.tests.serving import FAST, run_sandbox


def test_the_webhook_carries_the_secret_header_and_not_the_api_key(lava, inbox):
    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: inbox.received)

    [(headers, _)] = inbox.received
    assert headers["X-Api-Key"] == FAST.lava_webhook_api_key
    assert headers["Content-Type"] == "application/json"
    assert FAST.lava_api_key not in str(headers)


def test_the_webhook_can_come_with_basic_credentials(lava, inbox):
    lava.set(webhook_basic="shop:secret")
    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: inbox.received)

    [(headers, _)] = inbox.received
    assert headers["Authorization"] == "Basic c2hvcDpzZWNyZXQ="
    assert "X-Api-Key" not in headers


def test_the_schedule_is_the_documented_one():
    assert len(PAUSES_S) == 19
    assert sum(PAUSES_S) == 18_681
    assert PAUSES_S[:3] == (1, 5, 15)
    assert Counter(PAUSES_S[3:]) == {60: 11, 3600: 5}


def test_a_refused_webhook_is_tried_twenty_times_and_then_given_up(lava, inbox):
    inbox.usual_status = 500
    lava.set(webhook_time_scale=0.00001)

    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: lava.webhooks()[0]["state"] == "given_up")

    [delivery] = lava.webhooks()
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500] * 20
    assert len({body for _, body in inbox.received}) == 1


def test_the_pauses_between_attempts_grow_as_documented(lava, inbox):
    inbox.statuses = [500, 401, 404, 200]
    lava.set(webhook_time_scale=0.02)

    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: lava.webhooks()[0]["state"] == "delivered")

    at = [attempt["at"] for attempt in lava.webhooks()[0]["attempts"]]
    pauses_s = [later - earlier for earlier, later in pairwise(at)]
    assert len(pauses_s) == 3
    for pause_s, documented_s in zip(pauses_s, (1, 5, 15), strict=True):
        assert documented_s * 0.02 <= pause_s < documented_s * 0.02 + 0.25


@pytest.mark.parametrize("status", [200, 204, 302])
def test_any_2xx_or_3xx_is_delivered(lava, inbox, status):
    inbox.usual_status = status

    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: lava.webhooks()[0]["state"] == "delivered")

    assert len(inbox.received) == 1


def test_an_unreachable_shop_is_tried_again(lava, inbox, free_port):
    lava.set(webhook_url=f"http://127.0.0.1:{free_port}/", webhook_time_scale=0.00001)

    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: lava.webhooks()[0]["state"] == "given_up")

    attempts = lava.webhooks()[0]["attempts"]
    assert len(attempts) == 20
    assert all(attempt["status"] is None and attempt["error"] for attempt in attempts)


@pytest.mark.parametrize("change", [{"webhook_enabled": False}, {"webhook_url": ""}])
def test_webhooks_can_be_switched_off(lava, inbox, change):
    lava.set(**change)

    lava.do("pay", lava.contract()["id"])

    assert [delivery["state"] for delivery in lava.webhooks()] == ["skipped"]
    assert inbox.received == []


def test_switches_shape_the_webhook(lava, inbox):
    lava.set(utm_in_webhook=True, parent_contract_id="missing")

    lava.do("pay", lava.contract(clientUtm={"utm_content": "ord_7"})["id"])
    lava.wait_for(lambda: inbox.received)

    [body] = inbox.bodies
    assert body["clientUtm"]["utm_content"] == "ord_7"
    assert "parentContractId" not in body


@pytest.mark.parametrize("parallel", [False, True])
def test_a_duplicate_webhook_is_the_same_body_again(lava, inbox, parallel):
    contract_id = lava.contract()["id"]

    sent = lava.do("webhook", contract_id, event="payment.success", times=3, parallel=parallel)

    assert [one["state"] for one in sent["deliveries"]] == ["delivered"] * 3
    assert len(inbox.received) == 3
    assert len({body for _, body in inbox.received}) == 1


def test_a_webhook_can_lie_about_everything(lava, inbox):
    contract_id = lava.contract()["id"]

    lava.do(
        "webhook",
        contract_id,
        event="payment.success",
        amount=0.01,
        currency="RUB",
        status="surprise",
        contractId="another",
        novelty={"a": 1},
        api_key="wrong",
    )

    [(headers, _)], [body] = inbox.received, inbox.bodies
    assert headers["X-Api-Key"] == "wrong"
    assert (body["amount"], body["currency"], body["status"]) == (0.01, "RUB", "surprise")
    assert (body["contractId"], body["novelty"]) == ("another", {"a": 1})
    assert lava.read(contract_id)["status"] == "NEW"


def test_a_webhook_can_be_any_bytes(lava, inbox):
    lava.do("webhook", lava.contract()["id"], raw_body="{not json")

    assert inbox.received[0][1] == b"{not json"


@pytest.mark.parametrize(
    ("event", "identity", "debited"),
    [("refund.success", "refund_id", 4.6), ("chargeback.initiated", "chargeback_id", 5.0)],
)
def test_refunds_and_chargebacks_come_nested_and_without_a_contract(
    lava, inbox, event, identity, debited
):
    contract_id = lava.contract()["id"]

    lava.do("webhook", contract_id, event=event)

    [body] = inbox.bodies
    assert body["event_type"] == event
    assert body["event_id"]
    assert body["data"][identity]
    assert body["data"]["amount"] == 5.0
    assert body["data"]["customer_email"] == "buyer@example.org"
    assert body["data"]["product"]["tier_id"] == HUNDRED
    assert body["data"]["balance_impact"]["debited_amount"] == debited
    assert contract_id not in json.dumps(body)


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": 1},
        {"get_lags": "two"},
        {"webhook_enabled": 1},
        {"products_shape": "round"},
        {"contract_ttl_s": "1"},
        {"get_lags": 1, "amount_total": 5},
    ],
)
def test_a_switch_that_does_not_exist_is_refused_and_nothing_changes(lava, changes):
    before = lava.client.get("/__lava/settings").json()

    assert lava.client.patch("/__lava/settings", json=changes).status_code == 400
    assert lava.client.get("/__lava/settings").json() == before


def test_a_contract_made_before_a_lost_answer_exists(lava):
    script = {"service": "lava", "operation": "POST /api/v3/invoice", "action": "drop_after"}
    lava.client.post("/__faults", json=script)

    with pytest.raises(httpx.RemoteProtocolError):
        lava.order()

    assert lava.found(invoiceStatuses="NEW")["total"] == 1


def test_a_500_may_come_with_the_contract_made_or_not(lava):
    words = {"error": "Something went wrong"}
    for action, contracts in (("respond", 0), ("respond_after", 1)):
        script = {"service": "lava", "action": action, "status": 500, "body": words}
        lava.client.post("/__faults", json=script)

        assert lava.order().json() == words
        assert lava.found(invoiceStatuses="NEW")["total"] == contracts


def test_a_webhook_may_arrive_before_the_create_answer(lava, inbox):
    script = {"service": "lava", "action": "delay_after", "delay_s": 0.5}
    lava.client.post("/__faults", json=script)
    ordering = threading.Thread(target=lava.order)
    ordering.start()
    lava.wait_for(lambda: lava.client.get("/__lava/contracts").json()["contracts"])
    [contract] = lava.client.get("/__lava/contracts").json()["contracts"]

    lava.do("pay", contract["id"])
    lava.wait_for(lambda: inbox.received)

    assert ordering.is_alive()
    ordering.join()


def test_reset_forgets_contracts_settings_and_waiting_deliveries(lava, inbox):
    inbox.usual_status = 500
    lava.set(webhook_time_scale=0.1, get_lags=5)
    lava.do("pay", lava.contract()["id"])
    lava.wait_for(lambda: inbox.received)

    lava.client.post("/__reset")
    received = len(inbox.received)
    time.sleep(0.3)

    assert len(inbox.received) == received
    assert lava.webhooks() == []
    assert lava.client.get("/__lava/contracts").json()["contracts"] == []
    assert lava.client.get("/__lava/settings").json()["get_lags"] == 0


def test_the_sandbox_stops_at_once_while_webhooks_are_still_owed(inbox):
    inbox.usual_status = 500
    config = Config(lava_webhook_url=inbox.url, webhook_time_scale=1.0)
    with run_sandbox(config) as running:
        lava = Lava(running.client)
        lava.contract()
        lava.do("pay", lava.contract()["id"])
        lava.wait_for(lambda: inbox.received)
        stopping = time.monotonic()

    assert time.monotonic() - stopping < 1.0
