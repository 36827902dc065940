"""What every adapter must do, whatever its API looks like: one test module each inherits it."""

from typing import ClassVar

import pytest

from botapp.catalog import Mode
from botapp.providers.base import Failure, HttpAnswer, InputFile, Job, Provider, ProviderError

GARBAGE = [b"", b"<html>bad gateway</html>", b"[]", b'{"unexpected": 1}', b"\xff\xfe", b"null"]


def answer(status: int, content: bytes) -> HttpAnswer:
    return HttpAnswer(status=status, headers={}, content=content)


class ProviderContract:
    """`adapter` and the answers that stand for each failure in this provider's own words."""

    adapter: ClassVar[Provider]
    # (HTTP status, body, what it means)
    refusals: ClassVar[list[tuple[int, bytes, Failure]]]

    def test_the_call_carries_the_key_in_a_header_only(self):
        call = self.adapter.build_submit(job())

        assert "the-key" not in call.url
        assert "the-key" in "".join(call.headers.values())

    def test_the_call_is_bounded_in_time(self):
        assert 0 < self.adapter.build_submit(job()).timeout_s <= 300

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

    @pytest.mark.parametrize("content", [b"", b"<html>bad gateway</html>"])
    @pytest.mark.parametrize("status", [200, 500, 502, 504])
    def test_an_answer_that_says_nothing_is_never_retried(self, status, content):
        with pytest.raises(ProviderError) as refused:
            self.adapter.read_submit(answer(status, content))

        assert refused.value.failure is Failure.UNKNOWN_SUBMIT


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
