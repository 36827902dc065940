"""The demo's own Google service account: its key pair and the JSON file Google would give out."""

import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "sandbox"


def make_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded.decode()


def public_half(private_key: str) -> str:
    """What the sandbox is told: it can check the account's signatures and make none."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    encoded = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded.decode()


def service_account(private_key: str, token_uri: str) -> str:
    return json.dumps(
        {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key": private_key,
            "client_email": f"bot@{PROJECT}.iam.gserviceaccount.com",
            "token_uri": token_uri,
        }
    )
