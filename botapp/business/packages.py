"""Token packages that can be bought right now."""

from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet

from botapp.models import TokenPackage


def on_sale() -> QuerySet[TokenPackage]:
    """In the operators' order; nothing without a key of the payment system."""
    if not settings.LAVA_API_KEY:
        return TokenPackage.objects.none()
    return TokenPackage.objects.filter(is_active=True).exclude(lava_offer_id="")


def covering(missing: Decimal) -> TokenPackage | None:
    """The smallest package that fills the gap; None when no single one does."""
    enough = on_sale().filter(credits__gte=missing)
    return enough.order_by("credits", "price_usd").first()
