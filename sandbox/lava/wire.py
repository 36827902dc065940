"""JSON as Lava.top writes it: contracts, errors and webhooks (facts: A1, A3, A5, A7)."""

import uuid
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.lava.contracts import Contract, Status
from sandbox.lava.settings import AmountTotal, ParentContractId, Settings

_CARD_MASK = "**** **** **** 4242"
_UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_CHARGEBACK_FEE = 20.0

Json = dict[str, Any]


def created(contract: Contract, settings: Settings, payment_url: str) -> Json:
    amount: float | int = float(contract.amount)
    if settings.amount_total is AmountTotal.INTEGER:
        amount = int(contract.amount.quantize(Decimal(1), ROUND_HALF_UP))
    return {
        "id": contract.id,
        "status": contract.status.kebab,
        "amountTotal": {"currency": contract.currency, "amount": amount},
        "paymentUrl": payment_url,
    }


def invoice(contract: Contract, *, kind: str) -> Json:
    """The answer of GET; `kind` is INVOICE on v2 and ONE_TIME on v1."""
    status = contract.visible_status
    paid = status is Status.COMPLETED
    return {
        "id": contract.id,
        "type": kind,
        "datetime": milliseconds(contract.created_at if not paid else contract.happened_at),
        "status": status.value,
        "receipt": {
            "amount": float(contract.amount),
            "currency": contract.currency,
            "fee": float(contract.fee),
        },
        "buyer": {"email": contract.email, "cardMask": _CARD_MASK if paid else None},
        "product": {"name": contract.offer.product_title, "offer": contract.offer.name},
        "parentInvoice": None,
        "subscriptionStatus": None,
        "subscriptionDetails": None,
        "clientUtm": _utm(contract),
    }


def error(message: str, details: dict[str, str], *, now: datetime) -> Json:
    # The service prints seven digits of a second.
    timestamp = now.strftime("%Y-%m-%dT%H:%M:%S.%f0+00:00")
    return {"error": message, "details": details, "timestamp": timestamp}


def webhook(event: str, contract: Contract, settings: Settings, *, now: datetime) -> Json:
    """The body of an event: nested for refunds and chargebacks, flat for everything else."""
    match event:
        case "refund.success":
            return _nested(event, contract, _refund(contract), now=now)
        case "chargeback.initiated":
            return _nested(event, contract, _chargeback(contract, now), now=now)
        case _:
            return _flat(event, contract, settings, now=now)


def milliseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _flat(event: str, contract: Contract, settings: Settings, *, now: datetime) -> Json:
    succeeded = event.endswith(".success")
    body = {
        "eventType": event,
        "product": {"id": contract.offer.product_id, "title": contract.offer.product_title},
        "buyer": {"email": contract.email},
        "contractId": contract.id,
        "parentContractId": None,
        "amount": float(contract.amount),
        "currency": contract.currency,
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "status": (Status.COMPLETED if succeeded else Status.FAILED).kebab,
        "errorMessage": "" if succeeded else contract.error_message,
    }
    if settings.parent_contract_id is ParentContractId.MISSING:
        del body["parentContractId"]
    if settings.utm_in_webhook:
        body["clientUtm"] = _utm(contract)
    return body


def _nested(event: str, contract: Contract, particulars: Json, *, now: datetime) -> Json:
    """No contract id, no order id, no UTM: the buyer is known only by e-mail."""
    return {
        "event_id": str(uuid.uuid4()),
        "event_type": event,
        "created_at": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": {
            "amount": float(contract.amount),
            "currency": contract.currency,
            "product": {
                "product_name": contract.offer.product_title,
                "product_id": contract.offer.product_id,
                "product_type": "DIGITAL_PRODUCT",
                "tier_id": contract.offer.id,
            },
            "customer_email": contract.email,
            "subscription_cancelled": False,
        }
        | particulars,
    }


def _refund(contract: Contract) -> Json:
    return {
        "refund_id": str(uuid.uuid4()),
        "refund_type": "full",
        "initiator": "creator",
        "balance_impact": {
            "debited_amount": float(contract.amount - contract.fee),
            "currency": contract.currency,
        },
    }


def _chargeback(contract: Contract, now: datetime) -> Json:
    return {
        "chargeback_id": str(uuid.uuid4()),
        "dispute_date": now.date().isoformat(),
        "reason_category": "fraud",
        "reason_description": "The cardholder does not recognise the payment",
        "balance_impact": {
            "debited_amount": float(contract.amount),
            "provider_fee": _CHARGEBACK_FEE,
            "currency": contract.currency,
        },
    }


def _utm(contract: Contract) -> Json:
    return {name: contract.utm.get(name) for name in _UTM_NAMES}
