"""What the seller has put on sale; like the real API, nothing here can create products."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CURRENCIES = ("RUB", "USD", "EUR")
SELLER_EMAIL = "seller@sandbox.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`prices` by currency; a dynamic offer lists zeros and takes the buyer's amount."""

    id: str
    name: str
    prices: dict[str, Decimal]
    product_id: str
    product_title: str
    is_dynamic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    id: str
    title: str
    offers: tuple[Offer, ...]
    is_dynamic: bool = False
    is_hidden: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "description": None,
            "type": "DIGITAL_PRODUCT",
            "isDynamicPrice": self.is_dynamic,
            "offers": [_offer_as_json(offer) for offer in self.offers],
        }


def _offer_as_json(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "name": offer.name,
        "description": None,
        "prices": [
            {"amount": float(price), "currency": currency, "periodicity": "ONE_TIME"}
            for currency, price in offer.prices.items()
        ],
    }


def _tokens_product() -> Product:
    product_id, title = "5a1a0a4e-11d0-4f0e-8f3a-7b8f0b1c2d3e", "Токены NanoBanana"
    packs = (
        ("9c3b6a52-6d0e-4f61-8f57-2f6a0f3f0100", 100, {"RUB": 450, "USD": 5, "EUR": 5}),
        ("9c3b6a52-6d0e-4f61-8f57-2f6a0f3f0200", 200, {"RUB": 900, "USD": 10, "EUR": 9}),
        ("9c3b6a52-6d0e-4f61-8f57-2f6a0f3f0500", 500, {"RUB": 2250, "USD": 25, "EUR": 23}),
        ("9c3b6a52-6d0e-4f61-8f57-2f6a0f3f1000", 1000, {"RUB": 4500, "USD": 50, "EUR": 46}),
    )
    offers = tuple(
        Offer(
            id=offer_id,
            name=f"{tokens} tokens",
            prices={currency: Decimal(price) for currency, price in prices.items()},
            product_id=product_id,
            product_title=title,
        )
        for offer_id, tokens, prices in packs
    )
    return Product(id=product_id, title=title, offers=offers)


def _free_amount_product() -> Product:
    product_id, title = "5a1a0a4e-11d0-4f0e-8f3a-7b8f0b1c2dff", "NanoBanana: любая сумма"
    offer = Offer(
        id="9c3b6a52-6d0e-4f61-8f57-2f6a0f3f0000",
        name="Any amount",
        prices={currency: Decimal(0) for currency in CURRENCIES},
        product_id=product_id,
        product_title=title,
        is_dynamic=True,
    )
    return Product(id=product_id, title=title, offers=(offer,), is_dynamic=True, is_hidden=True)


PRODUCTS = (_tokens_product(), _free_amount_product())
OFFERS: dict[str, Offer] = {offer.id: offer for product in PRODUCTS for offer in product.offers}
