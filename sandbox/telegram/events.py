"""Server-sent events for the chat pages: each listener has its own queue."""

import asyncio
import json
from collections import defaultdict
from typing import Any

from aiohttp import web

Topic = tuple[int, int]

_PING_EVERY_S = 15.0


class Events:
    def __init__(self) -> None:
        self._listeners: dict[Topic, set[asyncio.Queue[str | None]]] = defaultdict(set)

    def publish(self, topic: Topic, event: str, data: Any) -> None:
        line = f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        for queue in self._listeners.get(topic, ()):
            queue.put_nowait(line)

    def is_watched(self, topic: Topic) -> bool:
        return bool(self._listeners.get(topic))

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for queues in self._listeners.values():
            for queue in queues:
                queue.put_nowait(None)

    async def stream(self, request: web.Request, topic: Topic) -> web.StreamResponse:
        """Write events until the page goes away."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners[topic].add(queue)
        try:
            await response.prepare(request)
            await response.write(b": connected\n\n")
            while (line := await _next_line(queue)) is not None:
                await response.write(line.encode())
        except ConnectionResetError:
            return response
        finally:
            self._listeners[topic].discard(queue)
        return response


async def _next_line(queue: asyncio.Queue[str | None]) -> str | None:
    try:
        async with asyncio.timeout(_PING_EVERY_S):
            return await queue.get()
    except TimeoutError:
        return ": ping\n\n"
