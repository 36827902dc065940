"""What a process tells Sentry, read at a server that stands in for it."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from botapp.tests.test_settings import run
from devkit.lint import SAMPLE_PRODUCTION

SIGNED = "https://s3.example.com/bot/1.png?X-Amz-Credential=AKIA&X-Amz-Signature=5ec4e7516"
# Since 3.13 a traceback shows the lines of such a script: what must not arrive stands in pieces.
FAIL = f"""
import logging, django, sentry_sdk
django.setup()
from django.conf import settings
try:
    raise ValueError(f"GET https://api.telegram.org/bot{{settings.TELEGRAM_BOT_TOKEN}}/getFile")
except ValueError as error:
    try:
        raise OSError(f"{{settings.PROVIDERS['gemini']['api_key']}} was refused") from error
    except OSError:
        logging.getLogger("botapp.services").exception(
            "Could not fetch %s", "{SIGNED}", extra={{"key": settings.LAVA_API_KEY}}
        )
logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_%s header", "HOST")
sentry_sdk.flush(5)
"""


@pytest.fixture
def sentry() -> Iterator[tuple[str, list[str]]]:
    """An address for SENTRY_DSN, and what arrived there."""
    arrived: list[str] = []

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers["Content-Encoding"] == "gzip"
            arrived.append((gzip.decompress(body) if is_packed else body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sentry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://public@127.0.0.1:{server.server_port}/1", arrived
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_secret_leaves_for_sentry(sentry: tuple[str, list[str]]) -> None:
    dsn, arrived = sentry
    # The row cannot be written here, and Sentry is told all the same.
    env = SAMPLE_PRODUCTION | {"SENTRY_DSN": dsn, "DATABASE_URL": "postgresql://127.0.0.1:9/x"}

    finished = run("-c", FAIL, env=env)

    told = "\n".join(arrived)
    assert "was refused" in told, finished.stderr
    assert "getFile" in told
    assert "Could not fetch" in told
    assert "HTTP_HOST" not in told
    for secret in (
        SAMPLE_PRODUCTION["TELEGRAM_BOT_TOKEN"],
        SAMPLE_PRODUCTION["GEMINI_API_KEY"],
        SAMPLE_PRODUCTION["LAVA_API_KEY"],
        "5ec4e7516",
    ):
        assert secret not in told
