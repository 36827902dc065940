"""From «pay» to an invoice: one payment and at most one request to Lava.top for one press."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from botapp.business import packages
from botapp.business.errors import BusinessError
from botapp.models import TgUser, UserSettings
from lavatop import moves
from lavatop.client import InvoiceNotCreatedError, InvoiceRequest, InvoiceUnknownError, get_client
from lavatop.models import Payment
from lavatop.wire import Invoice

logger = logging.getLogger(__name__)

CURRENCY = "USD"
PAYMENTS_PER_MINUTE_MAX = 10
DOLLAR = Decimal(1)


class PackageUnavailableError(BusinessError):
    """The package is not on sale, or Lava.top has no offer for it."""


class PackageChangedError(BusinessError):
    """The package costs or gives something else than the buyer was shown."""


class TooManyPaymentsError(BusinessError):
    """The person starts payments faster than anybody pays."""


class RequestReusedError(BusinessError):
    """The same request id came with another package or e-mail."""


@dataclass(frozen=True)
class Order:
    """What the buyer asked for; `client_request_id` makes repeated presses one order.

    `price` and `tokens` are what they were shown, where the page has said it.
    """

    user: TgUser
    language: str
    package_code: str
    email: str
    client_request_id: str
    price: Decimal | None = None
    tokens: Decimal | None = None


def start(order: Order) -> Payment:
    """The payment of this order, with an invoice when Lava.top gave one.

    A repeat returns the same payment and asks Lava.top for nothing. Raises
    PackageUnavailableError, PackageChangedError, RequestReusedError, TooManyPaymentsError.
    """
    payment = _find_or_create(order)
    if moves.begin_request(payment.pk):
        _request_invoice(payment)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def _find_or_create(order: Order) -> Payment:
    # One press of a person after another: a double tap is one payment, and the count is exact.
    TgUser.objects.select_for_update(no_key=True).get(pk=order.user.pk)
    same = Payment.objects.filter(user=order.user, client_request_id=order.client_request_id)
    payment = same.first() or _create(order)
    if (payment.package_code, payment.email) != (order.package_code, order.email):
        raise RequestReusedError(order.client_request_id)
    return payment


def _create(order: Order) -> Payment:
    package = next((one for one in packages.on_sale() if one.code == order.package_code), None)
    if package is None:
        raise PackageUnavailableError(order.package_code)
    if order.price not in (None, package.price_usd) or order.tokens not in (None, package.credits):
        raise PackageChangedError(order.package_code)
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    recent = Payment.objects.filter(user=order.user, created_at__gt=a_minute_ago)
    if recent.count() >= PAYMENTS_PER_MINUTE_MAX:
        raise TooManyPaymentsError(order.user.pk)
    UserSettings.objects.filter(user=order.user).update(payment_email=order.email)
    return Payment.objects.create(
        user=order.user,
        client_request_id=order.client_request_id,
        package_code=package.code,
        offer_id=package.lava_offer_id,
        title=package.title,
        credits=package.credits,
        amount=package.price_usd,
        currency=CURRENCY,
        email=order.email,
        language=order.language,
    )


def _request_invoice(payment: Payment) -> None:
    try:
        invoice = get_client().create_invoice(_invoice_request(payment))
    except InvoiceNotCreatedError as error:
        moves.fail(payment.pk, code=_failure_code(error), note=str(error))
        logger.warning("No invoice", extra={"payment_id": str(payment.pk), "why": str(error)})
        return
    except InvoiceUnknownError as error:
        moves.lose_answer(payment.pk, note=str(error))
        logger.warning("Invoice unknown", extra={"payment_id": str(payment.pk), "why": str(error)})
        return
    moves.attach_invoice(payment.pk, invoice)
    if not _quote_fits(payment, invoice):
        _refuse_quote(payment, invoice)


def _invoice_request(payment: Payment) -> InvoiceRequest:
    return InvoiceRequest(
        email=payment.email,
        offer_id=payment.offer_id,
        currency=payment.currency,
        language=payment.language.upper(),
        reference=str(payment.pk),
        return_url=f"{settings.PUBLIC_BASE_URL}/miniapp/",
    )


def _failure_code(error: InvoiceNotCreatedError) -> Payment.Failure:
    if not error.refused:
        return Payment.Failure.NOT_SENT
    if "email" in str(error).lower():
        return Payment.Failure.EMAIL_REFUSED
    return Payment.Failure.REFUSED


def _quote_fits(payment: Payment, invoice: Invoice) -> bool:
    """`amountTotal` is declared an integer, so cents may have been rounded away (spec 1.22)."""
    quoted = invoice.amount_total
    rounded = payment.amount.quantize(DOLLAR, ROUND_HALF_UP)
    return quoted.currency == payment.currency and quoted.amount in {payment.amount, rounded}


def _refuse_quote(payment: Payment, invoice: Invoice) -> None:
    quoted = f"{invoice.amount_total.amount} {invoice.amount_total.currency}"
    note = f"ordered {payment.amount} {payment.currency}, quoted {quoted}"
    moves.quarantine(payment.pk, code=Payment.Failure.PRICE_CHANGED, note=note)
    logger.error(
        "Lava.top asks another price than the package",
        extra={"payment_id": str(payment.pk), "package": payment.package_code, "why": note},
    )
