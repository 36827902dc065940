"""Buying tokens over HTTP: `/api/miniapp/…`. Synchronous; mounted by `config.urls`."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from ninja import Router, Status

from botapp.business import balance, packages
from botapp.miniapp_auth import (
    AGE_FOR_PAYING,
    AGE_FOR_READING,
    MiniAppAuth,
    MiniAppError,
    MiniAppRequest,
)
from botapp.models import TgUser
from botapp.texts import payments as texts
from botapp.texts.amounts import plain
from lavatop import answers, checkout, reconcile, tasks, webhook
from lavatop.models import Payment
from lavatop.schemas import AcceptedOut, PackagesOut, PaymentIn, PaymentOut, PaymentsOut
from lavatop.settle import Verdict

HISTORY_LENGTH = 20
# Why there is no invoice: code of the payment → status of the answer.
REFUSALS = {
    Payment.Failure.EMAIL_REFUSED: 422,
    Payment.Failure.REFUSED: 502,
    Payment.Failure.PRICE_CHANGED: 502,
    Payment.Failure.NOT_SENT: 503,
}

# A receipt never reaches `localhost`, which Django lets through.
check_email = EmailValidator(allowlist=[])

router = Router(tags=["payments"])
reading = MiniAppAuth(max_age=AGE_FOR_READING)
paying = MiniAppAuth(max_age=AGE_FOR_PAYING)


@router.get("/packages", auth=reading, response=PackagesOut)
def list_packages(request: MiniAppRequest) -> PackagesOut:
    """What is on sale, the buyer's balance and remembered e-mail."""
    visitor = request.auth
    models = answers.example_models()
    return PackagesOut(
        packages=[answers.package(row, models) for row in packages.on_sale()],
        balance=plain(balance.get_balance(user_id=visitor.user.pk)),
        email=visitor.user.settings.payment_email,
        language=visitor.language,
    )


@router.post("/payments", auth=paying, response={201: PaymentOut})
def start_payment(request: MiniAppRequest, wanted: PaymentIn) -> Status[PaymentOut]:
    """Start buying; the same `client_request_id` again answers with the same payment."""
    visitor = request.auth
    order = checkout.Order(
        user=visitor.user,
        language=visitor.language,
        package_code=wanted.package_code,
        email=_checked_email(wanted.email),
        client_request_id=wanted.client_request_id,
        price=wanted.price_usd,
        tokens=wanted.tokens,
    )
    try:
        payment = checkout.start(order)
    except checkout.PackageUnavailableError as error:
        raise MiniAppError(409, "package_unavailable", texts.package_unavailable()) from error
    except checkout.PackageChangedError as error:
        raise MiniAppError(409, "package_changed", texts.package_changed()) from error
    except checkout.RequestReusedError as error:
        raise MiniAppError(409, "request_reused", texts.request_reused()) from error
    except checkout.TooManyPaymentsError as error:
        raise MiniAppError(429, "too_many_payments", texts.too_many_payments()) from error
    _refuse_without_invoice(payment)
    return Status(201, _answer(payment))


@router.get("/payments", auth=reading, response=PaymentsOut)
def list_payments(request: MiniAppRequest) -> PaymentsOut:
    """The visitor's own latest payments."""
    user = request.auth.user
    own = Payment.objects.filter(user=user).prefetch_related("transaction__corrections")
    rows = own.order_by("-created_at")[:HISTORY_LENGTH]
    tokens = balance.get_balance(user_id=user.pk)
    return PaymentsOut(payments=[answers.payment(row, balance=tokens) for row in rows])


@router.get("/payments/{payment_id}", auth=reading, response=PaymentOut)
def get_payment(request: MiniAppRequest, payment_id: str) -> PaymentOut:
    """One own payment, as Lava.top sees it now: a lost webhook heals here."""
    payment = _own_payment(request.auth.user, payment_id)
    if reconcile.check_now(payment) is Verdict.CREDITED:
        tasks.ring(tasks.tell_paid, str(payment.pk))
    payment.refresh_from_db()
    return _answer(payment)


@router.post("/lava-webhook", response=AcceptedOut, include_in_schema=False)
def lava_webhook(request: HttpRequest) -> AcceptedOut:
    """Lava.top's events: stored, answered, then worked off."""
    webhook.receive(request)
    return AcceptedOut()


def _own_payment(user: TgUser, payment_id: str) -> Payment:
    try:
        return Payment.objects.get(user=user, pk=UUID(payment_id))
    except (ValueError, Payment.DoesNotExist) as error:
        raise MiniAppError(404, "payment_not_found", texts.payment_not_found()) from error


def _answer(payment: Payment) -> PaymentOut:
    return answers.payment(payment, balance=balance.get_balance(user_id=payment.user_id))


def _checked_email(email: str) -> str:
    try:
        check_email(email.strip())
    except ValidationError as error:
        raise MiniAppError(422, "email_invalid", texts.email_invalid()) from error
    return email.strip()


def _refuse_without_invoice(payment: Payment) -> None:
    is_over = payment.status in (Payment.Status.FAILED, Payment.Status.QUARANTINED)
    if is_over and payment.failure_code in REFUSALS:
        status = REFUSALS[Payment.Failure(payment.failure_code)]
        raise MiniAppError(status, payment.failure_code, answers.sentence(payment))
