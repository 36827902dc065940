"""The life of a job, as a caller of any stand-in sees it."""

import time
from contextlib import contextmanager

import httpx
import pytest

from sandbox.config import Config
from sandbox.tests.jobs_play import build_toy_app
from sandbox.tests.serving import serve

QUICK = Config(image_job_s=0.0, video_job_s=0.0, webhook_time_scale=0.01)


@contextmanager
def toy(config=QUICK, **settings):
    with serve(build_toy_app(config, **settings)) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def client():
    with toy() as client:
        yield client


def submit(client, prompt="кот", **asked):
    response = client.post("/toy/jobs", json={"prompt": prompt, **asked})
    assert response.status_code == 200, response.text
    return response.json()["id"]


def poll(client, job_id):
    return client.get(f"/toy/jobs/{job_id}").json()


def states(client, job_id, polls):
    return [poll(client, job_id)["state"] for _ in range(polls)]


def test_two_polls_at_least_see_a_job_at_work_however_short_it_is(client):
    assert states(client, submit(client), 4) == ["queued", "running", "done", "done"]


def test_a_fast_job_is_done_at_the_first_poll(client):
    assert states(client, submit(client, "[[fast]] кот"), 1) == ["done"]


def test_progress_grows_with_time_and_the_job_ends_with_it():
    with toy(Config(image_job_s=1.0)) as client:
        job_id = submit(client)
        seen, deadline = [], time.monotonic() + 10
        while not seen or seen[-1]["state"] != "done":
            assert time.monotonic() < deadline
            seen.append(poll(client, job_id))
            time.sleep(0.1)

    progress = [look["progress"] for look in seen]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert any(20 < share < 90 for share in progress)
    assert seen[0]["state"] == "queued"


@pytest.mark.parametrize(("scale", "state"), [(0.0, "done"), (1.0, "queued")])
def test_the_time_scale_shortens_every_job(scale, state):
    with toy(Config(slow_job_s=60, job_time_scale=scale)) as client:
        assert states(client, submit(client, "[[slow]] кот"), 3)[-1] == state


def test_a_job_that_never_ends_only_runs(client):
    assert set(states(client, submit(client, "[[never]]"), 8)) == {"queued", "running"}


@pytest.mark.parametrize(
    ("word", "failure"), [("[[policy-end]]", "policy"), ("[[fail]]", "provider")]
)
def test_a_job_that_fails_says_why_and_has_nothing_to_show(client, word, failure):
    job_id = submit(client, f"{word} [[fast]]")

    look = poll(client, job_id)

    assert (look["state"], look["failure"], look["urls"]) == ("failed", failure, [])


def test_a_job_may_end_well_without_anything_to_show(client):
    look = poll(client, submit(client, "[[noimage]] [[fast]]"))

    assert (look["state"], look["urls"]) == ("done", [])


def test_a_few_polls_break_then_all_is_well(client):
    seen = states(client, submit(client, "[[500-poll]]"), 6)

    assert seen == ["broken"] * 3 + ["queued", "running", "done"]


def test_one_poll_sees_a_status_nobody_knows(client):
    assert states(client, submit(client, "[[unknown-status]]"), 3) == ["unknown", "running", "done"]


def test_a_cancelled_job_stays_cancelled_and_an_ended_one_cannot_be(client):
    running, done = submit(client), submit(client, "[[fast]]")

    answers = [client.post(f"/toy/jobs/{job_id}/cancel").json() for job_id in (running, done)]

    assert answers == [{"cancelled": True}, {"cancelled": False}]
    assert states(client, running, 3) == ["cancelled"] * 3
    assert states(client, done, 1) == ["done"]


def test_a_job_whose_answer_was_lost_is_found_by_the_callers_own_reference(client):
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/toy/jobs", json={"prompt": "[[timeout-after-accept]]", "reference": "U"})

    assert client.get("/toy/find", params={"reference": "U"}).json() == {"id": "toy-1"}
    assert client.get("/toy/find", params={"reference": "V"}).json() == {"id": None}


def test_a_once_only_word_spoils_the_first_submit_of_a_prompt(client):
    statuses = [
        client.post("/toy/jobs", json={"prompt": prompt}).status_code
        for prompt in ("[[429]] a", "[[429]] a", "[[429]] b")
    ]

    assert statuses == [429, 200, 429]


def test_jobs_wait_for_a_free_slot():
    with toy(Config(image_job_s=0.4), slots=1) as client:
        first, second = submit(client), submit(client)
        held = poll(client, second)
        time.sleep(0.5)
        started = poll(client, second)

    assert first != second
    assert (held["state"], held["held"]) == ("queued", True)
    assert started["held"] is False


def test_a_cancelled_job_frees_its_slot():
    with toy(Config(image_job_s=60), slots=1) as client:
        first = submit(client)
        client.post(f"/toy/jobs/{first}/cancel")

        assert poll(client, submit(client))["held"] is False


def test_each_model_may_have_slots_of_its_own():
    with toy(Config(image_job_s=60), slots=1, slots_per_model=True) as client:
        jobs = [submit(client, model=model) for model in ("a", "b", "a")]

        assert [poll(client, job_id)["held"] for job_id in jobs] == [False, False, True]


def test_the_newest_job_is_listed_first_and_a_reset_forgets_them_all(client):
    ids = [submit(client) for _ in range(3)]

    assert client.get("/toy/jobs").json() == ids[::-1]
    client.post("/__reset")
    assert client.get("/toy/jobs").json() == []


def test_the_oldest_jobs_are_forgotten_so_that_memory_stays_bounded(client, monkeypatch):
    monkeypatch.setattr("sandbox.jobs.book._JOBS_KEPT", 2)

    ids = [submit(client) for _ in range(4)]

    assert client.get("/toy/jobs").json() == [ids[3], ids[2]]


def test_calls_are_named_after_the_routes_of_the_service(client):
    job_id = submit(client)
    poll(client, job_id)
    client.get("/toy/nothing/here")

    names = [call["operation"] for call in client.get("/__calls?service=toy").json()["calls"]]

    assert names == ["POST /jobs", "GET /jobs/{id}", "GET /nothing/here"]


def test_a_scripted_fault_hits_a_route_by_its_name(client):
    script = {"service": "toy", "operation": "GET /jobs/*", "action": "respond", "status": 503}
    client.post("/__faults", json=script)
    job_id = submit(client)

    assert client.get(f"/toy/jobs/{job_id}").status_code == 503
    assert client.get(f"/toy/jobs/{job_id}").status_code == 200
