"""Reads and checks a request for a contract, in the v3 and the v2 spelling (facts: A1, A3, A4)."""

import re
import uuid
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.lava.catalog import CURRENCIES, OFFERS, SELLER_EMAIL, Offer
from sandbox.lava.contracts import ReturnUrls
from sandbox.lava.settings import AmountOnFixedOffer

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PROMO_CODE = re.compile(r"[A-Za-z0-9_-]{3,36}")
_LANGUAGES = ("EN", "RU", "ES")
_UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_AMOUNT_LIMITS = {
    "RUB": (Decimal(50), Decimal(1_000_000)),
    "USD": (Decimal(5), Decimal(10_000)),
    "EUR": (Decimal(5), Decimal(10_000)),
}
# The specification spells the provider UNLIMINT in the enum and UNLIMIT in every example.
_SPELLINGS = {"UNLIMIT": "UNLIMINT"}
_EURO_METHODS = (
    "CARD", "PIX", "APPLE_PAY", "SEPATRANSFER", "IDEAL", "BIZUM", "MBWAY", "BANCONTACT",
)  # fmt: skip
# Currency -> provider (the default first) -> methods (the default first).
_METHODS: dict[str, dict[str, tuple[str, ...]]] = {
    "RUB": {"SMART_GLOCAL": ("CARD",), "PAY2ME": ("CARD", "SBP")},
    "USD": {"UNLIMINT": ("CARD", "PIX", "APPLE_PAY"), "PAYPAL": ("PAYPAL",)},
    "EUR": {"UNLIMINT": _EURO_METHODS, "PAYPAL": ("PAYPAL",)},
}


class OrderRefusedError(Exception):
    """Becomes the error body; `details` maps a field to what is wrong with it."""

    def __init__(self, message: str, details: dict[str, str] | None = None, status: int = 400):
        super().__init__(message)
        self.details = details or {}
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    offer: Offer
    email: str
    currency: str
    amount: Decimal
    method: str
    utm: dict[str, str | None]
    return_urls: ReturnUrls


def read_v3_order(body: Any, amount_rule: AmountOnFixedOffer) -> Order:
    """Raises OrderRefusedError."""
    order = _object(body)
    _check_fields(order)
    offer = _find_offer(order)
    currency = order["currency"]
    return Order(
        offer=offer,
        email=_buyer_email(order),
        currency=currency,
        amount=_amount(order.get("amount"), offer, currency, amount_rule),
        method=_method(currency, order.get("paymentProvider"), order.get("paymentMethod")),
        utm=_utm(order.get("clientUtm")),
        return_urls=ReturnUrls(
            success=str(order.get("successful_return_url") or ""),
            failure=str(order.get("failure_return_url") or ""),
            cancel=str(order.get("cancel_return_url") or ""),
        ),
    )


def read_v2_order(body: Any) -> Order:
    """In v2 `paymentMethod` holds the provider and `type` the method; there is no `amount`."""
    legacy = _object(body)
    known = ("email", "offerId", "currency", "periodicity", "buyerLanguage", "clientUtm")
    renamed = {name: legacy[name] for name in known if name in legacy}
    renamed["paymentProvider"] = legacy.get("paymentMethod")
    renamed["paymentMethod"] = legacy.get("type")
    return read_v3_order(renamed, AmountOnFixedOffer.IGNORE)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise OrderRefusedError("Input fields are invalid")
    return body


def _check_fields(order: dict[str, Any]) -> None:
    wrong = {
        "email": None if order.get("email") else "must not be blank",
        "offerId": None if _is_uuid(order.get("offerId")) else "should be a valid UUID",
        "currency": _unless_one_of(order.get("currency"), CURRENCIES),
        "buyerLanguage": _unless_one_of(order.get("buyerLanguage") or "EN", _LANGUAGES),
        "periodicity": _unless_one_of(order.get("periodicity") or "ONE_TIME", ("ONE_TIME",)),
        "promoCode": _unless_promo_code(order.get("promoCode")),
    }
    details = {field: problem for field, problem in wrong.items() if problem}
    if details:
        raise OrderRefusedError("Input fields are invalid", details)


def _is_uuid(text: Any) -> bool:
    try:
        return str(uuid.UUID(str(text))) == str(text).lower()
    except ValueError:
        return False


def _unless_one_of(word: Any, accepted: tuple[str, ...]) -> str | None:
    return None if word in accepted else f"should be one of {', '.join(accepted)}"


def _unless_promo_code(code: Any) -> str | None:
    if code is None or _PROMO_CODE.fullmatch(str(code)):
        return None
    return "should be 3 to 36 letters, digits, hyphens or underscores"


def _find_offer(order: dict[str, Any]) -> Offer:
    offer_id = str(order["offerId"]).lower()
    if offer_id not in OFFERS:
        raise OrderRefusedError(f"Product with offer id = '{offer_id}' not found", status=404)
    return OFFERS[offer_id]


def _buyer_email(order: dict[str, Any]) -> str:
    email = str(order["email"])
    if not _EMAIL.fullmatch(email) or email.lower() == SELLER_EMAIL:
        raise OrderRefusedError("Incorrect email to purchase")
    return email


def _amount(asked: Any, offer: Offer, currency: str, amount_rule: AmountOnFixedOffer) -> Decimal:
    if not offer.is_dynamic:
        if asked is not None and amount_rule is AmountOnFixedOffer.REFUSE:
            raise OrderRefusedError(f"Product with offer id = '{offer.id}' is not dynamic price")
        return offer.prices[currency]
    amount = _decimal(asked or 0)
    smallest, largest = _AMOUNT_LIMITS[currency]
    if amount < smallest:
        raise OrderRefusedError("The amount is too small to create an invoice")
    if amount > largest:
        raise OrderRefusedError("The amount is too big to create an invoice")
    return amount


def _decimal(number: Any) -> Decimal:
    try:
        amount = Decimal(str(number))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise OrderRefusedError("Input fields are invalid", {"amount": "should be a number"})
    return amount


def _method(currency: str, provider: Any, method: Any) -> str:
    providers = _METHODS[currency]
    asked_provider = next(iter(providers)) if provider is None else str(provider)
    methods = providers.get(_SPELLINGS.get(asked_provider, asked_provider), ())
    if not methods or (method is not None and method not in methods):
        raise OrderRefusedError("Restricted payment method type")
    return methods[0] if method is None else str(method)


def _utm(foreign: Any) -> dict[str, str | None]:
    given = foreign if isinstance(foreign, dict) else {}
    return {name: given[name] for name in _UTM_NAMES if isinstance(given.get(name), str)}
