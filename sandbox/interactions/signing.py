"""Callbacks of interactions: a thin event and an RS256 JWT in a header (webhooks page, 2026-06-22).

The page says that the token holds the event and names the key; it is published as a key set.
"""

import json
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.interactions.answers import find_error, timestamp
from sandbox.jobs import Job, Letter, State

_LIFETIME_S = 300
_KEY_ID = "sandbox-1"
_EVENTS = {State.DONE: "completed", State.FAILED: "failed", State.CANCELLED: "cancelled"}


@cache
def _key() -> rsa.RSAPrivateKey:
    """Made when the first callback or its reader needs it, and gone with the process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published_keys() -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(_key().public_key(), as_dict=True)
    return {"keys": [{**public, "kid": _KEY_ID, "alg": "RS256", "use": "sig"}]}


def sign(letter: Letter) -> dict[str, str]:
    issued = {"iss": "https://generativelanguage.googleapis.com", "iat": letter.at}
    claims = json.loads(letter.body) | issued | {"exp": letter.at + _LIFETIME_S}
    return {
        "webhook-id": letter.id,
        "webhook-timestamp": str(letter.at),
        "webhook-signature": jwt.encode(
            claims, _key(), algorithm="RS256", headers={"kid": _KEY_ID}
        ),
    }


def write_event(job: Job) -> bytes:
    end = _EVENTS[job.end or State.DONE]
    event: dict[str, Any] = {
        "type": f"interaction.{end}",
        "version": "v1",
        "timestamp": timestamp(job.ended_at),
        "data": {"id": job.id, **_error(job)},
    }
    if job.facts["user_metadata"]:
        event["user_metadata"] = job.facts["user_metadata"]
    return json.dumps(event).encode()


def _error(job: Job) -> dict[str, str]:
    found = find_error(job) if job.end is State.FAILED else None
    if found is None:
        return {}
    return {"error_code": found["code"], "error_message": found["message"]}
