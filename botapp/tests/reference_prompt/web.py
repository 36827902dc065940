"""A small web on this machine: a film, pages, and answers that try to do harm."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botapp.tests.films import make_film

FILM = make_film(0.5)
PAGES = {
    "/page": b"<html><title>A film</title><body><video src='/film.mp4'></video></body></html>",
    "/empty": b"<html><title>An article</title><body>Nothing to see.</body></html>",
}
REDIRECTS = {
    "/moved": "/film.mp4",
    "/inside": "http://10.0.0.1/film.mp4",
    "/metadata": "http://169.254.169.254/latest/meta-data",
    "/other-port": "http://93.184.216.34:8080/film.mp4",
    "/no-web": "file:///etc/passwd",
    "/loop": "/loop",
}
STATUSES = {"/gone": 404, "/locked": 401, "/broken": 503}
PIECE = b"\0" * 64 * 1024


class Web(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[tuple[str, str]] = []
        self.cookies: list[str] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def handle_error(self, request, client_address) -> None:
        """Callers hang up in the middle: that is what they are tested for."""


class Page(BaseHTTPRequestHandler):
    server: Web

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        self.server.cookies.append(self.headers.get("Cookie", ""))
        if self.path in REDIRECTS:
            self._begin(302, location=REDIRECTS[self.path])
        elif self.path in STATUSES:
            self._begin(STATUSES[self.path])
        elif self.path in ("/endless.mp4", "/drip.mp4", "/drip-headers"):
            self._trap()
        else:
            self._give()

    def log_message(self, *args) -> None: ...

    def _begin(self, status: int, *, length: int | None = 0, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _give(self) -> None:
        page = PAGES.get(self.path)
        kind = "video/mp4" if page is None else "text/html"
        body = FILM if page is None else page
        self._begin(200, length=len(body), content_type=kind)
        if self.command == "GET":
            self.wfile.write(body)

    def _trap(self) -> None:
        """Bytes without end, or one at a time, each in time."""
        if self.path == "/drip-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        else:
            self._begin(200, length=None, content_type="video/mp4")
        while self.command == "GET":
            self.wfile.write(PIECE if self.path == "/endless.mp4" else b"0")
            self.wfile.flush()
            if self.path != "/endless.mp4":
                time.sleep(0.05)


@contextmanager
def serve() -> Iterator[Web]:
    web = Web()
    thread = threading.Thread(target=web.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        thread.join()
        web.server_close()
