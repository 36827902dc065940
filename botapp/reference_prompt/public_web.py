"""Fetches what a stranger's address leads to, without ever touching a private network.

The name is resolved here, every address it has is checked, and the connection goes to the checked
address itself: nothing is resolved a second time. TLS is still verified against the name.
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

import httpcore
import httpx

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.reference_prompt.addresses import may_connect

BYTES_MAX = 50 * 1024 * 1024
SECONDS_MAX = 60.0
STEP_TIMEOUT_S = 10.0
REDIRECTS_MAX = 5
GONE = {404, 410}
LOCKED = {401, 407, 451}
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; NanoBananaBot/1.0)",
    "Accept": "image/*,video/*,*/*;q=0.5",
    # Packed bytes could unpack to gigabytes.
    "Accept-Encoding": "identity",
}

# Name and port → the addresses it has.
Resolver = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def fetch(
    url: str,
    *,
    local_hosts: Collection[str] = (),
    bytes_max: int = BYTES_MAX,
    seconds_max: float = SECONDS_MAX,
    resolver: Resolver = resolve,
) -> bytes:
    """The bytes at the address, at most so many and within so many seconds.

    Raises BadReferenceError. What the bytes are is for the caller to find out from them.
    """
    backend = PublicNetwork(time.monotonic() + seconds_max, local_hosts, resolver)
    try:
        with _client(backend) as client, client.stream("GET", url) as response:
            _check(response, bytes_max)
            return _read(response, bytes_max)
    except httpx.TooManyRedirects as error:
        raise BadReferenceError(Trouble.NO_ANSWER, "redirects without end") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        raise BadReferenceError(Trouble.BAD_LINK, "not an address of the web") from error
    except httpx.HTTPError as error:
        raise BadReferenceError(Trouble.NO_ANSWER, type(error).__name__) from error


class PublicNetwork(httpcore.SyncBackend):
    """Connects to checked addresses only, and lets nothing last longer than `deadline`."""

    def __init__(self, deadline: float, local_hosts: Collection[str], resolver: Resolver) -> None:
        self._deadline = deadline
        self._local_hosts = local_hosts
        self._resolve = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._checked(host, port)
        timeout = _time_left(self._deadline, timeout, httpcore.ConnectTimeout)
        stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
        return TimedStream(stream, self._deadline)

    def _checked(self, host: str, port: int) -> str:
        """An address of the host. One that is not public makes the whole name suspicious."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise BadReferenceError(Trouble.NOT_FOUND, "the name has no address") from error
        if not found or not all(
            may_connect(address, port, local_hosts=self._local_hosts) for address in found
        ):
            raise BadReferenceError(Trouble.BAD_LINK, "not a public address")
        return found[0]


class TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline: time-outs alone start anew."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _time_left(self._deadline, timeout, httpcore.ReadTimeout)
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = _time_left(self._deadline, timeout, httpcore.WriteTimeout)
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _time_left(self._deadline, timeout, httpcore.ConnectTimeout)
        inner = self._stream.start_tls(ssl_context, server_hostname, left)
        return TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PublicTransport(httpx.HTTPTransport):
    """httpx's own transport, with its connections made by another network."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)


def _client(backend: httpcore.NetworkBackend) -> httpx.Client:
    # Without the environment: a proxy named there would connect wherever it is told.
    return httpx.Client(
        transport=PublicTransport(backend),
        headers=HEADERS,
        timeout=STEP_TIMEOUT_S,
        follow_redirects=True,
        max_redirects=REDIRECTS_MAX,
        trust_env=False,
    )


def _check(response: httpx.Response, bytes_max: int) -> None:
    """Raises BadReferenceError for an answer that is not worth reading."""
    if response.status_code != 200:
        trouble = Trouble.NO_ANSWER
        if response.status_code in GONE:
            trouble = Trouble.NOT_FOUND
        elif response.status_code in LOCKED:
            trouble = Trouble.LOGIN_NEEDED
        raise BadReferenceError(trouble, f"answered {response.status_code}")
    said = response.headers.get("content-length", "")
    if said.isdecimal() and int(said) > bytes_max:
        raise BadReferenceError(Trouble.TOO_LARGE, f"{said} bytes")


def _read(response: httpx.Response, bytes_max: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > bytes_max:
            raise BadReferenceError(Trouble.TOO_LARGE, f"more than {bytes_max} bytes")
    return bytes(content)


def _time_left(
    deadline: float, timeout: float | None, too_late: type[httpcore.TimeoutException]
) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise too_late("the time for all of it is over")
    return left if timeout is None else min(left, timeout)
