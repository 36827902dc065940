"""Our client against the sandbox, over HTTP: the same bytes as with the real Lava.top."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from botapp.business import balance
from botapp.models import TgUser, TokenPackage
from devkit.process import free_port
from lavatop import packages, reconcile
from lavatop.client import (
    ContractNotFoundError,
    InvoiceNotCreatedError,
    InvoiceRequest,
    InvoiceUnknownError,
    LavaClient,
    LavaUnavailableError,
)
from lavatop.models import Payment
from lavatop.settle import Verdict
from lavatop.tests.conftest import MiniApp
from lavatop.wire import InvoiceStatus
from sandbox.tests.conftest import FAST, RunningSandbox, run_sandbox

WINDOW = timedelta(hours=1)


@pytest.fixture
def lava_service() -> Iterator[RunningSandbox]:
    with run_sandbox(FAST) as running:
        yield running


@pytest.fixture
def lava_client(lava_service: RunningSandbox) -> Iterator[LavaClient]:
    with LavaClient(
        base_url=f"{lava_service.base_url}/lava", api_key=FAST.lava_api_key
    ) as lava_client:
        yield lava_client


def order(lava_client: LavaClient, **changes: Any) -> InvoiceRequest:
    offers = [offer for one in lava_client.list_products() for offer in one.offers or []]
    facts = {
        "email": "buyer@example.org",
        "offer_id": offers[0].id,
        "currency": "USD",
        "language": "RU",
        "reference": str(uuid4()),
        "return_url": "https://bot.example.test/miniapp/",
    }
    return InvoiceRequest(**(facts | changes))


def script_fault(service: RunningSandbox, operation: str, **fault: Any) -> None:
    body = {"service": "lava", "operation": operation, "times": 1} | fault
    service.client.post("/__faults", json=body).raise_for_status()


def find(lava_client: LavaClient, email: str = "") -> list[str]:
    now = timezone.now()
    found = lava_client.find_contracts(
        begin=now - WINDOW, end=now + WINDOW, email=email, statuses=list(InvoiceStatus)
    )
    return [contract.our_reference for contract in found]


def test_an_invoice_is_made_and_read_back(lava_client: LavaClient) -> None:
    asked = order(lava_client)

    invoice = lava_client.create_invoice(asked)
    contract = lava_client.get_contract(invoice.id)

    assert invoice.payment_url
    assert contract.id == invoice.id
    assert contract.status is InvoiceStatus.NEW
    assert contract.receipt is not None
    assert contract.receipt.amount == invoice.amount_total.amount
    assert isinstance(contract.receipt.amount, Decimal)
    assert contract.our_reference == asked.reference


def test_the_list_shows_every_state_over_many_pages(lava_client: LavaClient) -> None:
    asked = [order(lava_client, email=f"buyer{number}@example.org") for number in range(55)]
    for one in asked:
        lava_client.create_invoice(one)

    assert sorted(find(lava_client)) == sorted(one.reference for one in asked)
    assert find(lava_client, email="buyer7@example.org") == [asked[7].reference]


def test_a_wrong_offer_is_surely_not_sold(lava_client: LavaClient) -> None:
    with pytest.raises(InvoiceNotCreatedError) as refused:
        lava_client.create_invoice(order(lava_client, offer_id=str(uuid4())))

    assert refused.value.refused
    assert "not found" in str(refused.value)
    assert find(lava_client) == []


def test_a_lost_answer_is_unknown_and_asked_once(
    lava_service: RunningSandbox, lava_client: LavaClient
) -> None:
    asked = order(lava_client)
    script_fault(lava_service, "POST /api/v3/invoice", action="drop_after")

    with pytest.raises(InvoiceUnknownError):
        lava_client.create_invoice(asked)

    assert find(lava_client) == [asked.reference]


def test_a_server_error_is_unknown_too(
    lava_service: RunningSandbox, lava_client: LavaClient
) -> None:
    asked = order(lava_client)
    script_fault(lava_service, "POST /api/v3/invoice", action="respond", status=500, body={})

    with pytest.raises(InvoiceUnknownError):
        lava_client.create_invoice(asked)


def test_nobody_listening_means_nothing_was_sold(lava_client: LavaClient) -> None:
    asked = order(lava_client)
    with (
        LavaClient(base_url=f"http://127.0.0.1:{free_port()}", api_key="k") as nobody,
        pytest.raises(InvoiceNotCreatedError) as failed,
    ):
        nobody.create_invoice(asked)

    assert not failed.value.refused


def test_reading_failures_pass(lava_service: RunningSandbox, lava_client: LavaClient) -> None:
    with pytest.raises(ContractNotFoundError):
        lava_client.get_contract(str(uuid4()))
    with pytest.raises(ContractNotFoundError):
        lava_client.get_contract("../products")

    script_fault(lava_service, "*", action="respond", status=429, body={})
    with pytest.raises(LavaUnavailableError):
        lava_client.get_contract(str(uuid4()))


def test_a_wrong_key_opens_nothing_and_is_not_printed(lava_service: RunningSandbox) -> None:
    with (
        LavaClient(base_url=f"{lava_service.base_url}/lava", api_key="wrong-key") as stranger,
        pytest.raises(LavaUnavailableError) as refused,
    ):
        stranger.list_products()

    assert "wrong-key" not in str(refused.value)


def test_the_sandbox_sells_all_standard_packages(db: None, lava_client: LavaClient) -> None:
    packages.add_missing(write=True)

    said = list(packages.match_offers(lava_client.list_products(), write=True))

    assert len(said) == 4
    assert not TokenPackage.objects.filter(lava_offer_id="").exists()


def test_a_lost_create_answer_heals_from_the_buyers_page(
    miniapp: MiniApp,
    alice: TgUser,
    lava_service: RunningSandbox,
    lava_client: LavaClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lavatop.checkout.get_client", lambda: lava_client)
    monkeypatch.setattr("lavatop.reconcile.get_client", lambda: lava_client)
    packages.add_missing(write=True)
    list(packages.match_offers(lava_client.list_products(), write=True))
    script_fault(lava_service, "POST /api/v3/invoice", action="drop_after")

    payment_id = miniapp.buy().json()["id"]
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        shown = miniapp.get(f"payments/{payment_id}").json()
    payment = Payment.objects.get(pk=payment_id)
    lava_service.client.post(f"/lava/pay/{payment.contract_id}", data={"action": "pay"})
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        verdict = reconcile.check(payment.pk)

    assert shown["status"] == Payment.Status.PENDING
    assert verdict is Verdict.CREDITED
    assert balance.get_balance(user_id=alice.pk) == 220
