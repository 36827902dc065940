"""The reader of job APIs, on an API made up here; what a real one says is in its own tests."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from botapp.catalog.vocabulary import Field, Mode, Role
from botapp.providers.base import (
    Accepted,
    Callback,
    Failure,
    Finished,
    InputFile,
    Job,
    ProviderError,
    Ready,
    Running,
)
from botapp.providers.json_paths import find, find_text, find_texts
from botapp.providers.model_input import model_input
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State
from botapp.tests.providers.contract import JobContract, answer, job


@dataclass(frozen=True)
class Mill(QueueProvider):
    slug: ClassVar[str] = "mill"
    api: ClassVar[QueueApi] = QueueApi(
        auth_header="x-mill",
        auth_format="Mill {key}",
        headers={"x-version": "7"},
        submit="POST /grind/{model}",
        submit_by_mode={Mode.EXTEND: "PUT /extend"},
        poll="GET /jobs/{shop}/{id}",
        cancel="DELETE /jobs/{id}",
        recovery="GET /jobs?ref={reference}",
        callback_job_id="data.id",
        kept={"shop": "data.shop"},
        job_id="data.id",
        status="data.state",
        statuses={
            "wait": State.QUEUED,
            "turn": State.RUNNING,
            "flour": State.DONE,
            "stones": State.FAILED,
            "stop": State.CANCELLED,
        },
        poll_after_s=4.0,
        results="data.out.urls.*",
        progress="data.done",
        progress_scale=100.0,
        estimate="data.price",
        cost="data.price",
        usd_per_unit=0.5,
        code="code",
        good_codes=frozenset({"0"}),
        message="text",
        job_code="data.why",
        job_message="data.text",
        codes={"13": Failure.RATE, "66": Failure.POLICY},
        words={"purse": Failure.NO_PROVIDER_MONEY, "again": Failure.TRANSIENT},
    )

    def build_body(self, job: Job) -> Any:
        return {"grain": job.prompt}


ADAPTER = Mill(api_key="the-key", base_url="https://mill.example/")


def said(code: int = 0, text: str = "", **data: Any) -> bytes:
    return json.dumps(
        {"code": code, "text": text, "data": {"id": "j 1", "shop": "a/b"} | data}
    ).encode()


class TestContract(JobContract):
    adapter = ADAPTER
    refusals = [
        (200, said(13), Failure.RATE),
        (429, said(66, "purse"), Failure.POLICY),
        (429, said(1, "the purse is empty"), Failure.NO_PROVIDER_MONEY),
        (200, said(1, "a code of next year"), Failure.UNKNOWN_SUBMIT),
        (400, said(1), Failure.BAD_INPUT),
        (401, b"", Failure.AUTH),
        (402, b"", Failure.NO_PROVIDER_MONEY),
        (404, b"", Failure.MODEL_GONE),
        (408, b"", Failure.UNKNOWN_SUBMIT),
        (422, said(1), Failure.BAD_INPUT),
        (429, said(1), Failure.RATE),
        (500, said(1, "tired"), Failure.TRANSIENT),
        (500, said(1), Failure.UNKNOWN_SUBMIT),
        (502, said(1, "tired"), Failure.UNKNOWN_SUBMIT),
        (301, b"", Failure.UNKNOWN_SUBMIT),
    ]
    accepted = said()
    job_id = "j 1"
    running = [said(state="wait"), said(state="turn", done=0.5)]
    done = said(state="flour", out={"urls": ["https://mill.example/1"]})
    failed = [
        (said(state="stones", why="66"), Failure.POLICY),
        (said(state="stones", why="13"), Failure.EMPTY_RESULT),
        (said(state="stones", text="try again"), Failure.EMPTY_RESULT),
        (said(state="stones"), Failure.EMPTY_RESULT),
        (said(state="stop"), Failure.EMPTY_RESULT),
        (said(state="flour"), Failure.EMPTY_RESULT),
        (said(state="flour", out={"urls": ["file:///etc/passwd", ""]}), Failure.EMPTY_RESULT),
    ]
    unheard = said(state="of next year")
    throttled = (200, said(13))

    def test_the_poll_asks_for_this_job_with_the_key_in_a_header_only(self):
        call = ADAPTER.build_poll("j 1", self.taken.metadata)

        assert (call.method, call.url) == ("GET", "https://mill.example/jobs/a/b/j%201")
        assert call.headers == {"x-mill": "Mill the-key", "x-version": "7"}


def test_the_address_of_the_submit_may_depend_on_the_mode():
    extend = ADAPTER.build_submit(job(mode=Mode.EXTEND))
    grind = ADAPTER.build_submit(job(provider_model="o/m"))

    assert (extend.method, extend.url) == ("PUT", "https://mill.example/extend")
    assert (grind.method, grind.url) == ("POST", "https://mill.example/grind/o/m")
    assert grind.json_body == {"grain": "кот"}


def test_the_estimate_and_the_cost_are_in_dollars():
    taken = ADAPTER.read_submit(answer(200, said(price=3)))
    done = ADAPTER.read_poll(
        answer(200, said(state="flour", price=4, out={"urls": ["https://m/1"]})), {}
    )

    assert isinstance(taken, Accepted)
    assert taken.cost_usd == 1.5
    assert isinstance(done, Finished)
    assert done.cost_usd == 2.0


@pytest.mark.parametrize(
    ("progress", "percent"), [(0.42, 42), (9, 100), (-1, 0), ("1%", 100), ("soon", None)]
)
def test_progress_is_percents(progress, percent):
    outcome = ADAPTER.read_poll(answer(200, said(state="turn", done=progress)), {})

    assert outcome == Running(4.0, percent)


def test_a_result_may_be_one_more_question_away():
    @dataclass(frozen=True)
    class Far(Mill):
        api: ClassVar[QueueApi] = QueueApi(
            submit="POST /x",
            poll="GET /x/{id}",
            result="GET /x/{id}/all",
            job_id="data.id",
            status="data.state",
            statuses={"flour": State.DONE},
            results="data.urls",
            poll_after_s=1.0,
        )

    far = Far(api_key="the-key", base_url="https://mill.example")
    outcome = far.read_poll(answer(200, said(state="flour")), {})

    assert isinstance(outcome, Ready)
    assert outcome.call.url == "https://mill.example/x/j%201/all"
    result = far.read_result(answer(200, said(urls=["https://m/1", "https://m/2"])))
    assert [media.url for media in result.media] == ["https://m/1", "https://m/2"]


def test_cancelling_and_recovery_have_addresses():
    cancel = ADAPTER.build_cancel("j1", {"shop": "a"})
    recovery = ADAPTER.build_recovery("r-1")

    assert cancel is not None
    assert (cancel.method, cancel.url) == ("DELETE", "https://mill.example/jobs/j1")
    assert recovery is not None
    assert recovery.url == "https://mill.example/jobs?ref=r-1"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data": {"id": ""}}'])
def test_a_callback_about_nothing_is_bad_input(body):
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_callback(Callback({}, body, received_at_s=0), None)

    assert refused.value.failure is Failure.BAD_INPUT


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "", None),
        ({}, "Expected available in 12 seconds.", 12.0),
        ({}, "ended in 3 steps", None),
    ],
)
def test_the_time_to_wait_is_read_where_it_is_said(headers, text, seconds):
    with pytest.raises(ProviderError) as refused:
        ADAPTER.read_submit(
            type(answer(429, b""))(status=429, headers=headers, content=said(13, text))
        )

    assert refused.value.retry_after_s == seconds


def test_a_path_leads_through_lists_objects_and_json_inside_json():
    body = {"a": [{"u": "1"}, {"u": "2"}], "b": '{"c": ["3"]}', "d": {"x": "4"}, "e": "", "n": 0}

    assert find_texts(body, "a.*.u") == ["1", "2"]
    assert find_texts(body, "b.c") == ["3"]
    assert find_texts(body, "d.*") == ["4"]
    assert find_text(body, "a.1.u") == "2"
    assert find_text(body, "e|n") == "0"
    assert find(body, "a.9.u") is None
    assert find(body, "e.x|b.c.x|") is None


def test_the_route_says_what_a_model_calls_our_things():
    asked = Job(
        reference="r",
        provider_model="m",
        mode=Mode.FRAMES_TO_VIDEO,
        prompt="кот",
        params={"duration": 5, "seed": 0, "audio": True, "negative_prompt": "", "ratio": "1:1"},
        inputs=(
            InputFile(b"last", "image/png", Role.LAST_FRAME),
            InputFile(b"first", "image/png", Role.FIRST_FRAME, url="https://our.example/1"),
        ),
        fields={
            "duration": Field("seconds", as_text=True),
            "seed": Field("seed"),
            "audio": Field("sound", values={True: "on", False: "off"}),
            "negative_prompt": Field("negative"),
            "ratio": Field("ratios", as_list=True),
            "count": Field("n"),
            Role.FIRST_FRAME: Field("frames", as_list=True),
            Role.LAST_FRAME: Field("frames", as_list=True),
        },
        constants={"format": "mp4"},
    )

    assert model_input(asked) == {
        "prompt": "кот",
        "format": "mp4",
        "seconds": "5",
        "sound": "on",
        "ratios": ["1:1"],
        "frames": ["https://our.example/1", "data:image/png;base64,bGFzdA=="],
    }
