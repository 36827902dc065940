"""Token packages on sale and the Lava.top offers that sell them (`manage.py sync_packages`)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from botapp.models import TokenPackage
from lavatop.checkout import CURRENCY
from lavatop.wire import Offer, Price, Product

ONE_TIME = "ONE_TIME"
STANDARD = ((100, 5), (200, 10), (500, 25), (1000, 50))


def add_missing(*, write: bool) -> list[str]:
    """Put the standard packages where they are absent; says what was, or would be, added."""
    known = set(TokenPackage.objects.values_list("code", flat=True))
    missing = [package for package in _standard() if package.code not in known]
    if write:
        TokenPackage.objects.bulk_create(missing, ignore_conflicts=True)
    return [f"{package.code}: added" for package in missing]


def match_offers(products: Iterable[Product], *, write: bool) -> Iterator[str]:
    """Give every active package the one offer with its price; yields what changed or is wrong.

    A package without exactly one fitting offer keeps none: it is not listed and not sold. An
    operator's own choice of an offer stays as long as its price fits.
    """
    offers = list(_one_time_offers(products))
    for package in TokenPackage.objects.filter(is_active=True):
        fitting = {offer.id for offer, price in offers if price == package.price_usd}
        if package.lava_offer_id in fitting:
            continue
        offer_id = next(iter(fitting)) if len(fitting) == 1 else ""
        if offer_id != package.lava_offer_id and write:
            TokenPackage.objects.filter(pk=package.pk).update(lava_offer_id=offer_id)
        yield _say(package, offer_id, candidates=len(fitting))


def _standard() -> list[TokenPackage]:
    return [
        TokenPackage(
            code=f"tokens_{tokens}",
            title=f"{tokens} токенов",
            credits=Decimal(tokens),
            price_usd=Decimal(price_usd),
            sort_order=number * 10,
        )
        for number, (tokens, price_usd) in enumerate(STANDARD, start=1)
    ]


def _one_time_offers(products: Iterable[Product]) -> Iterator[tuple[Offer, Decimal]]:
    for product in products:
        if product.is_dynamic_price:
            continue
        for offer in product.offers or []:
            for price in offer.prices:
                if price.amount is not None and _is_ours(price):
                    yield offer, price.amount


def _is_ours(price: Price) -> bool:
    return price.currency == CURRENCY and price.periodicity in (None, ONE_TIME)


def _say(package: TokenPackage, offer_id: str, *, candidates: int) -> str:
    if offer_id:
        return f"{package.code}: offer {offer_id}"
    wanted = f"{package.price_usd} {CURRENCY}"
    if candidates:
        return f"{package.code}: NOT ON SALE, {candidates} offers cost {wanted}, choose one by hand"
    return f"{package.code}: NOT ON SALE, no one-time offer at Lava.top costs {wanted}"
