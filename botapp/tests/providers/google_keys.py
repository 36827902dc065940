"""A key pair for tests of what Google signs and of what is signed for Google."""

import json
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "key-1"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem() -> str:
    encoded = private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded.decode()


def published() -> bytes:
    """The document of public keys, as Google publishes it."""
    key = jwt.algorithms.RSAAlgorithm.to_jwk(private_key().public_key(), as_dict=True)
    return json.dumps({"keys": [{**key, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}).encode()


def signed(claims: dict[str, object], key: rsa.RSAPrivateKey | None = None) -> str:
    return jwt.encode(claims, key or private_key(), algorithm="RS256", headers={"kid": KEY_ID})


def service_account(token_uri: str) -> str:
    """The JSON file of a service account."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "the-project",
            "private_key_id": KEY_ID,
            "private_key": private_pem(),
            "client_email": "bot@the-project.iam.gserviceaccount.com",
            "token_uri": token_uri,
        }
    )
