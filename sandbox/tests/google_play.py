"""Questions to the stand-ins of Interactions, of Google's files and of Vertex, for their tests."""

import base64
import io
import json
import time
from dataclasses import replace
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image

from sandbox.film import FilmOrder, draw_film
from sandbox.tests.serving import FAST

KEY = {"x-goog-api-key": FAST.gemini_api_key}
BEARER = {"Authorization": f"Bearer {FAST.vertex_access_token}"}
OMNI = "gemini-omni-1.2-flash"
VEO = "veo-3.1-fast-generate-001"
MODELS = "projects/p/locations/us-central1/publishers/google/models"
EMAIL = "bot@p.iam.gserviceaccount.com"


@cache
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem():
    encoded = (
        private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return encoded.decode()


def private_pem():
    encoded = private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded.decode()


def service_account(base_url):
    return json.dumps(
        {
            "client_email": EMAIL,
            "private_key": private_pem(),
            "token_uri": f"{base_url}/vertex/token",
        }
    )


def config():
    return replace(FAST, file_processing_s=0.0, vertex_public_key=public_pem())


def assertion(key=None, **claims):
    now = int(time.time())
    usual = {
        "iss": EMAIL,
        "scope": "https://www.googleapis.com/auth/cloud-platform",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": now,
        "exp": now + 3600,
    }
    return jwt.encode(usual | claims, key or private_key(), algorithm="RS256")


@cache
def picture(color="red", size=(90, 160)):
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "PNG")
    return written.getvalue()


@cache
def film(seconds=2, size=(90, 160)):
    width, height = size
    return draw_film(
        FilmOrder(prompt="fox", model="Test", width=width, height=height, seconds=seconds)
    )


def b64(content):
    return base64.b64encode(content).decode()


def until_done(ask, is_done, tries=200):
    """The first answer of `ask` that is done."""
    for _ in range(tries):
        said = ask()
        if is_done(said):
            return said
        time.sleep(0.02)
    raise AssertionError(f"never done: {said}")
