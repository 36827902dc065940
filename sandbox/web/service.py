"""A film, a picture, a page that shows the film, and addresses that nobody should fall for."""

import asyncio
import contextlib
import itertools
from functools import cache

from aiohttp import web

from sandbox.drawing import Order, draw_picture
from sandbox.film import FilmOrder, draw_film
from sandbox.recorder import SERVICES

_PIECE = b"\0" * 64 * 1024
_PAUSE_S = 0.05
_PAGE = """<!DOCTYPE html><html><head><title>{title}</title></head>
<body><h1>{title}</h1>{body}</body></html>"""


def add_routes(app: web.Application) -> None:
    app[SERVICES]["web"] = "web"
    get = app.router.add_get
    get("/web/film.mp4", film)
    get("/web/picture.png", picture)
    get("/web/page", page_with_a_film)
    get("/web/empty", page_without)
    get("/web/private", to_a_private_network)
    get("/web/loop", to_itself)
    get("/web/endless", endless)
    get("/web/slow", slow)


async def film(_request: web.Request) -> web.Response:
    return web.Response(body=await asyncio.to_thread(_draw_film), content_type="video/mp4")


async def picture(_request: web.Request) -> web.Response:
    return web.Response(body=await asyncio.to_thread(_draw_picture), content_type="image/png")


async def page_with_a_film(_request: web.Request) -> web.Response:
    return _page("A film", '<video src="/web/film.mp4" controls></video>')


async def page_without(_request: web.Request) -> web.Response:
    return _page("An article", "<p>Nothing to look at.</p>")


async def to_a_private_network(_request: web.Request) -> web.Response:
    raise web.HTTPFound("http://10.0.0.1/film.mp4")


async def to_itself(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/web/loop")


async def endless(request: web.Request) -> web.StreamResponse:
    """Bytes as fast as they are taken, without a length and without an end."""
    return await _pour(request, _PIECE, pause_s=0)


async def slow(request: web.Request) -> web.StreamResponse:
    """A byte now and then: each comes in time, and all of them never do."""
    return await _pour(request, b"\0", pause_s=_PAUSE_S)


async def _pour(request: web.Request, piece: bytes, *, pause_s: float) -> web.StreamResponse:
    """Until the caller has had enough."""
    response = web.StreamResponse(headers={"Content-Type": "video/mp4"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in itertools.count():
            await response.write(piece)
            await asyncio.sleep(pause_s)
    return response


def _page(title: str, body: str) -> web.Response:
    return web.Response(text=_PAGE.format(title=title, body=body), content_type="text/html")


@cache
def _draw_film() -> bytes:
    order = FilmOrder(prompt="a red fox", model="Web", width=320, height=180, seconds=2)
    return draw_film(order)


@cache
def _draw_picture() -> bytes:
    order = Order(prompt="a red fox", signature="Web", width=512, height=512)
    return draw_picture(order)
