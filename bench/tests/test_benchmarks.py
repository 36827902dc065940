"""The benchmarks measure what really happened: the ledger adds up, failures are not fast."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
import pytest

from bench import ledger, polls, start, webhook
from bench.compare import render
from botapp.business import audit
from botapp.models import Transaction


class Server(ThreadingHTTPServer):
    """Answers 200 to everything until `status` says otherwise, and keeps the bodies."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[bytes] = []


@pytest.fixture
def server() -> Iterator[Server]:
    httpd = Server()
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield httpd
    httpd.shutdown()
    thread.join()
    httpd.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(b"")

    def do_GET(self):
        self._answer(b"{}")

    def log_message(self, *args):
        """Quiet."""

    def _answer(self, body):
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def url(server):
    return f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.django_db(transaction=True)
def test_both_ways_of_posting_leave_books_that_add_up(monkeypatch):
    monkeypatch.setattr(ledger, "MANY", 3)

    compared = list(ledger.run(run_s=0.1, rounds=1))

    assert [comparison.title.split(",")[0] for comparison in compared] == [
        "ledger: one hot wallet",
        "ledger: 3 wallets",
    ]
    assert Transaction.objects.filter(amount=-1).count() >= 4 * ledger.THREADS
    assert list(audit.find_discrepancies()) == []
    assert "postings a second" in render(compared[0])


def test_the_webhooks_load_sends_each_update_once(server):
    took_s = asyncio.run(webhook.load(url(server), run_s=0.2))

    assert len(took_s) == len(server.bodies) == len(set(server.bodies)) > 0


def test_an_update_that_is_refused_ends_the_benchmark(server):
    server.status = 503

    with pytest.raises(aiohttp.ClientResponseError):
        asyncio.run(webhook.load(url(server), run_s=0.2))


@pytest.mark.parametrize("send", [polls.with_aiohttp, polls.with_httpx])
def test_a_poll_that_fails_is_not_counted_as_a_fast_one(server, send, monkeypatch):
    monkeypatch.setattr(polls, "AT_ONCE", 5)
    assert polls.measure(send, url(server), batches=1)["polls a second"] > 0

    server.status = 500

    with pytest.raises(AssertionError):
        polls.measure(send, url(server), batches=1)


def test_a_process_that_does_not_load_is_not_a_fast_start():
    with pytest.raises(subprocess.CalledProcessError):
        start.measure("raise SystemExit(1)")
