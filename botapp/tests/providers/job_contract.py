"""What adapters of providers that work on jobs must do besides; inherit it next to the other."""

import json
from typing import Any, ClassVar

import pytest

from botapp.providers.base import (
    Accepted,
    BadSignatureError,
    Callback,
    Failure,
    HttpAnswer,
    Provider,
    ProviderError,
    Running,
)
from botapp.tests.providers.contract import GARBAGE, ProviderContract, answer

NOW_S = 1_781_080_794.0


class JobContract(ProviderContract):
    """`accepted` and `running` are whole answers; `ends` are polls that end a job badly."""

    # The body that accepts a job, and the id the adapter must find in it.
    accepted: ClassVar[tuple[dict[str, Any], str]]
    running: ClassVar[dict[str, Any]]
    # The poll's answer with a status that nobody knows.
    unknown_status: ClassVar[dict[str, Any]]
    ends: ClassVar[list[tuple[dict[str, Any], Failure]]]
    # Whether a job can be stopped, with the answer that says it is.
    cancelled: ClassVar[dict[str, Any] | None] = None
    finds_lost_jobs: ClassVar[bool] = False

    def poll(self, body: dict[str, Any], status: int = 200) -> Any:
        return self.adapter.read_poll(answer(status, json.dumps(body).encode()), {})

    def failure_at_poll(self, status: int, content: bytes) -> Failure:
        with pytest.raises(ProviderError) as refused:
            self.adapter.read_poll(answer(status, content), {})
        return refused.value.failure

    def test_an_accepted_job_has_the_providers_id(self):
        body, job_id = self.accepted

        outcome = self.adapter.read_submit(answer(200, json.dumps(body).encode()))

        assert isinstance(outcome, Accepted)
        assert outcome.provider_job_id == job_id
        assert 0 < outcome.poll_after_s <= 60

    def test_the_poll_asks_for_this_job_and_has_no_key_in_its_address(self):
        call = self.adapter.build_poll(self.accepted[1], {})

        assert self.accepted[1] in f"{call.url} {call.json_body}"
        assert "the-key" not in call.url
        assert 0 < call.timeout_s <= 300

    def test_a_job_at_work_is_asked_again(self):
        assert isinstance(self.poll(self.running), Running)

    def test_a_status_of_next_year_is_still_running(self):
        assert isinstance(self.poll(self.unknown_status), Running)

    def test_every_bad_end_has_its_name(self):
        for body, failure in self.ends:
            assert self.failure_at_poll(200, json.dumps(body).encode()) is failure, body

    def test_a_job_that_ended_is_never_asked_again(self):
        asked_again = {Failure.TRANSIENT, Failure.RATE, Failure.UNKNOWN_SUBMIT}

        assert not asked_again & {failure for _, failure in self.ends}

    @pytest.mark.parametrize("content", GARBAGE)
    @pytest.mark.parametrize("status", [200, 500, 502, 503, 504])
    def test_garbage_at_a_poll_ends_no_job(self, status, content):
        assert self.failure_at_poll(status, content) is Failure.TRANSIENT

    @pytest.mark.parametrize("content", GARBAGE)
    def test_a_busy_provider_is_asked_later(self, content):
        assert self.failure_at_poll(429, content) is Failure.RATE

    @pytest.mark.parametrize("content", GARBAGE)
    def test_a_job_that_vanished_is_refunded(self, content):
        assert self.failure_at_poll(404, content) is Failure.EMPTY_RESULT

    def test_only_a_provider_that_stops_jobs_is_asked_to(self):
        call = self.adapter.build_cancel(self.accepted[1], {})

        assert (call is not None) == (self.cancelled is not None)
        assert self.adapter.read_cancel(answer(404, b"{}")) is False
        if self.cancelled is not None:
            stopped = answer(200, json.dumps(self.cancelled).encode())
            assert self.adapter.read_cancel(stopped) is True
            at_work = answer(200, json.dumps(self.running).encode())
            assert self.adapter.read_cancel(at_work) is False

    def test_a_lost_job_is_looked_for_where_it_can_be_found(self):
        assert (self.adapter.build_recovery("r-1") is not None) == self.finds_lost_jobs


class SignedCallbackContract:
    """`callback(body, at)` signs as the provider does; `keys` is what it publishes."""

    adapter: ClassVar[Provider]
    keys: ClassVar[HttpAnswer | None] = None
    # A body that speaks of a job, and the job's id.
    callback_body: ClassVar[tuple[bytes, str]]

    def callback(self, body: bytes, at: float) -> Callback:
        raise NotImplementedError

    def test_a_signed_callback_names_its_job(self):
        body, job_id = self.callback_body

        assert self.adapter.read_callback(self.callback(body, NOW_S), self.keys) == job_id

    @pytest.mark.parametrize("age_s", [-301, 301, 86400])
    def test_an_old_or_early_callback_is_nobodys(self, age_s):
        late = self.callback(self.callback_body[0], NOW_S - age_s)

        with pytest.raises(BadSignatureError):
            self.adapter.read_callback(Callback(late.headers, late.body, NOW_S), self.keys)

    def test_a_callback_without_its_headers_is_nobodys(self):
        with pytest.raises(BadSignatureError):
            self.adapter.read_callback(Callback({}, self.callback_body[0], NOW_S), self.keys)

    def test_a_spoiled_signature_is_nobodys(self):
        good = self.callback(self.callback_body[0], NOW_S)
        for name in [name for name in good.headers if "signature" in name]:
            for wrong in ("", "ü", "v1,AAAA", good.headers[name][:-5] + "AAAAA"):
                spoiled = Callback({**good.headers, name: wrong}, good.body, NOW_S)
                with pytest.raises(BadSignatureError):
                    self.adapter.read_callback(spoiled, self.keys)

    def test_a_signed_callback_that_names_no_job_is_bad_input(self):
        with pytest.raises(ProviderError) as refused:
            self.adapter.read_callback(self.callback(b"{}", NOW_S), self.keys)

        assert refused.value.failure is Failure.BAD_INPUT
