"""Lava.top's webhook bodies in our words: flat payment events and nested refund events."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError

from lavatop.wire import Wire, parse_json

BODY_BYTES_MAX = 64 * 1024
KEY_CHARS_MAX = 200
CONTRACT_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# The text Lava.top sends when the buyer opened the window and never paid (spec 1.22, example).
ABANDONED_TEXT = "payment window is opened but not completed"


class Kind(StrEnum):
    """What an event means to us."""

    PAYMENT = "payment"
    MONEY_BACK = "money_back"
    OTHER = "other"


KINDS = {
    "payment.success": Kind.PAYMENT,
    "payment.failed": Kind.PAYMENT,
    "refund.success": Kind.MONEY_BACK,
    "chargeback.initiated": Kind.MONEY_BACK,
}


@dataclass(frozen=True)
class LavaEvent:
    """The few facts of an event we use; `dedupe_key` is equal for redeliveries of one event."""

    dedupe_key: str
    payload: dict[str, Any]
    kind: Kind = Kind.OTHER
    event_type: str = ""
    contract_id: str = ""
    amount: Decimal | None = None
    currency: str = ""
    error_message: str = ""

    @property
    def is_abandoned(self) -> bool:
        return ABANDONED_TEXT in self.error_message.lower()


class _Flat(Wire):
    event_type: str = Field(default="", alias="eventType")
    contract_id: str = Field(default="", alias="contractId")
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    error_message: str | None = Field(default=None, alias="errorMessage")


def parse_event(raw_body: str) -> LavaEvent:
    """Raises ValueError when the body is not a JSON object or cannot be stored.

    A JSON object of an unknown shape is an event of kind OTHER: it is kept, not refused,
    because a refusal makes Lava.top repeat it for five hours.
    """
    payload = parse_json(raw_body)
    if not isinstance(payload, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - wrong data, not a wrong call
    try:
        flat = _Flat.model_validate(payload)
    except ValidationError:
        return LavaEvent(dedupe_key=_body_key(raw_body), payload=payload)
    if flat.event_type:
        return _flat_event(flat, payload, raw_body)
    return _nested_event(payload, raw_body)


def _flat_event(flat: _Flat, payload: dict[str, Any], raw_body: str) -> LavaEvent:
    contract_id = flat.contract_id if CONTRACT_ID.fullmatch(flat.contract_id) else ""
    # There is no event id; these fields repeat in every redelivery of the same event.
    facts = f"{flat.event_type}:{contract_id}:{flat.status}"
    is_telling = bool(contract_id) and len(facts) <= KEY_CHARS_MAX
    return LavaEvent(
        dedupe_key=f"lava:{facts}" if is_telling else _body_key(raw_body),
        payload=payload,
        kind=KINDS.get(flat.event_type, Kind.OTHER) if contract_id else Kind.OTHER,
        event_type=flat.event_type[:100],
        contract_id=contract_id,
        amount=flat.amount,
        currency=flat.currency or "",
        error_message=flat.error_message or "",
    )


def _nested_event(payload: dict[str, Any], raw_body: str) -> LavaEvent:
    event_type = payload.get("event_type")
    event_type = event_type if isinstance(event_type, str) else ""
    event_id = payload.get("event_id")
    is_telling = isinstance(event_id, str) and 0 < len(event_id) <= KEY_CHARS_MAX
    return LavaEvent(
        dedupe_key=f"lava:event:{event_id}" if is_telling else _body_key(raw_body),
        payload=payload,
        kind=KINDS.get(event_type, Kind.OTHER),
        event_type=event_type[:100],
    )


def _body_key(raw_body: str) -> str:
    return f"lava:body:{hashlib.sha256(raw_body.encode()).hexdigest()}"
