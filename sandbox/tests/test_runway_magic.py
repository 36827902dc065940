"""The Runway stand-in going wrong: refusals, failures, lost answers, limits."""

import httpx
import pytest

from sandbox.config import Config
from sandbox.tests.runway_play import HEADERS, Runway
from sandbox.tests.serving import run_sandbox


@pytest.mark.parametrize(
    ("word", "statuses", "text"),
    [
        ("429", [429, 200], "rate limit"),
        ("429-always", [429, 429], "rate limit"),
        ("500", [500, 200], "unexpected"),
        ("500-always", [500, 500], "unexpected"),
        ("503", [503, 503], "overloaded"),
        ("nocredit", [400, 400], "enough credits"),
        ("badkey", [401, 401], "API key"),
        ("gone", [404, 404], "no longer available"),
    ],
)
def test_a_magic_word_refuses_the_submit(runway, word, statuses, text):
    answers = [runway.submit(f"[[{word}]]") for _ in statuses]

    assert [answer.status_code for answer in answers] == statuses
    assert text in answers[0].json()["error"]


@pytest.mark.parametrize(
    ("word", "code", "price"),
    [
        ("policy", "SAFETY.INPUT.TEXT", 10),
        ("policy-end", "SAFETY.OUTPUT.VIDEO", 0),
        ("fail", "INTERNAL.BAD_OUTPUT.CODE01", 0),
    ],
)
def test_a_failed_task_says_why_and_what_it_costs(runway, word, code, price):
    task = runway.finish(f"[[{word}]]")

    assert (task["status"], task["failureCode"]) == ("FAILED", code)
    assert task["failure"]
    assert task["cost"] == {"credits": price}


def test_a_success_without_a_film(runway):
    task = runway.finish("[[noimage]]")

    assert (task["status"], task["output"]) == ("SUCCEEDED", [])


def test_a_film_that_has_expired(runway):
    [url] = runway.finish("[[expired]]")["output"]

    assert runway.client.get(url).status_code == 403


def test_polls_that_break_and_a_status_nobody_knows(runway):
    broken, odd = runway.begin("[[500-poll]]"), runway.begin("[[unknown-status]]")

    statuses = [
        runway.client.get(f"/runway/v1/tasks/{broken}", headers=HEADERS).status_code
        for _ in range(4)
    ]

    assert statuses == [500, 500, 500, 200]
    assert runway.poll(odd)["status"] == "PONDERING"
    assert runway.poll(odd)["status"] == "RUNNING"


def test_garbage_is_html(runway):
    assert runway.submit("[[garbage]]").headers["Content-Type"].startswith("text/html")


def test_a_lost_answer_leaves_one_task_that_is_charged(runway):
    with pytest.raises(httpx.RemoteProtocolError):
        runway.submit("[[timeout-after-accept]]")

    calls = runway.client.get("/__calls?service=runway").json()["calls"]
    assert [call["operation"] for call in calls] == ["POST /v1/image_to_video"]
    organization = runway.client.get("/runway/v1/organization", headers=HEADERS).json()
    assert organization["usage"]["models"]["gen4_turbo"] == {"dailyGenerations": 1}


def test_a_task_at_work_is_cancelled_and_an_ended_one_is_deleted(runway):
    task_id = runway.begin("[[never]]")
    path = f"/runway/v1/tasks/{task_id}"

    assert runway.client.delete(path, headers=HEADERS).status_code == 204
    cancelled = runway.poll(task_id)
    assert (cancelled["status"], cancelled["cost"]) == ("CANCELLED", {"credits": 0})
    assert runway.client.delete(path, headers=HEADERS).status_code == 204
    for method in ("GET", "DELETE"):
        assert runway.client.request(method, path, headers=HEADERS).status_code == 404


def test_tasks_above_the_limit_of_a_model_are_throttled():
    with run_sandbox(Config(video_job_s=60, runway_slots_per_model=1)) as running:
        runway = Runway(running.client)
        statuses = [
            runway.poll(runway.begin(model=model))["status"]
            for model in ("gen4_turbo", "gen4_turbo", "gen4.5")
        ]

    assert statuses == ["PENDING", "THROTTLED", "PENDING"]


def test_the_organization_pays(runway):
    def balance():
        answer = runway.client.get("/runway/v1/organization", headers=HEADERS)
        return answer.json()["creditBalance"]

    before = balance()
    runway.finish(duration=5)
    runway.finish("[[fail]]")

    assert before - balance() == 25
