"""What every adapter must do, whatever its API looks like: one test module each inherits it.

`ProviderContract` is for all, `JobContract` for those that are asked about a job later,
`CardContract` for those that cards route to, `CallbackContract` for those that sign what they post.
"""

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from botapp.catalog import Mode
from botapp.providers.base import (
    Accepted,
    BadSignatureError,
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    InputFile,
    Job,
    Provider,
    ProviderError,
    Ready,
    Running,
)
from botapp.tests.providers.ordering import job_for, picture, routes_of, variations

HTML = b"<html>bad gateway</html>"
DEEP = b'{"a": ' + b"[" * 50_000
GARBAGE = [
    b"",
    HTML,
    b"[]",
    b'{"unexpected": 1}',
    b"\xff\xfe",
    b"null",
    DEEP,
]


def answer(status: int, content: bytes) -> HttpAnswer:
    return HttpAnswer(status=status, headers={}, content=content)


class ProviderContract:
    """`adapter` and the answers that stand for each failure in this provider's own words."""

    adapter: ClassVar[Provider]
    # (HTTP status, body, what it means)
    refusals: ClassVar[list[tuple[int, bytes, Failure]]]
    # A job this provider can do, other than `job()`.
    example: ClassVar[Job | None] = None

    @property
    def the_job(self) -> Job:
        return self.example or job()

    def test_the_call_carries_the_key_in_a_header_only(self):
        call = self.adapter.build_submit(self.the_job)

        assert "the-key" not in call.url
        assert "the-key" in "".join(call.headers.values())

    def test_the_call_is_bounded_in_time(self):
        assert 0 < self.adapter.build_submit(self.the_job).timeout_s <= 300

    def test_every_refusal_has_its_name(self):
        for status, body, failure in self.refusals:
            with pytest.raises(ProviderError) as refused:
                self.adapter.read_submit(answer(status, body))
            assert refused.value.failure is failure, (status, body)

    @pytest.mark.parametrize("content", GARBAGE)
    @pytest.mark.parametrize("status", [200, 400, 404, 429, 500, 502, 503, 504])
    def test_garbage_is_a_provider_error_and_never_a_crash(self, status, content):
        with pytest.raises(ProviderError):
            self.adapter.read_submit(answer(status, content))

    @pytest.mark.parametrize("content", [b"", HTML])
    @pytest.mark.parametrize("status", [200, 500, 502, 504])
    def test_an_answer_that_says_nothing_is_never_retried(self, status, content):
        with pytest.raises(ProviderError) as refused:
            self.adapter.read_submit(answer(status, content))

        assert refused.value.failure is Failure.UNKNOWN_SUBMIT


class JobContract(ProviderContract):
    """The provider's own words for the life of one job."""

    # The answer to the submit, and the job's id in it.
    accepted: ClassVar[bytes]
    job_id: ClassVar[str]
    # Answers to a poll.
    running: ClassVar[list[bytes]]
    done: ClassVar[bytes]
    failed: ClassVar[list[tuple[bytes, Failure]]]
    # A status that nobody knows yet.
    unheard: ClassVar[bytes]
    vanished: ClassVar[tuple[int, bytes]] = (404, b'{"error": "not found", "detail": "not found"}')
    throttled: ClassVar[tuple[int, bytes]] = (429, b'{"error": "slow", "detail": "slow"}')

    @property
    def taken(self) -> Accepted:
        outcome = self.adapter.read_submit(answer(200, self.accepted))
        assert isinstance(outcome, Accepted)
        return outcome

    def poll(self, content: bytes, status: int = 200) -> Any:
        return self.adapter.read_poll(answer(status, content), self.taken.metadata)

    def failure_at_poll(self, content: bytes, status: int = 200) -> Failure:
        with pytest.raises(ProviderError) as refused:
            self.poll(content, status)
        return refused.value.failure

    def test_the_job_is_known_by_its_id(self):
        assert self.taken.provider_job_id == self.job_id
        assert self.taken.poll_after_s > 0

    def test_the_poll_asks_for_this_job_with_the_key_in_a_header_only(self):
        call = self.adapter.build_poll(self.job_id, self.taken.metadata)

        assert self.job_id in f"{call.url} {call.json_body}"
        assert "the-key" not in call.url
        assert "the-key" in "".join(call.headers.values())

    def test_a_job_that_runs_is_asked_about_again(self):
        for content in [*self.running, self.unheard]:
            outcome = self.poll(content)
            assert isinstance(outcome, Running), content
            assert outcome.poll_after_s > 0

    def test_a_job_that_is_done_has_a_result(self):
        outcome = self.poll(self.done)

        assert isinstance(outcome, Ready) or (isinstance(outcome, Finished) and outcome.media)

    def test_a_job_that_failed_is_never_asked_about_again(self):
        for content, failure in self.failed:
            assert self.failure_at_poll(content) is failure, content
            assert failure not in (Failure.TRANSIENT, Failure.RATE, Failure.UNKNOWN_SUBMIT)

    @pytest.mark.parametrize("content", GARBAGE)
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_poll_that_breaks_is_repeated(self, status, content):
        assert self.failure_at_poll(content, status) is Failure.TRANSIENT

    @pytest.mark.parametrize("content", [b"<html>bad gateway</html>", b"null", b"\xff\xfe", b'"x"'])
    def test_a_poll_that_says_nothing_is_repeated(self, content):
        assert self.failure_at_poll(content) is Failure.TRANSIENT

    def test_a_poll_that_comes_too_often_is_repeated(self):
        status, content = self.throttled

        assert self.failure_at_poll(content, status) is Failure.RATE

    def test_a_job_that_vanished_brings_nothing(self):
        status, content = self.vanished

        assert self.failure_at_poll(content, status) is Failure.EMPTY_RESULT


class CardContract:
    """All that the cards order from this provider reaches it."""

    adapter: ClassVar[Provider]

    def test_every_parameter_makes_a_difference(self):
        seen = list(variations(self.adapter.slug))

        assert seen
        for name, usual, other in seen:
            assert self.asked(usual) != self.asked(other), name

    def test_every_file_makes_a_difference(self):
        for card, route, mode in routes_of(self.adapter.slug):
            usual = job_for(card.slug, route.provider, mode)
            for number, file in enumerate(usual.inputs):
                other = replace(file, data=picture("blue"), url="https://our.example/other")
                files = (*usual.inputs[:number], other, *usual.inputs[number + 1 :])
                changed = replace(usual, inputs=files)
                assert self.asked(usual) != self.asked(changed), (card.slug, mode, file.role)

    def test_every_model_is_asked_for_by_the_name_on_its_route(self):
        for card, route, mode in routes_of(self.adapter.slug):
            call = self.adapter.build_submit(job_for(card.slug, route.provider, mode))
            assert route.model_for(mode) in f"{call.url} {call.json_body} {dict(call.form)}"

    def asked(self, job: Job) -> tuple[Any, ...]:
        call = self.adapter.build_submit(job)
        return call.method, call.url, call.json_body, dict(call.form), call.parts


class CallbackContract:
    """`callback` is signed rightly, with `keys` if they are fetched, and speaks of `job_id`."""

    adapter: ClassVar[Provider]
    job_id: ClassVar[str]
    callback: ClassVar[Callback]
    keys: ClassVar[HttpAnswer | None] = None

    def test_the_signed_callback_names_its_job(self):
        assert self.adapter.takes_callbacks
        assert self.adapter.read_callback(self.callback, self.keys) == self.job_id

    @pytest.mark.parametrize("shift_s", [-400, 400])
    def test_an_old_or_future_callback_is_refused(self, shift_s):
        at = self.callback.received_at_s + shift_s

        with pytest.raises(BadSignatureError):
            self.adapter.read_callback(replace(self.callback, received_at_s=at), self.keys)

    def test_a_callback_of_somebody_else_is_refused(self):
        signed = [name for name in self.callback.headers if "signature" in name]
        forged = dict(self.callback.headers) | dict.fromkeys(signed, "v1,AAAA")

        assert signed
        for headers in (forged, {}):
            with pytest.raises(BadSignatureError):
                self.adapter.read_callback(replace(self.callback, headers=headers), self.keys)


def job(**fields) -> Job:
    return Job(
        **(
            {
                "reference": "r-1",
                "provider_model": "the-model",
                "mode": Mode.IMAGE_TO_IMAGE,
                "prompt": "кот",
                "params": {"aspect_ratio": "16:9"},
                "inputs": (InputFile(b"picture", "image/png"),),
            }
            | fields
        )
    )
