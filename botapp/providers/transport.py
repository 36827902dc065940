"""The one HTTP runner: time-outs, size caps, transport failures and logging live here, once.

httpx for a single call from a worker thread; aiohttp for a batch of polls (measured: a tenth of
the CPU at a hundred connections).
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
import httpx

from botapp.providers.base import (
    Failure,
    HttpAnswer,
    HttpCall,
    Media,
    ProviderError,
    TokenSource,
)

logger = logging.getLogger(__name__)

ANSWER_BYTES_MAX = 64 * 1024 * 1024
MEDIA_BYTES_MAX = 512 * 1024 * 1024
CONNECT_TIMEOUT_S = 10.0
DOWNLOAD_TIMEOUT_S = 120.0
READING_S_MAX = 600.0
REDIRECTS_MAX = 5
POLLS_AT_ONCE_MAX = 100
# A token is renewed this long before it ends (providers.md 1.10).
TOKEN_SPARE_S = 60.0

# Without kept connections: one that the provider closed meanwhile would fail a paid request in a
# way that looks like a lost answer.
CLIENT = httpx.Client(limits=httpx.Limits(max_connections=64, max_keepalive_connections=0))


# By cache key: the token and when, on the monotonic clock, it stops being used.
_tokens: dict[str, tuple[str, float]] = {}


def send(call: HttpCall) -> HttpAnswer:
    """Send once, never again.

    Raises ProviderError: TRANSIENT when nothing can have reached the provider, UNKNOWN_SUBMIT when
    the request left us and the answer did not come or was too large.
    """
    started = time.monotonic()
    request = CLIENT.build_request(
        call.method,
        call.url,
        headers=_headers(call),
        json=call.json_body,
        files=_multipart(call) or None,
        timeout=httpx.Timeout(call.timeout_s, connect=CONNECT_TIMEOUT_S),
    )
    try:
        response = CLIENT.send(request, stream=True, follow_redirects=False)
        with contextlib.closing(response):
            content = _read(response, ANSWER_BYTES_MAX, too_large=Failure.UNKNOWN_SUBMIT)
            answer = HttpAnswer(response.status_code, _lower(response.headers), content, call.url)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ProviderError(Failure.TRANSIENT, f"no connection: {type(error).__name__}") from error
    except httpx.HTTPError as error:
        raise ProviderError(Failure.UNKNOWN_SUBMIT, f"no answer: {type(error).__name__}") from error
    took_ms = round((time.monotonic() - started) * 1000)
    logger.info(
        "Provider answered",
        extra={"host": request.url.host, "status": answer.status, "took_ms": took_ms},
    )
    return answer


def send_all(calls: Sequence[HttpCall]) -> list[HttpAnswer | ProviderError]:
    """Send harmless reads all at once; a failed one is TRANSIENT: it is asked again later."""
    return asyncio.run(_send_all([(call, _try_headers(call)) for call in calls]))


def download(media: Media) -> bytes:
    """The bytes of a result. Raises ProviderError: EMPTY_RESULT when they are not to be had,
    TRANSIENT when they may be a little later."""
    if media.data is not None:
        return media.data
    url, headers = media.url or "", dict(media.download_headers)
    try:
        for _ in range(REDIRECTS_MAX):
            with CLIENT.stream("GET", url, headers=headers, timeout=DOWNLOAD_TIMEOUT_S) as response:
                if not response.has_redirect_location:
                    if response.status_code == 200:
                        return _read(response, MEDIA_BYTES_MAX, too_large=Failure.EMPTY_RESULT)
                    raise _no_result(response.status_code)
                target = urljoin(url, response.headers["location"])
            if urlsplit(target).netloc != urlsplit(url).netloc:
                # The provider's key is for the provider's host only.
                headers = {}
            url = target
    except httpx.HTTPError as error:
        raise ProviderError(Failure.TRANSIENT, f"no result: {type(error).__name__}") from error
    except (httpx.InvalidURL, ValueError) as error:
        raise ProviderError(Failure.EMPTY_RESULT, "the result address is none") from error
    raise ProviderError(Failure.EMPTY_RESULT, "the result address redirects without end")


def _no_result(status: int) -> ProviderError:
    is_passing = status in (408, 429) or status >= 500
    failure = Failure.TRANSIENT if is_passing else Failure.EMPTY_RESULT
    return ProviderError(failure, f"result address answered {status}")


def _multipart(call: HttpCall) -> list[tuple[str, tuple[Any, ...]]]:
    """All fields as parts: a form without files must not become a url-encoded one."""
    fields = [(name, (None, value.encode())) for name, value in call.form.items()]
    files = [(part.name, (part.filename, part.data, part.mime_type)) for part in call.parts]
    return [*fields, *files]


def _headers(call: HttpCall) -> dict[str, str]:
    """The call's headers with a token that is still good. Raises ProviderError without one."""
    if call.token is None:
        return dict(call.headers)
    return dict(call.headers) | {"Authorization": f"Bearer {_token(call.token)}"}


def _try_headers(call: HttpCall) -> dict[str, str] | ProviderError:
    try:
        return _headers(call)
    except ProviderError as error:
        return error


def _token(source: TokenSource) -> str:
    """Asking for a token makes nothing: its failure never leaves a paid request unknown."""
    kept = _tokens.get(source.cache_key)
    if kept is None or kept[1] < time.monotonic():
        try:
            token = source.read(send(source.call))
        except ProviderError as error:
            if error.failure is Failure.UNKNOWN_SUBMIT:
                raise ProviderError(Failure.TRANSIENT, f"no token: {error.detail}") from error
            raise
        kept = token.value, time.monotonic() + token.lifetime_s - TOKEN_SPARE_S
        _tokens[source.cache_key] = kept
    return kept[0]


async def _send_all(
    calls: Sequence[tuple[HttpCall, dict[str, str] | ProviderError]],
) -> list[HttpAnswer | ProviderError]:
    gate = asyncio.Semaphore(POLLS_AT_ONCE_MAX)
    connector = aiohttp.TCPConnector(limit=POLLS_AT_ONCE_MAX)
    async with aiohttp.ClientSession(connector=connector) as session:
        return await asyncio.gather(
            *(_send_one(session, gate, call, headers) for call, headers in calls)
        )


async def _send_one(
    session: aiohttp.ClientSession,
    gate: asyncio.Semaphore,
    call: HttpCall,
    headers: dict[str, str] | ProviderError,
) -> HttpAnswer | ProviderError:
    if isinstance(headers, ProviderError):
        return headers
    timeout = aiohttp.ClientTimeout(total=call.timeout_s, connect=CONNECT_TIMEOUT_S)
    try:
        async with (
            gate,
            session.request(
                call.method,
                call.url,
                headers=headers,
                json=call.json_body,
                timeout=timeout,
                allow_redirects=False,
            ) as response,
        ):
            content = bytearray()
            async for chunk in response.content.iter_chunked(64 * 1024):
                content += chunk
                if len(content) > ANSWER_BYTES_MAX:
                    return ProviderError(Failure.TRANSIENT, "answer is too large")
            return HttpAnswer(response.status, _lower(response.headers), bytes(content), call.url)
    except (aiohttp.ClientError, TimeoutError) as error:
        return ProviderError(Failure.TRANSIENT, f"poll failed: {type(error).__name__}")


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(response: httpx.Response, bytes_max: int, *, too_large: Failure) -> bytes:
    content = bytearray()
    end = time.monotonic() + READING_S_MAX
    for chunk in response.iter_bytes():
        if time.monotonic() >= end:
            # Each piece was in time, and still it would never end.
            raise httpx.ReadTimeout("an endless answer", request=response.request)
        content += chunk
        if len(content) > bytes_max:
            raise ProviderError(too_large, "answer is too large")
    return bytes(content)
