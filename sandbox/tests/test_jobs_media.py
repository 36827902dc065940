"""Results that are fetched, inputs that are read, and the studio that draws."""

import asyncio
import base64
import io
import threading
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web
from PIL import Image

from sandbox.config import Config
from sandbox.drawing import Order, draw_picture
from sandbox.film import FilmOrder, draw_film
from sandbox.jobs import BadInputError, Input, Still, Studio, as_input, open_input, read_input
from sandbox.tests.gemini_play import picture
from sandbox.tests.jobs_play import build_toy_app
from sandbox.tests.serving import serve

CONFIG = Config(image_job_s=0.0, video_job_s=0.0)


@pytest.fixture
def client():
    with serve(build_toy_app(CONFIG)) as url, httpx.Client(base_url=url) as client:
        yield client


def finished(client, prompt="[[fast]] кот", **asked):
    job_id = client.post("/toy/jobs", json={"prompt": prompt, **asked}).json()["id"]
    return client.get(f"/toy/jobs/{job_id}").json()["urls"]


def test_a_picture_is_served_at_an_absolute_address(client):
    [url] = finished(client)

    response = httpx.get(url)

    assert url.startswith(f"{client.base_url}/media/")
    assert response.headers["Content-Type"] == "image/png"
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert Image.open(io.BytesIO(response.content)).size == (64, 64)


def test_a_film_is_served_as_one(client):
    response = httpx.get(*finished(client, kind="video"))

    assert response.headers["Content-Type"] == "video/mp4"
    assert response.content == draw_film(
        FilmOrder(prompt="кот", model="Toy", width=320, height=180, seconds=1)
    )


def test_the_address_is_public_when_the_sandbox_has_a_public_one():
    config = Config(public_url="https://sandbox.example/")
    with serve(build_toy_app(config)) as url, httpx.Client(base_url=url) as client:
        [result] = finished(client)

    assert result.startswith("https://sandbox.example/media/")


def test_the_same_job_keeps_its_address(client):
    job_id = client.post("/toy/jobs", json={"prompt": "[[fast]]"}).json()["id"]

    first, second = (client.get(f"/toy/jobs/{job_id}").json()["urls"] for _ in range(2))

    assert first == second


def test_an_expired_result_is_refused(client):
    assert httpx.get(*finished(client, "[[expired]] [[fast]]")).status_code == 403


def test_a_result_expires_in_time_and_a_new_look_gives_a_fresh_address():
    config = Config(media_ttl_s=0.2)
    with serve(build_toy_app(config)) as url, httpx.Client(base_url=url) as client:
        job_id = client.post("/toy/jobs", json={"prompt": "[[fast]]"}).json()["id"]
        [first] = client.get(f"/toy/jobs/{job_id}").json()["urls"]
        assert httpx.get(first).status_code == 200
        threading.Event().wait(0.25)
        assert httpx.get(first).status_code == 403
        [second] = client.get(f"/toy/jobs/{job_id}").json()["urls"]
        assert second != first
        assert httpx.get(second).status_code == 200


def test_an_unknown_address_is_404(client):
    assert client.get("/media/nothing/image.png").status_code == 404


def test_a_reset_takes_the_results_away(client):
    [url] = finished(client)
    client.post("/__reset")

    assert httpx.get(url).status_code == 404


@dataclass(frozen=True)
class Counted:
    """A work that counts how often it was drawn."""

    name: str
    size: int = 1
    drawn: list[str] = field(default_factory=list, compare=False)
    mime = "image/png"
    filename = "x.png"

    def draw(self):
        self.drawn.append(self.name)
        return self.name.encode() * self.size


def test_equal_works_are_drawn_once_even_when_asked_for_at_once():
    async def ask():
        studio, drawn = Studio(), []
        works = [Counted("a", drawn=drawn) for _ in range(20)]
        made = await asyncio.gather(*(studio.make(work) for work in works))
        again = await studio.make(Counted("a", drawn=drawn))
        studio.close()
        return made, again, drawn

    made, again, drawn = asyncio.run(ask())

    assert {*made, again} == {b"a"}
    assert drawn == ["a"]


def test_the_studio_forgets_what_was_not_asked_for_longest(monkeypatch):
    monkeypatch.setattr("sandbox.jobs.work._CACHE_BYTES_MAX", 25)

    async def ask():
        studio, drawn = Studio(), []
        for name in ("a", "b", "a", "c", "a", "b"):
            await studio.make(Counted(name, size=10, drawn=drawn))
        studio.close()
        return drawn

    assert asyncio.run(ask()) == ["a", "b", "c", "b"]


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_still_comes_in_the_wanted_format(kind):
    still = Still(Order(prompt="кот", signature="Toy", width=120, height=80), kind)

    with Image.open(io.BytesIO(still.draw())) as opened:
        assert (opened.format, opened.size) == (kind.upper(), (120, 80))
    assert as_input(still.draw()).mime == still.mime


def test_options_are_seen_on_a_still():
    plain = Order(prompt="кот", signature="Toy", width=400, height=400)
    changes = ({"labels": ("high",)}, {"variation": "2"}, {"richness": 1.0}, {"weirdness": 0.5})

    drawn = [draw_picture(plain)] + [
        draw_picture(Order(prompt="кот", signature="Toy", width=400, height=400, **change))
        for change in changes
    ]

    assert len(set(drawn)) == len(drawn)


def read(given):
    return asyncio.run(read_input(given))


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_an_input_is_a_data_uri_or_bare_base64(kind, mime):
    content = picture(kind=kind)
    encoded = base64.b64encode(content).decode()

    # What the caller calls it does not matter: the bytes do.
    for given in (f"data:image/gif;base64,{encoded}", encoded):
        found = read(given)
        assert (found.mime, found.content, found.is_image) == (mime, content, True)


def test_an_input_is_fetched_from_this_machine():
    film = draw_film(FilmOrder(prompt="", model="Toy", width=64, height=64, seconds=1))

    async def give(_request):
        return web.Response(body=film, content_type="application/octet-stream")

    app = web.Application()
    app.router.add_get("/film", give)
    with serve(app) as url:
        found = read(f"{url}/film")
        with pytest.raises(BadInputError, match="HTTP 404"):
            read(f"{url}/nothing")

    assert (found.mime, found.content, found.is_video) == ("video/mp4", film, True)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("http://192.0.2.1/cat.png", "other machines"),
        ("https://example.com/cat.png", "other machines"),
        ("data:image/png;base64", "without data"),
        ("a cat, please", "base64"),
        ("data:text/plain;base64,aGVsbG8=", "unknown kind"),
        ("", "unknown kind"),
    ],
)
def test_what_cannot_be_read_is_refused(given, reason):
    with pytest.raises(BadInputError, match=reason):
        read(given)


def test_an_address_where_nobody_answers_is_refused(free_port):
    with pytest.raises(BadInputError, match="cannot fetch"):
        read(f"http://127.0.0.1:{free_port}/cat.png")


def test_an_opened_input_tells_its_size_and_length():
    film = draw_film(FilmOrder(prompt="", model="Toy", width=64, height=32, seconds=2))

    opened = [asyncio.run(open_input(as_input(content))) for content in (picture(), film)]

    assert [(o.width, o.height, o.seconds) for o in opened] == [(40, 60, 0), (64, 32, 2)]


@pytest.mark.parametrize(
    "found",
    [
        Input("image/png", picture()[:60]),
        Input("video/mp4", b"\0\0\0\x10ftypisom\0\0\0\0"),
        Input("audio/mpeg", b"ID3"),
    ],
)
def test_what_cannot_be_opened_is_refused(found):
    with pytest.raises(BadInputError):
        asyncio.run(open_input(found))
