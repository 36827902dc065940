"""`python -m bench.stand_in PORT`: answers any Bot API method at once, and polls after a pause."""

import asyncio
import sys
from typing import Any

from aiohttp import web

POLL_DELAY_S = 0.05
JOB = {"id": "job-1", "status": "processing", "progress": 40}


def main() -> None:
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", _answer)
    app.router.add_get("/poll", _poll)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


async def _answer(request: web.Request) -> web.Response:
    if request.match_info["method"] != "sendMessage":
        return web.json_response({"ok": True, "result": True})
    asked = await request.post()
    chat_id = int(str(asked["chat_id"]))
    message: dict[str, Any] = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": chat_id, "type": "private", "first_name": "Bench"},
        "text": str(asked["text"]),
    }
    return web.json_response({"ok": True, "result": message})


async def _poll(_request: web.Request) -> web.Response:
    await asyncio.sleep(POLL_DELAY_S)
    return web.json_response(JOB)


if __name__ == "__main__":
    main()
