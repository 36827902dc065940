"""Magic words, cancelling and callbacks of interactions (provider notes, sections 1.8 and 10)."""

import json

import httpx
import jwt
import pytest

from sandbox.tests.google_play import KEY, config, until_done
from sandbox.tests.omni_play import SMALL, Omni, file_id
from sandbox.tests.serving import run_sandbox


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(config()) as running:
        yield running


@pytest.fixture
def omni(sandbox):
    sandbox.client.post("/__reset")
    return Omni(sandbox.client)


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("[[policy]]", 400, "invalid_request"),
        ("[[badparam]]", 400, 400),
        ("[[badkey]]", 400, 400),
        ("[[nocredit]]", 400, 400),
        ("[[429]]", 429, 429),
        ("[[500]]", 500, 500),
        ("[[503]]", 503, 503),
        ("[[gone]]", 404, 404),
    ],
)
def test_magic_words_refuse_the_submit(omni, word, status, code):
    said = omni.create(f"кот {word}")

    assert (said.status_code, said.json()["error"]["code"]) == (status, code)


def test_an_unknown_model_and_a_wrong_key_are_refused(omni):
    assert omni.create(model="gemini-omni-flash-preview").status_code == 404
    assert omni.create(headers={"x-goog-api-key": "wrong"}).status_code == 400


@pytest.mark.parametrize(
    ("word", "status", "steps"),
    [("[[policy-end]]", "failed", 1), ("[[fail]]", "failed", 1), ("[[noimage]]", "completed", 1),
     ("[[unknown-finish]]", "completed", 3)],
)  # fmt: skip
def test_magic_words_spoil_the_end(omni, word, status, steps):
    said = omni.ended(f"кот {word}")

    assert (said["status"], len(said["steps"])) == (status, steps)
    assert ("errors" in said) == (status == "failed")
    assert said.get("usage", {}).get("total_output_tokens", 0) == 0


def test_an_answer_lost_after_the_submit_leaves_the_job(sandbox, omni):
    with pytest.raises(httpx.RemoteProtocolError):
        omni.create("кот [[timeout-after-accept]]")

    calls = sandbox.client.get("/__calls?service=gemini").json()["calls"]
    assert [call["operation"] for call in calls] == ["POST interactions"]


def test_polls_may_break_or_speak_unknown_words(omni):
    broken = omni.create("кот [[500-poll]]").json()["id"]
    unknown = omni.create("кот [[unknown-status]]").json()["id"]

    assert [omni.get(broken).status_code for _ in range(4)] == [500, 500, 500, 200]
    assert omni.get(unknown).json()["status"] == "pondering"


def test_a_job_that_never_ends_is_cancelled_once(sandbox, omni):
    interaction_id = omni.create("кот [[never]]").json()["id"]
    path = f"/gemini/v1/interactions/{interaction_id}/cancel"

    first, second = (sandbox.client.post(path, headers=KEY) for _ in range(2))

    assert first.json()["status"] == "cancelled"
    assert second.status_code == 400
    assert omni.get(interaction_id).json()["status"] == "cancelled"


def test_a_deleted_interaction_is_gone(sandbox, omni):
    interaction_id = omni.create().json()["id"]

    assert sandbox.client.delete(
        f"/gemini/v1/interactions/{interaction_id}", headers=KEY
    ).is_success
    assert omni.get(interaction_id).json()["error"]["code"] == "not_found"


def test_an_expired_film_is_a_file_that_may_not_exist(sandbox, omni):
    expired = omni.ended("кот [[expired]]", response_format=SMALL)

    said = sandbox.client.get(f"/gemini/v1/files/{file_id(expired)}", headers=KEY)

    assert said.status_code == 403
    assert "may not exist" in said.json()["error"]["message"]


def hooked(inbox):
    return {"webhook_config": {"uris": [inbox.url], "user_metadata": {"job": "r-1"}}}


def test_a_callback_is_a_thin_event_that_a_published_key_signs(sandbox, omni, inbox):
    done = omni.ended(response_format=SMALL, **hooked(inbox))
    [(headers, body)] = until_done(lambda: inbox.received, bool)

    event = json.loads(body)
    assert event["type"] == "interaction.completed"
    assert event["data"] == {"id": done["id"]}
    assert event["user_metadata"] == {"job": "r-1"}
    keys = jwt.PyJWKSet.from_dict(sandbox.client.get("/gemini/.well-known/jwks.json").json())
    token = headers["webhook-signature"]
    kid = jwt.get_unverified_header(token)["kid"]
    assert jwt.decode(token, keys[kid], algorithms=["RS256"])["data"] == event["data"]


def test_a_failed_job_says_why_in_its_callback(omni, inbox):
    omni.ended("кот [[fail]]", **hooked(inbox))
    [(_, body)] = until_done(lambda: inbox.received, bool)

    event = json.loads(body)
    assert event["type"] == "interaction.failed"
    assert event["data"]["error_code"] == "internal"
