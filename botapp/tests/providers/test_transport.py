"""The one HTTP runner: one request, bounded, and secrets for their own host only."""

import logging

import httpx
import pytest
import respx

from botapp.providers import transport
from botapp.providers.base import (
    Failure,
    HttpAnswer,
    HttpCall,
    Media,
    Part,
    ProviderError,
    Token,
    TokenSource,
)

URL = "https://api.example/v1/jobs"
KEY = {"Authorization": "Bearer s3cret-key"}


@pytest.fixture
def net():
    with respx.mock(assert_all_called=False) as mock:
        yield mock


def call(**fields):
    return HttpCall(**({"method": "POST", "url": URL, "headers": KEY, "timeout_s": 5.0} | fields))


def failure_of(deed):
    with pytest.raises(ProviderError) as failed:
        deed()
    return failed.value.failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (httpx.ConnectError("no"), Failure.TRANSIENT),
        (httpx.ConnectTimeout("no"), Failure.TRANSIENT),
        (httpx.ReadTimeout("late"), Failure.UNKNOWN_SUBMIT),
        (httpx.ReadError("reset"), Failure.UNKNOWN_SUBMIT),
        (httpx.WriteError("reset"), Failure.UNKNOWN_SUBMIT),
        (httpx.RemoteProtocolError("cut"), Failure.UNKNOWN_SUBMIT),
    ],
)
def test_a_request_is_sent_once_and_what_is_not_known_is_said(net, error, failure):
    route = net.post(URL).mock(side_effect=error)

    assert failure_of(lambda: transport.send(call(json_body={}))) is failure
    assert route.call_count == 1


def test_a_redirect_of_a_paid_request_is_not_followed(net):
    net.post(URL).respond(307, headers={"location": "https://thief.example/"})
    thief = net.post("https://thief.example/").respond(200)

    assert transport.send(call(json_body={})).status == 307
    assert not thief.called


def test_an_answer_larger_than_any_is_not_read_to_its_end(net, monkeypatch):
    monkeypatch.setattr(transport, "ANSWER_BYTES_MAX", 10)
    net.post(URL).respond(200, content=b"x" * 11)

    assert failure_of(lambda: transport.send(call(json_body={}))) is Failure.UNKNOWN_SUBMIT


def test_files_and_fields_go_as_one_form(net):
    route = net.post(URL).respond(200)

    parts = (
        Part("image[]", "a.png", b"A", "image/png"),
        Part("image[]", "b.png", b"B", "image/png"),
    )
    transport.send(call(form={"prompt": "кот"}, parts=parts))

    body = route.calls.last.request.content
    assert body.count(b'name="image[]"') == 2
    assert 'name="prompt"\r\n\r\nкот'.encode() in body


def test_neither_key_nor_address_is_logged(net, caplog):
    net.post(URL).respond(200, json={})

    with caplog.at_level(logging.DEBUG, logger="botapp"):
        transport.send(call(json_body={"prompt": "кот"}))

    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "api.example" in said
    assert "s3cret" not in said
    assert "/v1/jobs" not in said


def test_a_result_is_followed_to_another_host_without_the_key(net):
    net.get("https://files.example/a").respond(302, headers={"location": "https://cdn.example/b"})
    cdn = net.get("https://cdn.example/b").respond(200, content=b"film")

    media = Media(url="https://files.example/a", download_headers=KEY)

    assert transport.download(media) == b"film"
    assert "authorization" not in cdn.calls.last.request.headers


def test_a_result_is_followed_on_its_own_host_with_the_key(net):
    net.get("https://files.example/a").respond(302, headers={"location": "/b"})
    own = net.get("https://files.example/b").respond(200, content=b"film")

    transport.download(Media(url="https://files.example/a", download_headers=KEY))

    assert own.calls.last.request.headers["authorization"] == KEY["Authorization"]


def test_a_result_that_redirects_for_ever_is_given_up(net):
    net.get("https://files.example/a").respond(302, headers={"location": "/a"})
    media = Media(url="https://files.example/a")

    assert failure_of(lambda: transport.download(media)) is Failure.EMPTY_RESULT


class Counter:
    """Where tokens come from: each is another, and lives as long as it says."""

    def __init__(self, lifetime_s):
        self.given, self.lifetime_s = 0, lifetime_s

    def source(self, cache_key):
        return TokenSource(cache_key, call(url="https://auth.example/token", headers={}), self.read)

    def read(self, answer: HttpAnswer) -> Token:
        self.given += 1
        return Token(f"token-{self.given}", self.lifetime_s)


@pytest.mark.parametrize(("lifetime_s", "asked"), [(3600.0, 1), (30.0, 2)])
def test_a_token_is_kept_while_it_lives(net, lifetime_s, asked):
    net.post("https://auth.example/token").respond(200)
    api = net.post(URL).respond(200)
    tokens = Counter(lifetime_s)

    for _ in range(2):
        transport.send(call(headers={}, token=tokens.source(f"test:{lifetime_s}")))

    assert tokens.given == asked
    assert api.calls.last.request.headers["authorization"] == f"Bearer token-{asked}"


@pytest.mark.parametrize("error", [httpx.ReadTimeout("late"), httpx.ConnectError("no")])
def test_without_a_token_nothing_was_asked_for(net, error):
    net.post("https://auth.example/token").mock(side_effect=error)
    api = net.post(URL).respond(200)
    tokens = Counter(3600.0)

    failure = failure_of(lambda: transport.send(call(token=tokens.source("test:none"))))

    assert failure is Failure.TRANSIENT
    assert not api.called
