"""Facts: provider notes, section 1.10."""

import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.tests.google_play import assertion, config
from sandbox.tests.serving import FAST, run_sandbox

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(config()) as running:
        yield running


def ask_for_token(sandbox, given, grant_type=GRANT):
    form = {"grant_type": grant_type, "assertion": given}
    return sandbox.client.post("/vertex/token", data=form)


def test_a_jwt_of_the_known_account_is_exchanged_for_a_token(sandbox):
    said = ask_for_token(sandbox, assertion())

    assert said.json() == {
        "access_token": FAST.vertex_access_token,
        "expires_in": 3599,
        "token_type": "Bearer",
    }


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"aud": "https://example.com/token"}, "Audience"),
        ({"exp": int(time.time()) - 10, "iat": int(time.time()) - 100}, "expired"),
        ({"exp": int(time.time()) + 9000}, "short-lived"),
        ({"iss": "somebody@example.com"}, "account not found"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "scope"),
    ],
)
def test_a_jwt_that_claims_the_wrong_things_is_refused(sandbox, claims, says):
    given = assertion(**claims)

    said = ask_for_token(sandbox, given)

    assert (said.status_code, said.json()["error"]) == (400, "invalid_grant")
    assert says in said.json()["error_description"]


def test_a_jwt_that_another_key_signed_is_refused(sandbox):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    given = assertion(stranger)

    assert ask_for_token(sandbox, given).json()["error_description"] == "Invalid JWT Signature."
    assert ask_for_token(sandbox, "no.jwt.at-all").status_code == 400
    assert ask_for_token(sandbox, given, "password").status_code == 400


def test_without_a_known_account_nobody_gets_a_token():
    with run_sandbox(FAST) as closed:
        given = assertion()

        assert ask_for_token(closed, given).status_code == 400
