"""The witness: Replicate's official client, unchanged, is satisfied with the stand-in."""

import io
from contextlib import contextmanager

import httpx
import pytest
import replicate
from PIL import Image
from replicate.exceptions import ReplicateError
from replicate.webhook import InvalidSignatureError, InvalidTimestampError, Webhooks

from sandbox.tests.fal_play import wait_for
from sandbox.tests.replicate_play import FLUX, IMAGEN
from sandbox.tests.serving import FAST

pytestmark = pytest.mark.oracle


@pytest.fixture
def client(sandbox):
    with client_of(sandbox) as client:
        yield client


@contextmanager
def client_of(sandbox, token=FAST.replicate_api_key):
    client = replicate.Client(api_token=token, base_url=f"{sandbox.base_url}/replicate")
    client.poll_interval = 0.01
    yield client
    # It has no way of its own to close its connections.
    client._client.close()


def told(inbox):
    """The first callback: headers as the client wants them, and the body as text."""
    [(headers, body)] = wait_for(inbox, 1)
    return {name.lower(): value for name, value in headers.items()}, body.decode()


def begin(client, prompt="a cat", *, model=FLUX, hook=None, **given):
    more = {} if hook is None else {"webhook": hook, "webhook_events_filter": ["completed"]}
    return client.models.predictions.create(model=model, input={"prompt": prompt, **given}, **more)


def test_the_client_gets_a_picture(client):
    prediction = begin(client, aspect_ratio="16:9", output_format="png", seed=7)

    prediction.wait()

    assert prediction.status == "succeeded"
    assert prediction.input["seed"] == 7
    picture = Image.open(io.BytesIO(httpx.get(prediction.output).content))
    assert picture.size == (2736, 1536)


def test_the_client_runs_a_model_in_one_call(client):
    output = client.run(IMAGEN, input={"prompt": "a cat"})

    assert Image.open(io.BytesIO(httpx.get(output).content)).size == (1024, 1024)


def test_the_client_sees_every_state(client):
    prediction = begin(client)
    seen = [prediction.status]
    for _ in range(3):
        prediction.reload()
        seen.append(prediction.status)

    assert seen == ["starting", "starting", "processing", "succeeded"]


@pytest.mark.parametrize(("word", "said"), [("policy", "E005"), ("policy-end", "NSFW")])
def test_the_client_sees_why_a_prediction_failed(client, word, said):
    prediction = begin(client, f"[[{word}]] a cat")

    prediction.wait()

    assert prediction.status == "failed"
    assert said in prediction.error


@pytest.mark.parametrize(
    ("word", "status"),
    [("badkey", 401), ("nocredit", 402), ("gone", 404), ("badparam", 422)],
)
def test_the_client_sees_a_refusal(client, word, status):
    with pytest.raises(ReplicateError) as caught:
        begin(client, f"[[{word}]] a cat")

    assert caught.value.status == status


def test_the_client_cancels_and_lists(client):
    first, second = begin(client, "[[never]] one"), begin(client, "[[never]] two")

    first.cancel()

    assert client.predictions.get(first.id).status == "canceled"
    assert [each.id for each in client.predictions.list()] == [second.id, first.id]


def test_the_client_believes_the_callback(client, inbox):
    prediction = begin(client, "[[fast]] a cat", hook=inbox.url)

    headers, body = told(inbox)

    secret = client.webhooks.default.secret()
    assert Webhooks.validate(headers=headers, body=body, secret=secret) is None
    assert prediction.id in body


@pytest.mark.parametrize(
    ("word", "error"),
    [("hook-badsig", InvalidSignatureError), ("hook-old", InvalidTimestampError)],
)
def test_the_client_refuses_a_spoilt_callback(client, inbox, word, error):
    begin(client, f"[[fast]] [[{word}]] a cat", hook=inbox.url)
    headers, body = told(inbox)

    with pytest.raises(error):
        Webhooks.validate(
            headers=headers, body=body, secret=client.webhooks.default.secret(), tolerance=300
        )


def test_the_client_sees_a_wrong_token(sandbox):
    with client_of(sandbox, "wrong") as client, pytest.raises(ReplicateError) as caught:
        begin(client)

    assert caught.value.status == 401
