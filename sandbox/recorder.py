"""One middleware in front of all services: writes every call down and plays scripted faults.

The services know nothing of it, except that each appends its own reset to `app[RESETTERS]` and
says in `app[SERVICES]` which paths are its own.
"""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import StreamReader, web
from aiohttp.typedefs import Handler

from sandbox.bodies import searchable_text
from sandbox.faults import HANDLED_FIRST, Action, Fault, Faults
from sandbox.operations import Operation, name_operation

_CALLS_KEPT = 2000
_HANG_MAX_S = 600.0
_REFUSED = 400
_REFUSAL_KEPT = 500
_HANG_LOOK_S = 0.05


@dataclass(slots=True, kw_only=True)
class Call:
    """A request as it arrived; `status` stays None while it is being answered or was cut off.

    `refusal` is the body of an answer that is no success, as text.
    """

    id: int
    operation: Operation
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    raw_body: bytes
    at: float
    status: int | None = None
    refusal: str | None = None
    fault: str | None = None
    took_ms: float | None = None


@dataclass(slots=True)
class Recorder:
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_CALLS_KEPT))
    faults: Faults = field(default_factory=Faults)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def begin(self, request: web.Request, operation: Operation, raw_body: bytes) -> Call:
        call = Call(
            id=next(self._ids),
            operation=operation,
            method=request.method,
            path=request.path,
            query=dict(request.query),
            headers=request.headers.copy(),
            raw_body=raw_body,
            at=time.time(),
        )
        self.calls.append(call)
        return call

    def forget_calls(self) -> None:
        self.calls.clear()

    def reset(self) -> None:
        self.calls.clear()
        self.faults.clear()


Resetter = Callable[[], None]
RESETTERS: web.AppKey[list[Resetter]] = web.AppKey("resetters", list[Resetter])
RECORDER: web.AppKey[Recorder] = web.AppKey("recorder", Recorder)
# First segment of a path -> the service whose calls are written down under its routes.
SERVICES: web.AppKey[dict[str, str]] = web.AppKey("services", dict[str, str])


def set_up(app: web.Application) -> None:
    """Must run before any service adds its routes."""
    app[RECORDER] = Recorder()
    app[RESETTERS] = [app[RECORDER].reset]
    app[SERVICES] = {}
    app.middlewares.append(record_and_spoil)


def drop_connection(request: web.Request) -> web.StreamResponse:
    """Close the caller's socket; what a handler returns afterwards is written nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


@web.middleware
async def record_and_spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
    services = request.app[SERVICES]
    operation = name_operation(request, services)
    if operation is None:
        return await handler(request)
    recorder = request.app[RECORDER]
    call = recorder.begin(request, operation, await _read_and_replay(request))
    fault = _take_fault(recorder.faults, call)
    call.fault = fault.action.value if fault else None
    started = time.perf_counter()
    try:
        response = await (_spoil(request, handler, fault) if fault else handler(request))
    except web.HTTPException as refusal:
        call.status = refusal.status
        raise
    finally:
        call.took_ms = round((time.perf_counter() - started) * 1000, 1)
    call.status = None if _is_gone(request) else response.status
    if response.status >= _REFUSED and isinstance(response, web.Response):
        call.refusal = (response.text or "")[:_REFUSAL_KEPT]
    return response


async def _read_and_replay(request: web.Request) -> bytes:
    """Return the whole body and leave the request as unread as it was."""
    raw_body = await request.read()
    # A multipart form is parsed from the stream, which reading has emptied.
    replay = StreamReader(
        request.protocol, limit=len(raw_body) + 1, loop=asyncio.get_running_loop()
    )
    replay.feed_data(raw_body)
    replay.feed_eof()
    request._payload = replay
    return raw_body


def _take_fault(faults: Faults, call: Call) -> Fault | None:
    if not faults.scripts:
        return None
    return faults.take(
        call.operation, searchable_text(call.headers.get("Content-Type", ""), call.raw_body)
    )


async def _spoil(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    handled = await handler(request) if fault.action in HANDLED_FIRST else None
    await asyncio.sleep(fault.delay_s)
    match fault.action:
        case Action.RESPOND | Action.RESPOND_AFTER:
            return _scripted_response(fault)
        case Action.DROP_BEFORE | Action.DROP_AFTER:
            return drop_connection(request)
        case Action.HANG | Action.HANG_AFTER:
            return await hang(request)
        case Action.DELAY | Action.DELAY_AFTER:
            return await handler(request) if handled is None else handled


def _scripted_response(fault: Fault) -> web.Response:
    if isinstance(fault.body, str):
        return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
    return web.json_response(fault.body, status=fault.status, headers=fault.headers)


async def hang(request: web.Request) -> web.StreamResponse:
    """Give no answer until the caller gives up."""
    for _ in range(int(_HANG_MAX_S / _HANG_LOOK_S)):
        if _is_gone(request):
            break
        await asyncio.sleep(_HANG_LOOK_S)
    return drop_connection(request)


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
