"""Signs callbacks with Ed25519 and publishes the key (facts: provider notes, section 7.1)."""

import base64
import hashlib
import json
from typing import Any

from sandbox.jobs import Letter
from sandbox.telegram import ed25519

# A public demo value: it opens nothing but this stand-in.
_SEED = bytes(range(32))
_USER_ID = "sandbox-user"


def sign(letter: Letter) -> dict[str, str]:
    request_id = json.loads(letter.body)["request_id"]
    body_hash = hashlib.sha256(letter.body).hexdigest()
    message = "\n".join([request_id, _USER_ID, str(letter.at), body_hash]).encode()
    return {
        "X-Fal-Webhook-Request-Id": request_id,
        "X-Fal-Webhook-User-Id": _USER_ID,
        "X-Fal-Webhook-Timestamp": str(letter.at),
        "X-Fal-Webhook-Signature": ed25519.sign(_SEED, message).hex(),
    }


def key_set() -> dict[str, Any]:
    public = base64.urlsafe_b64encode(ed25519.public_key(_SEED)).decode().rstrip("=")
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "x": public}]}
