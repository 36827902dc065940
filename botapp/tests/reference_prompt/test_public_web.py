"""Fetching from the open web: what is given, and every trap on the way."""

import socket
import ssl
import time

import httpcore
import pytest

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.reference_prompt import public_web
from botapp.tests.reference_prompt.web import FILM


def fetch(web, path, **limits):
    return public_web.fetch(web.url(path), local_hosts=[web.host], **limits)


def trouble_of(call, *args, **limits):
    with pytest.raises(BadReferenceError) as refused:
        call(*args, **limits)
    return refused.value.trouble


def test_a_file_is_fetched_also_behind_a_redirect(web):
    assert fetch(web, "/film.mp4") == FILM
    assert fetch(web, "/moved") == FILM


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/inside", Trouble.BAD_LINK),
        ("/metadata", Trouble.BAD_LINK),
        ("/other-port", Trouble.BAD_LINK),
        ("/no-web", Trouble.BAD_LINK),
        ("/loop", Trouble.NO_ANSWER),
        ("/gone", Trouble.NOT_FOUND),
        ("/locked", Trouble.LOGIN_NEEDED),
        ("/broken", Trouble.NO_ANSWER),
    ],
)
def test_what_is_not_there_or_leads_astray_is_said(web, path, trouble):
    assert trouble_of(fetch, web, path) is trouble


def test_a_redirect_is_followed_five_times_at_most(web):
    trouble_of(fetch, web, "/loop")

    assert len(web.asked) == 1 + public_web.REDIRECTS_MAX


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433"])
def test_this_machine_has_many_names_and_none_is_let_through(web, host):
    url = f"http://{host}:{web.server_port}/film.mp4"

    assert trouble_of(public_web.fetch, url) is Trouble.BAD_LINK
    assert web.asked == []


@pytest.mark.parametrize(
    "host", ["[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.1.1"]
)
def test_addresses_inside_are_not_let_through(host):
    assert trouble_of(public_web.fetch, f"http://{host}/film.mp4") is Trouble.BAD_LINK


@pytest.fixture
def connections(monkeypatch):
    """Where connections went: none of them is made."""
    connections = []

    def connect_tcp(_backend, host, port, *_):
        connections.append((host, port))
        raise httpcore.ConnectError("this test has no network")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    return connections


def test_the_checked_address_is_the_one_connected_to(connections):
    """A name that changes its mind after the check (DNS rebinding) is asked only once."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    trouble = trouble_of(
        public_web.fetch, "http://rebind.example/", resolver=lambda *_: next(answers)
    )

    assert trouble is Trouble.NO_ANSWER
    assert connections == [("93.184.216.34", 80)]
    assert next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "addresses",
    [[], ["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["93.184.216.34", "fe80::1%eth0"]],
)
def test_a_name_with_one_private_address_is_not_trusted(connections, addresses):
    trouble = trouble_of(public_web.fetch, "https://two.example/", resolver=lambda *_: addresses)

    assert trouble is Trouble.BAD_LINK
    assert connections == []


def test_only_the_ports_of_the_web_are_connected_to(connections):
    url = "http://mail.example:25/"

    trouble = trouble_of(public_web.fetch, url, resolver=lambda *_: ["93.184.216.34"])

    assert trouble is Trouble.BAD_LINK
    assert connections == []


def test_a_name_without_addresses_is_not_found():
    def fail(*_):
        raise socket.gaierror(-2, "Name or service not known")

    url = "https://nobody.example/"
    assert trouble_of(public_web.fetch, url, resolver=fail) is Trouble.NOT_FOUND


def test_the_certificate_is_checked_against_the_name(monkeypatch):
    """The connection goes to an address, and TLS still asks for the name's certificate."""
    asked = []

    class Stream(httpcore.NetworkStream):
        def start_tls(self, ssl_context, server_hostname=None, timeout=None):
            asked.append((server_hostname, ssl_context.verify_mode, ssl_context.check_hostname))
            raise httpcore.ConnectError("this test has no network")

        def close(self): ...

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *_: Stream())

    trouble_of(public_web.fetch, "https://a.example/", resolver=lambda *_: ["93.184.216.34"])

    assert asked == [("a.example", ssl.CERT_REQUIRED, True)]


def test_a_file_that_says_it_is_too_large_is_not_read(web):
    assert trouble_of(fetch, web, "/film.mp4", bytes_max=100) is Trouble.TOO_LARGE


def test_an_endless_file_is_cut_off(web):
    assert trouble_of(fetch, web, "/endless.mp4", bytes_max=1024 * 1024) is Trouble.TOO_LARGE


@pytest.mark.parametrize("path", ["/drip.mp4", "/drip-headers"])
def test_a_file_that_never_ends_coming_is_given_up(web, path):
    started = time.monotonic()

    assert trouble_of(fetch, web, path, seconds_max=0.4) is Trouble.NO_ANSWER
    assert time.monotonic() - started < 2


def test_no_proxy_of_the_environment_is_asked(web, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert fetch(web, "/film.mp4") == FILM
