"""From rows to what the page reads: numbers as text and one sentence about where things stand."""

from decimal import Decimal

from botapp.business import deposits
from botapp.models import AIModel, TokenPackage
from botapp.texts import payments as texts
from botapp.texts.amounts import plain
from lavatop.checkout import CURRENCY
from lavatop.models import Payment
from lavatop.schemas import PackageOut, PaymentOut

EXAMPLE_MODELS = 2

Status = Payment.Status
Failure = Payment.Failure

FAILURE_TEXTS = {
    Failure.EMAIL_REFUSED: texts.email_refused,
    Failure.REFUSED: texts.invoice_refused,
    Failure.NOT_SENT: texts.unreachable,
    Failure.DECLINED: texts.declined,
    Failure.ABANDONED: texts.abandoned,
    Failure.PRICE_CHANGED: texts.invoice_refused,
    Failure.MISMATCH: texts.under_review,
}
STATUS_TEXTS = {
    Status.CREATED: texts.preparing,
    Status.REQUESTING: texts.preparing,
    Status.UNKNOWN: texts.unknown,
    Status.PENDING: texts.waiting,
    Status.EXPIRED: texts.expired,
    Status.FAILED: texts.declined,
    Status.QUARANTINED: texts.under_review,
}


def example_models() -> list[AIModel]:
    """The image models whose prices make a package imaginable."""
    images = AIModel.objects.on_sale().filter(type=AIModel.Type.IMAGE, price__gt=0)
    return list(images[:EXAMPLE_MODELS])


def package(row: TokenPackage, models: list[AIModel]) -> PackageOut:
    counts = ((int(row.credits / model.price), model.name) for model in models)
    return PackageOut(
        code=row.code,
        title=row.title,
        tokens=plain(row.credits),
        tokens_text=texts.tokens_count(row.credits),
        price_usd=f"{row.price_usd:.2f}",
        currency=CURRENCY,
        examples=[
            texts.images_example(images=count, model=name) for count, name in counts if count
        ],
    )


def payment(row: Payment, *, balance: Decimal) -> PaymentOut:
    is_payable = row.status == Status.PENDING and row.payment_url
    return PaymentOut(
        id=row.pk,
        status=row.status,
        message=sentence(row),
        payment_url=row.payment_url if is_payable else None,
        package_code=row.package_code,
        title=row.title,
        tokens=plain(row.credits),
        tokens_text=texts.tokens_count(row.credits),
        amount=f"{row.amount:.2f}",
        currency=row.currency,
        failure_code=row.failure_code,
        balance=plain(balance),
        created_at=row.created_at,
        paid_at=row.paid_at,
    )


def sentence(row: Payment) -> str:
    """Where this payment stands, for the buyer, in the active language."""
    if row.failure_code:
        return FAILURE_TEXTS[Failure(row.failure_code)]()
    if row.status == Status.PAID:
        # Paid means credited: the table's own constraint.
        assert row.transaction is not None
        return texts.paid(row.credits, deposits.gifts_with(row.transaction))
    if row.status == Status.PENDING and not row.payment_url:
        return texts.link_lost()
    return STATUS_TEXTS[Status(row.status)]()
