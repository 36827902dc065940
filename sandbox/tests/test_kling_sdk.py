"""The witness for Kling, which has no official client: PyJWT makes the tokens of the older routes,
and the documentation's own example of a signed callback (provider notes, 4.5) is signed anew."""

import time

import jwt
import pytest

from sandbox.jobs import Letter, standard_webhook_signer
from sandbox.tests.kling_play import QUICK, Kling, data_of, refusal_of
from sandbox.tests.serving import run_sandbox

pytestmark = pytest.mark.oracle


@pytest.fixture
def kling():
    with run_sandbox(QUICK) as running:
        yield Kling(running.client)


def with_token(kling, secret=QUICK.kling_secret_key, algorithm="HS256", **changes):
    now = int(time.time())
    claims = {"iss": QUICK.kling_access_key, "exp": now + 1800, "nbf": now - 5} | changes
    token = jwt.encode(claims, secret, algorithm=algorithm)
    return Kling(kling.client, {"Authorization": f"Bearer {token}"})


def test_a_token_of_pyjwt_opens_the_older_routes(kling):
    customer = with_token(kling)

    made = data_of(customer.from_words_legacy())

    assert data_of(customer.get(f"/v1/videos/text2video/{made['task_id']}"))
    assert data_of(customer.get("/account/costs", start_time=0, end_time=1))


def test_a_token_does_not_open_the_new_standard(kling):
    assert refusal_of(with_token(kling).from_words()) == (401, 1002)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nbf": int(time.time()) + 600}, 1003),
        ({"exp": int(time.time()) - 1}, 1004),
        ({"iss": "somebody"}, 1002),
    ],
)
def test_a_token_that_is_not_good_says_why(kling, changes, code):
    assert refusal_of(with_token(kling, **changes).from_words_legacy()) == (401, code)


def test_a_token_of_another_secret_or_algorithm_is_refused(kling):
    foreign = with_token(kling, secret="another-secret-of-at-least-32-bytes")
    stronger = with_token(kling, secret=QUICK.kling_secret_key * 3, algorithm="HS512")

    assert refusal_of(foreign.from_words_legacy()) == (401, 1002)
    assert refusal_of(stronger.from_words_legacy()) == (401, 1002)


@pytest.mark.parametrize("token", ["x", "x.y", "x.y.z", "e30.e30.", "e30.W10.AA"])
def test_what_is_no_token_is_refused(kling, token):
    stranger = Kling(kling.client, {"Authorization": f"Bearer {token}"})

    assert refusal_of(stranger.from_words_legacy()) == (401, 1002)


def test_the_documented_callback_gets_the_documented_signature():
    sign = standard_webhook_signer("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=")
    body = (
        b'{"id":"1234567890","status":"succeeded","message":"",'
        b'"create_time":1781080778802,"update_time":1781080794151}'
    )

    headers = sign(Letter(id="9876543210", at=1781080794, body=body))

    assert headers == {
        "webhook-id": "9876543210",
        "webhook-timestamp": "1781080794",
        "webhook-signature": "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
    }
