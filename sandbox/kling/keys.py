"""Who may call: the API key on all routes, a JWT of the pair of keys on the older ones (4.1)."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any

from sandbox.config import Config
from sandbox.kling import errors


def check(header: str, config: Config, *, takes_tokens: bool) -> None:
    """`header` is Authorization. Raises KlingError."""
    scheme, _, proof = header.partition(" ")
    if not proof:
        raise errors.no_proof()
    if scheme == "Bearer" and hmac.compare_digest(proof.encode(), config.kling_api_key.encode()):
        return
    if not takes_tokens or scheme != "Bearer":
        raise errors.bad_proof()
    _check_token(proof, config)


def _check_token(token: str, config: Config) -> None:
    signed, _, signature = token.rpartition(".")
    expected = hmac.digest(config.kling_secret_key.encode(), signed.encode(), hashlib.sha256)
    if not hmac.compare_digest(_decode(signature), expected):
        raise errors.bad_proof()
    header, claims = (_read_json(part) for part in signed.split(".", 1))
    if header.get("alg") != "HS256" or claims.get("iss") != config.kling_access_key:
        raise errors.bad_proof()
    starts, ends = claims.get("nbf", 0), claims.get("exp")
    if not isinstance(starts, int | float) or not isinstance(ends, int | float):
        raise errors.bad_proof()
    if time.time() < starts:
        raise errors.proof_not_yet_valid()
    if time.time() >= ends:
        raise errors.proof_expired()


def _read_json(part: str) -> dict[str, Any]:
    try:
        read = json.loads(_decode(part))
    except ValueError as error:
        raise errors.bad_proof() from error
    if not isinstance(read, dict):
        raise errors.bad_proof()
    return read


def _decode(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise errors.bad_proof() from error
