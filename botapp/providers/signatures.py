"""Whether a callback is its provider's: three ways of signing (providers.md 3.7, 7.1, 7.3).

Everything is checked over the raw body, in constant time, and within five minutes of our clock.
"""

import base64
import binascii
import hashlib
import hmac
import re
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from botapp.providers.base import BadSignatureError, Callback

TOLERANCE_S = 300.0


def verify_standard_webhook(secret: str, callback: Callback) -> None:
    """Standard Webhooks (OpenAI, Kling, Replicate): HMAC-SHA256 of `id.timestamp.body` under a
    secret such as `whsec_<base64>`; several signatures may stand side by side while it rotates."""
    headers = callback.headers
    timestamp = headers.get("webhook-timestamp", "")
    _check_age(timestamp, callback)
    message = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + callback.body
    expected = base64.b64encode(_hmac(_standard_key(secret), message)).decode()
    offered = [
        signature.removeprefix("v1,")
        for signature in headers.get("webhook-signature", "").split()
        if signature.startswith("v1,")
    ]
    if not any(_same(signature, expected) for signature in offered):
        raise BadSignatureError("no signature fits")


def verify_kie(key: str, task_id: str, callback: Callback) -> None:
    """kie: HMAC-SHA256 of `task_id.timestamp`. The body is not covered: it is only a hint."""
    timestamp = callback.headers.get("x-webhook-timestamp", "")
    _check_age(timestamp, callback)
    if not key:
        raise BadSignatureError("no key to check with")
    signed = _hmac(key.encode(), f"{task_id}.{timestamp}".encode())
    offered = callback.headers.get("x-webhook-signature", "")
    if not _same(offered, base64.b64encode(signed).decode()):
        raise BadSignatureError("the signature does not fit")


def verify_fal(jwks: Any, callback: Callback) -> None:
    """fal: Ed25519 over three headers and the body's hash, by any key of its published set."""
    headers = callback.headers
    names = ("request-id", "user-id", "timestamp")
    signed_headers = [headers.get(f"x-fal-webhook-{name}", "") for name in names]
    _check_age(signed_headers[-1], callback)
    body_hash = hashlib.sha256(callback.body).hexdigest()
    message = "\n".join([*signed_headers, body_hash]).encode()
    try:
        signature = bytes.fromhex(headers.get("x-fal-webhook-signature", ""))
    except ValueError as error:
        raise BadSignatureError("the signature is not hex") from error
    if not any(_is_signed_by(key, signature, message) for key in _ed25519_keys(jwks)):
        raise BadSignatureError("no published key made the signature")


def _check_age(timestamp: str, callback: Callback) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise BadSignatureError("no timestamp")
    if abs(callback.received_at_s - int(timestamp)) > TOLERANCE_S:
        raise BadSignatureError("too old, or of the future")


def _standard_key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignatureError("the secret is not base64") from error
    if not key:
        raise BadSignatureError("no secret to check with")
    return key


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _same(offered: str, expected: str) -> bool:
    # As bytes: compare_digest takes no text with letters beyond ASCII.
    return hmac.compare_digest(offered.encode(), expected.encode())


def _ed25519_keys(jwks: Any) -> list[Ed25519PublicKey]:
    """The usable keys of a set; those of other kinds or shapes are passed over."""
    listed = jwks.get("keys") if isinstance(jwks, dict) else None
    keys = []
    for item in listed if isinstance(listed, list) else []:
        if not isinstance(item, dict) or item.get("crv", "Ed25519") != "Ed25519":
            continue
        try:
            raw = base64.urlsafe_b64decode(str(item.get("x", "")) + "==")
            keys.append(Ed25519PublicKey.from_public_bytes(raw))
        except ValueError:
            continue
    return keys


def _is_signed_by(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
