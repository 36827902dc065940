"""`python -m bench.film_stand_in PORT`: a slow film provider and a Telegram that takes its films.

Speaks Runway's wire (providers.md section 5). Film n is ordered by the prompt `film n` for the
person n and takes as long as `GET /plan` was told; `GET /story` says when each was ready and when
the person had it.
"""

import asyncio
import io
import sys
import time
from typing import Any

import av
from aiohttp import web
from PIL import Image

SECONDS = 2
SIZE = (320, 180)

Film = dict[str, Any]


class Provider:
    """Every film by its number, the clock of both ends."""

    def __init__(self) -> None:
        self.films: dict[int, Film] = {}
        self.takes_s: list[float] = []
        self.content = draw()

    async def plan(self, request: web.Request) -> web.Response:
        """A new run: how long each film takes, by its number."""
        self.films.clear()
        self.takes_s = await request.json()
        return web.json_response({})

    async def submit(self, request: web.Request) -> web.Response:
        number = int((await request.json())["promptText"].split()[-1])
        ready_at = time.time() + self.takes_s[number]
        self.films[number] = {"ready_at": ready_at, "polls": 0, "delivered_at": None}
        return web.json_response({"id": f"film-{number}", "estimatedCost": {"credits": 60}})

    async def poll(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"].split("-")[-1])
        film = self.films[number]
        film["polls"] += 1
        await asyncio.sleep(0.05)
        if time.time() < film["ready_at"]:
            return web.json_response({"id": f"film-{number}", "status": "RUNNING", "progress": 0.5})
        output = [f"http://{request.host}/film.mp4"]
        return web.json_response({"id": f"film-{number}", "status": "SUCCEEDED", "output": output})

    async def download(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.content, content_type="video/mp4")

    async def take(self, request: web.Request) -> web.Response:
        """Any method of the Bot API; the original as a document ends the film's way."""
        form = await request.post()
        number = int(str(form.get("chat_id", 0)))
        method = request.match_info["method"]
        if method == "sendDocument" and number in self.films:
            self.films[number]["delivered_at"] = time.time()
        file = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 2}
        message = {
            "message_id": 1,
            "date": 1,
            "chat": {"id": number, "type": "private", "first_name": "Bench"},
            "document": file,
            "video": file,
        }
        return web.json_response({"ok": True, "result": message})

    async def story(self, _request: web.Request) -> web.Response:
        return web.json_response(list(self.films.values()))


def draw() -> bytes:
    """A film that a probe takes for what it is."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=4)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(SECONDS * 4):
            picture = Image.new("RGB", SIZE, (number * 30, 90, 160))
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]  # PyAV has no types here
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def main() -> None:
    provider = Provider()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/plan", provider.plan)
    app.router.add_get("/story", provider.story)
    app.router.add_post("/v1/text_to_video", provider.submit)
    app.router.add_get("/v1/tasks/{id}", provider.poll)
    app.router.add_get("/film.mp4", provider.download)
    app.router.add_post("/bot{token}/{method}", provider.take)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
