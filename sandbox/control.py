"""The control API of the sandbox: `/__health`, `/__calls`, `/__faults`, `/__reset`."""

import base64
from typing import Any

from aiohttp import web

from sandbox.bodies import parse_body
from sandbox.faults import BadFaultError
from sandbox.recorder import RECORDER, RESETTERS, Call


def add_routes(app: web.Application) -> None:
    app.add_routes(
        [
            web.get("/__health", _health),
            web.get("/__calls", _list_calls),
            web.delete("/__calls", _forget_calls),
            web.post("/__faults", _add_fault),
            web.get("/__faults", _list_faults),
            web.delete("/__faults", _forget_faults),
            web.post("/__reset", _reset),
        ]
    )


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def _list_calls(request: web.Request) -> web.Response:
    """`since` is the id of the last call already seen."""
    wanted = request.query
    since = wanted.get("since", "0")
    if not since.isdecimal():
        return web.json_response({"error": "since is the id of a call"}, status=400)
    calls = [
        _call_as_json(call, with_raw=wanted.get("raw") == "1")
        for call in request.app[RECORDER].calls
        if call.id > int(since)
        and wanted.get("service") in (None, call.operation.service)
        and wanted.get("operation") in (None, call.operation.name)
    ]
    return web.json_response({"calls": calls})


async def _forget_calls(request: web.Request) -> web.Response:
    request.app[RECORDER].forget_calls()
    return web.json_response({"ok": True})


async def _add_fault(request: web.Request) -> web.Response:
    try:
        fault = request.app[RECORDER].faults.add(await request.json())
    except (BadFaultError, ValueError) as error:
        return web.json_response({"error": str(error)}, status=400)
    return web.json_response({"id": fault.id}, status=201)


async def _list_faults(request: web.Request) -> web.Response:
    scripts = request.app[RECORDER].faults.scripts
    return web.json_response({"faults": [fault.as_json() for fault in scripts]})


async def _forget_faults(request: web.Request) -> web.Response:
    request.app[RECORDER].faults.clear()
    return web.json_response({"ok": True})


async def _reset(request: web.Request) -> web.Response:
    for forget in request.app[RESETTERS]:
        forget()
    return web.json_response({"ok": True})


def _call_as_json(call: Call, *, with_raw: bool) -> dict[str, Any]:
    shown = {
        "id": call.id,
        "service": call.operation.service,
        "operation": call.operation.name,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "headers": dict(call.headers),
        "body": parse_body(call.headers.get("Content-Type", ""), call.raw_body),
        "status": call.status,
        "refusal": call.refusal,
        "fault": call.fault,
        "at": call.at,
        "took_ms": call.took_ms,
    }
    if with_raw:
        shown["body_base64"] = base64.b64encode(call.raw_body).decode()
    return shown
