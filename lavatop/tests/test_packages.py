"""`sync_packages`: what is on sale, and only what Lava.top sells at our price."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from botapp.models import TokenPackage
from lavatop.tests.lava import Lava, product

PRICES = {"tokens_100": 5, "tokens_200": 10, "tokens_500": 25, "tokens_1000": 50}

pytestmark = pytest.mark.django_db


def sync(*options: str) -> str:
    said = StringIO()
    call_command("sync_packages", *options, stdout=said)
    return said.getvalue()


def offers() -> dict[str, str]:
    return dict(TokenPackage.objects.values_list("code", "lava_offer_id"))


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_the_standard_packages_find_their_offers(lava: Lava, is_wrapped: bool) -> None:
    lava.products = [
        product(f"offer-{price}", price, is_wrapped=is_wrapped) for price in PRICES.values()
    ]
    lava.products.append({"type": "POST", "data": {"id": "p", "body": "news"}})

    sync()

    packages = TokenPackage.objects.values_list("code", "credits", "price_usd")
    assert {code: price for code, _, price in packages} == PRICES
    assert all(tokens == price * 20 for _, tokens, price in packages)
    assert offers() == {code: f"offer-{price}" for code, price in PRICES.items()}
    assert sync() == "All packages are up to date.\n"


def test_an_operators_changes_stay(lava: Lava) -> None:
    lava.products = [product("offer-5", 5), product("offer-7", 7)]
    sync()
    TokenPackage.objects.filter(code="tokens_100").update(
        title="Старт", price_usd=7, credits=150, is_active=True, lava_offer_id="", sort_order=99
    )

    sync()

    package = TokenPackage.objects.get(code="tokens_100")
    assert package.title == "Старт"
    assert [package.price_usd, package.credits] == [7, 150]
    assert (package.sort_order, package.lava_offer_id) == (99, "offer-7")


def test_two_offers_of_one_price_are_left_to_a_person(lava: Lava) -> None:
    lava.products = [product("one", 5), product("two", 5)]

    said = sync()

    assert offers()["tokens_100"] == ""
    assert "tokens_100: NOT ON SALE, 2 offers" in said

    TokenPackage.objects.filter(code="tokens_100").update(lava_offer_id="two")
    sync()
    assert offers()["tokens_100"] == "two"


def test_an_offer_that_changed_its_price_is_not_sold(lava: Lava) -> None:
    lava.products = [product("offer", 5)]
    sync()
    lava.products = [product("offer", 6)]

    assert "tokens_100: NOT ON SALE" in sync()
    assert offers()["tokens_100"] == ""


def test_dynamic_prices_and_subscriptions_are_not_offers(lava: Lava) -> None:
    dynamic = product("dynamic", 5) | {"isDynamicPrice": True}
    monthly = product("monthly", 5)
    monthly["offers"][0]["prices"] = [{"amount": 5, "currency": "USD", "periodicity": "MONTHLY"}]
    lava.products = [dynamic, monthly]

    sync()

    assert offers()["tokens_100"] == ""


def test_check_writes_nothing_and_fails_when_something_differs(lava: Lava) -> None:
    lava.products = [product(f"offer-{price}", price) for price in PRICES.values()]

    with pytest.raises(CommandError):
        sync("--check")
    assert not TokenPackage.objects.exists()

    sync()
    assert "up to date" in sync("--check")


def test_without_a_key_the_packages_are_written_and_nothing_is_sold(settings: Any) -> None:
    settings.LAVA_API_KEY = ""

    assert "LAVA_API_KEY is not set" in sync()
    assert set(offers().values()) == {""}
