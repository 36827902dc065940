"""The OAuth token endpoint for service accounts, and the check of its tokens (notes, 1.10)."""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt
from aiohttp import web

from sandbox.config import Config
from sandbox.gemini.access import Handler, refusing
from sandbox.gemini.errors import GoogleError

TOKEN_PATH = "/vertex/token"  # noqa: S105 (an address)
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCE = "https://oauth2.googleapis.com/token"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_ACCOUNT_ENDING = ".iam.gserviceaccount.com"
_LIFETIME_MAX_S = 3600


class TokenRefusedError(Exception):
    """Answered as `{"error": "invalid_grant", "error_description": "..."}`."""


class Tokens:
    def __init__(self, config: Config) -> None:
        self._config = config

    async def issue(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        try:
            self._check(form)
        except TokenRefusedError as refusal:
            answer = {"error": "invalid_grant", "error_description": str(refusal)}
            return web.json_response(answer, status=400)
        return web.json_response(
            {
                "access_token": self._config.vertex_access_token,
                "expires_in": 3599,
                "token_type": "Bearer",
            }
        )

    def guarded(self, handle: Handler) -> Handler:
        """Check the token first, as the API does."""

        async def check_and_handle(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(
                given, f"Bearer {self._config.vertex_access_token}".encode()
            ):
                raise unauthenticated()
            return await handle(request)

        return refusing(check_and_handle)

    def _check(self, form: Mapping[str, object]) -> None:
        if form.get("grant_type") != _GRANT_TYPE:
            raise TokenRefusedError("Invalid grant type.")
        if not self._config.vertex_public_key:
            raise TokenRefusedError("No account is known here.")
        try:
            claims: dict[str, Any] = jwt.decode(
                str(form.get("assertion", "")),
                self._config.vertex_public_key,
                algorithms=["RS256"],
                audience=_AUDIENCE,
                options={"require": ["iss", "aud", "iat", "exp"]},
            )
        except jwt.InvalidSignatureError as error:
            raise TokenRefusedError("Invalid JWT Signature.") from error
        except jwt.PyJWTError as error:
            raise TokenRefusedError(f"Invalid JWT: {error}") from error
        if claims["exp"] - claims["iat"] > _LIFETIME_MAX_S:
            raise TokenRefusedError("Invalid JWT: Token must be a short-lived token (60 minutes).")
        if not str(claims["iss"]).endswith(_ACCOUNT_ENDING):
            raise TokenRefusedError("Invalid grant: account not found")
        if _SCOPE not in str(claims.get("scope", "")).split():
            raise TokenRefusedError("Invalid OAuth scope or ID token audience provided.")


def unauthenticated() -> GoogleError:
    message = "Request had invalid authentication credentials. Expected OAuth 2 access token."
    return GoogleError(401, "UNAUTHENTICATED", message)
