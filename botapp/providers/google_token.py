"""Bearer tokens of a Google service account: a JWT it signs itself, exchanged (providers.md 1.10).

The account is the JSON file that Google's console gives out, whole.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import jwt

from botapp.providers.base import Failure, HttpAnswer, HttpCall, ProviderError, Token, TokenSource
from botapp.providers.google import mapping, poll_refusal

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Whatever address the account names for tokens; Google's own library signs so as well.
AUDIENCE = "https://oauth2.googleapis.com/token"
ASSERTION_LIFETIME_S = 3600
TIMEOUT_S = 30.0


@dataclass(frozen=True)
class _Account:
    email: str
    private_key: str
    key_id: str
    token_uri: str


def token_source(credentials_json: str) -> TokenSource:
    """Raises ProviderError(AUTH) for what is not the JSON of a service account."""
    account = _read_account(credentials_json)
    # Signing costs a millisecond, and calls are built far more often than tokens are needed.
    assertion = _sign(account, int(time.time()) // 60)
    call = HttpCall(
        method="POST",
        url=account.token_uri,
        headers={},
        timeout_s=TIMEOUT_S,
        form={"grant_type": GRANT_TYPE, "assertion": assertion},
    )
    digest = hashlib.sha256(credentials_json.encode()).hexdigest()
    return TokenSource(cache_key=f"google:{digest}", call=call, read=_read_token)


@lru_cache(maxsize=4)
def _read_account(credentials_json: str) -> _Account:
    try:
        given = json.loads(credentials_json)
        account = _Account(
            email=given["client_email"],
            private_key=given["private_key"],
            key_id=given.get("private_key_id", ""),
            token_uri=given["token_uri"],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        # The cause would show the key to whoever reads the error.
        raise ProviderError(Failure.AUTH, "the credentials are no service account") from None
    if urlsplit(account.token_uri).scheme not in ("https", "http"):
        raise ProviderError(Failure.AUTH, "the service account has no token_uri")
    return account


@lru_cache(maxsize=4)
def _sign(account: _Account, minute: int) -> str:
    now = minute * 60
    claims = {
        "iss": account.email,
        "scope": SCOPE,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + ASSERTION_LIFETIME_S,
    }
    headers = {"kid": account.key_id} if account.key_id else None
    try:
        return jwt.encode(claims, account.private_key, algorithm="RS256", headers=headers)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise ProviderError(Failure.AUTH, "the service account's key cannot sign") from None


def _read_token(answer: HttpAnswer) -> Token:
    """Refusals are `{"error": "invalid_grant", "error_description": "..."}` with 400 or 401."""
    if 400 <= answer.status < 500 and answer.status != 429:
        raise ProviderError(Failure.AUTH, f"no token: HTTP {answer.status}")
    if answer.status != 200:
        raise poll_refusal(answer)
    body = mapping(answer.json(unreadable=Failure.TRANSIENT))
    token, lifetime_s = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(lifetime_s, int | float):
        raise ProviderError(Failure.AUTH, "the token endpoint gave no token")
    return Token(token, float(lifetime_s))
