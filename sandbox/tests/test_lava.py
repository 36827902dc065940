"""The Lava.top API over real HTTP: keys, orders, contracts, lists and products."""

import pytest

from sandbox.config import Config
from sandbox.tests.lava_play import ANY_AMOUNT, HUNDRED, ORDER, Lava, refusal
from sandbox.tests.serving import FAST, run_sandbox


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Api-Key": "wrong"}, {"Authorization": f"Bearer {FAST.lava_api_key}"}],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v3/invoice"), ("GET", "/v2/invoices"), ("GET", "/v2/products")],
)
def test_only_the_right_api_key_header_opens_the_door(sandbox, headers, method, path):
    response = sandbox.client.request(method, f"/lava/api{path}", headers=headers, json=ORDER)

    assert (response.status_code, response.content) == (401, b"")


def test_the_webhook_key_is_not_an_api_key(lava):
    assert lava.order(key=FAST.lava_webhook_api_key).status_code == 401


def test_a_created_contract_has_id_status_amount_and_payment_url(lava, sandbox):
    response = lava.order(clientUtm={"utm_content": "ord_1"})

    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"id", "status", "amountTotal", "paymentUrl"}
    assert body["status"] == "new"
    assert body["amountTotal"] == {"currency": "USD", "amount": 5}
    assert body["paymentUrl"] == f"{sandbox.base_url}/lava/pay/{body['id']}"


def test_the_payment_url_can_have_another_public_host():
    with run_sandbox(Config(public_url="https://pay.example")) as running:
        payment_url = Lava(running.client).contract()["paymentUrl"]

    assert payment_url.startswith("https://pay.example/lava/pay/")


@pytest.mark.parametrize(("currency", "amount"), [("USD", 50), ("RUB", 4500), ("EUR", 46)])
def test_the_price_comes_from_the_offer(lava, currency, amount):
    contract = lava.contract(offerId=HUNDRED.replace("0100", "1000"), currency=currency)

    assert contract["amountTotal"] == {"currency": currency, "amount": amount}


def test_the_total_is_an_integer_or_a_decimal_by_switch(lava):
    integer = lava.order().text
    lava.set(amount_total="decimal")
    decimal = lava.order().text

    assert '"amount": 5}' in integer
    assert '"amount": 5.0}' in decimal


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"email": None}, 400, "Input fields are invalid"),
        ({"offerId": None}, 400, "Input fields are invalid"),
        ({"offerId": "100"}, 400, "Input fields are invalid"),
        ({"currency": None}, 400, "Input fields are invalid"),
        ({"currency": "GBP"}, 400, "Input fields are invalid"),
        ({"buyerLanguage": "DE"}, 400, "Input fields are invalid"),
        ({"periodicity": "MONTHLY"}, 400, "Input fields are invalid"),
        ({"promoCode": "a b"}, 400, "Input fields are invalid"),
        ({"email": "nobody"}, 400, "Incorrect email to purchase"),
        ({"email": "a@b"}, 400, "Incorrect email to purchase"),
        ({"email": "seller@sandbox.example"}, 400, "Incorrect email to purchase"),
        ({"paymentProvider": "SMART_GLOCAL"}, 400, "Restricted payment method type"),
        ({"paymentProvider": "STRIPE"}, 400, "Restricted payment method type"),
        ({"paymentMethod": "SBP"}, 400, "Restricted payment method type"),
        (
            {"amount": 5},
            400,
            f"Product with offer id = '{HUNDRED}' is not dynamic price",
        ),
        (
            {"offerId": "00000000-0000-4000-8000-000000000000"},
            404,
            "Product with offer id = '00000000-0000-4000-8000-000000000000' not found",
        ),
        (
            {"offerId": ANY_AMOUNT, "currency": "RUB", "amount": 49},
            400,
            "The amount is too small to create an invoice",
        ),
    ],
)
def test_a_bad_order_is_refused_in_the_words_of_the_service(lava, changes, status, error):
    assert refusal(lava.order(**changes)) == (status, error)
    assert lava.client.get("/__lava/contracts").json()["contracts"] == []


def test_an_invalid_field_is_named(lava):
    assert lava.order(currency="GBP").json()["details"] == {
        "currency": "should be one of RUB, USD, EUR"
    }


@pytest.mark.parametrize("body", [b"", b"[]", b"{not json"])
def test_a_body_that_is_no_object_is_refused(lava, body):
    assert refusal(lava.request("POST", "/v3/invoice", content=body))[0] == 400


def test_an_amount_for_a_fixed_offer_is_ignored_by_switch(lava):
    lava.set(amount_on_fixed_offer="ignore")

    assert lava.contract(amount=777)["amountTotal"]["amount"] == 5


def test_a_dynamic_offer_takes_the_amount(lava):
    assert lava.contract(offerId=ANY_AMOUNT, amount=12)["amountTotal"]["amount"] == 12


@pytest.mark.parametrize("provider", ["UNLIMINT", "UNLIMIT"])
def test_both_spellings_of_the_provider_are_taken(lava, provider):
    assert lava.order(paymentProvider=provider, paymentMethod="CARD").status_code == 201


def test_v2_has_the_provider_and_the_method_under_other_names(lava):
    paid_by_sbp = lava.order(version="v2", currency="RUB", paymentMethod="PAY2ME", type="SBP")
    refused = lava.order(version="v2", currency="USD", paymentMethod="PAY2ME")

    assert paid_by_sbp.status_code == 201
    assert refusal(refused) == (400, "Restricted payment method type")
    assert lava.order(version="v2", amount=1).json()["amountTotal"]["amount"] == 5


def test_a_fresh_contract_is_read_on_both_versions(lava):
    utm = {"utm_source": "telegram", "utm_content": "ord_1"}
    contract_id = lava.contract(clientUtm=utm)["id"]

    second, first = lava.read(contract_id), lava.read(contract_id, version="v1")

    assert (second["type"], first["type"]) == ("INVOICE", "ONE_TIME")
    assert second["status"] == "NEW"
    assert second["receipt"] == {"amount": 5.0, "currency": "USD", "fee": 0.4}
    assert second["buyer"] == {"email": "buyer@example.org", "cardMask": None}
    assert second["product"] == {"name": "Токены NanoBanana", "offer": "100 tokens"}
    assert second["clientUtm"] == {
        "utm_source": "telegram",
        "utm_medium": None,
        "utm_campaign": None,
        "utm_term": None,
        "utm_content": "ord_1",
    }


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_an_unknown_contract_is_not_found_in_the_words_of_the_service(lava, version):
    unknown = "00000000-0000-4000-8000-000000000000"

    response = lava.request("GET", f"/{version}/invoices/{unknown}")

    assert refusal(response) == (404, f"Invoice with such id  = '{unknown}' not found")


def test_contracts_of_another_key_are_invisible(lava):
    lava.set(api_keys=[FAST.lava_api_key, "second"])
    contract_id = lava.contract(key="second")["id"]
    lava.do("pay", contract_id)

    assert lava.request("GET", f"/v2/invoices/{contract_id}").status_code == 404
    assert lava.found()["total"] == 0
    assert lava.request("GET", f"/v2/invoices/{contract_id}", key="second").status_code == 200


def test_the_list_shows_only_completed_contracts_unless_asked(lava):
    new, paid, declined = (lava.contract()["id"] for _ in range(3))
    lava.do("pay", paid)
    lava.do("decline", declined)

    assert [item["id"] for item in lava.found()["items"]] == [paid]
    asked = lava.found(invoiceStatuses=["NEW", "FAILED"])
    assert {item["id"] for item in asked["items"]} == {new, declined}


def test_the_list_is_paged_from_one(lava):
    ids = [lava.contract()["id"] for _ in range(5)]

    pages = [lava.found(invoiceStatuses="NEW", page=page, size=2) for page in (1, 2, 3)]

    assert [(page["page"], page["size"], page["total"]) for page in pages] == [
        (1, 2, 5),
        (2, 2, 5),
        (3, 2, 5),
    ]
    assert [item["id"] for page in pages for item in page["items"]] == ids[::-1]


def test_the_list_is_filtered(lava):
    lava.contract(email="anna@example.org", currency="EUR")
    lava.contract(email="boris@example.org")

    def total(**query):
        return lava.found(invoiceStatuses="NEW", **query)["total"]

    assert total() == 2
    assert total(buyerEmail="ANNA") == 1
    assert total(currencies=["USD", "RUB"]) == 1
    assert total(productName="nanobanana") == 2
    assert total(invoiceTypes="SUBSCRIPTION_RENEWAL") == 0
    assert total(last4CardDigits="4242") == 0
    assert total(beginDate="2099-01-01T00:00:00Z") == 0
    assert total(endDate="2099-01-01T00:00:00Z") == 2


@pytest.mark.parametrize(
    "query",
    [{"invoiceStatuses": "PAID"}, {"page": "0"}, {"beginDate": "soon"}, {"currencies": "GBP"}],
)
def test_a_bad_filter_is_refused(lava, query):
    assert refusal(lava.request("GET", "/v2/invoices", params=query))[0] == 400


def test_the_products_come_flat_or_wrapped_by_switch(lava):
    flat = lava.request("GET", "/v2/products").json()
    lava.set(products_shape="wrapped")
    wrapped = lava.request("GET", "/v2/products").json()

    assert flat["nextPage"] is None
    assert [offer["name"] for offer in flat["items"][0]["offers"]] == [
        "100 tokens",
        "200 tokens",
        "500 tokens",
        "1000 tokens",
    ]
    assert {"amount": 5.0, "currency": "USD", "periodicity": "ONE_TIME"} in (
        flat["items"][0]["offers"][0]["prices"]
    )
    assert wrapped["items"] == [{"type": "PRODUCT", "data": item} for item in flat["items"]]


@pytest.mark.parametrize(
    ("visibility", "dynamic"),
    [("ONLY_VISIBLE", [False]), ("ONLY_HIDDEN", [True]), ("ALL", [False, True])],
)
def test_the_free_amount_product_is_hidden(lava, visibility, dynamic):
    query = {"feedVisibility": visibility}
    items = lava.request("GET", "/v2/products", params=query).json()["items"]

    assert [item["isDynamicPrice"] for item in items] == dynamic


def test_reading_may_lag_behind_the_payment(lava):
    lava.set(get_lags=2)
    contract_id = lava.contract()["id"]
    lava.do("pay", contract_id)

    assert lava.found()["total"] == 0
    statuses = [lava.read(contract_id)["status"] for _ in range(3)]

    assert statuses == ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    assert lava.found()["total"] == 1
