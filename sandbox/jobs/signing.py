"""Signatures of callbacks."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A callback to be signed: `id` stays the same when it is repeated, `at` is in seconds."""

    id: str
    at: int
    body: bytes


Signer = Callable[[Letter], dict[str, str]]


def unsigned(_letter: Letter) -> dict[str, str]:
    return {}


def standard_webhook_signer(secret: str) -> Signer:
    """Standard Webhooks, as OpenAI, Kling and Replicate sign (facts: provider notes, 3.7)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))

    def sign(letter: Letter) -> dict[str, str]:
        message = f"{letter.id}.{letter.at}.".encode() + letter.body
        signature = base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
        return {
            "webhook-id": letter.id,
            "webhook-timestamp": str(letter.at),
            "webhook-signature": f"v1,{signature}",
        }

    return sign


def spoil_signatures(headers: dict[str, str]) -> dict[str, str]:
    """The same headers with one sign of every signature changed; its form stays right."""
    return {
        name: _change_one_sign(value) if "signature" in name.lower() else value
        for name, value in headers.items()
    }


def old_moment() -> int:
    """A time that every receiver must find too long ago."""
    return int(time.time()) - 3600


def _change_one_sign(signature: str) -> str:
    # Far enough from the end to miss the padding of base64.
    place = len(signature) - 6
    other = "b" if signature[place] != "b" else "a"
    return signature[:place] + other + signature[place + 1 :]
