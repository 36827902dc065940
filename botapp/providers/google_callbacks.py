"""Signatures of Google's callbacks that are asked for with a job: a JWT in a header.

It is signed with RS256 by one of the keys Google publishes (webhooks page of 2026-06-22). The page
names no audience, so none is checked: the address we are called at is itself signed by us.
"""

from typing import Any

import jwt
from jwt.types import Options

from botapp.providers.base import BadSignatureError, Callback, Failure, HttpAnswer

AGE_MAX_S = 300.0
_ONLY_THE_SIGNATURE: Options = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


def read_claims(callback: Callback, keys: HttpAnswer | None) -> dict[str, Any]:
    """What the signature says. Raises BadSignatureError, ProviderError without readable keys."""
    published = {} if keys is None else keys.json(unreadable=Failure.TRANSIENT)
    token = callback.headers.get("webhook-signature", "")
    try:
        known = jwt.PyJWKSet.from_dict(published)
        key = known[str(jwt.get_unverified_header(token).get("kid", ""))]
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=["RS256"], options=_ONLY_THE_SIGNATURE
        )
    except (jwt.PyJWTError, KeyError, AttributeError) as error:
        raise BadSignatureError(f"not Google's signature: {type(error).__name__}") from error
    _check_age(callback, claims)
    return claims


def _check_age(callback: Callback, claims: dict[str, Any]) -> None:
    sent_at = claims.get("iat") or callback.headers.get("webhook-timestamp", "")
    try:
        age_s = callback.received_at_s - float(sent_at)
    except (TypeError, ValueError) as error:
        raise BadSignatureError("the callback has no time") from error
    # The comparison is also false for a time that is no number.
    if not abs(age_s) <= AGE_MAX_S:
        raise BadSignatureError(f"signed {age_s:.0f} s ago")
