"""The open web's stand-in: what can be looked at, and the traps."""

import io
import itertools

import pytest
from PIL import Image

from sandbox.film.source import probe_film


def test_a_film_and_a_picture_are_given(sandbox):
    film = sandbox.client.get("/web/film.mp4")
    picture = sandbox.client.get("/web/picture.png")

    assert (film.headers["content-type"], *probe_film(film.content)) == ("video/mp4", (320, 180), 2)
    assert Image.open(io.BytesIO(picture.content)).size == (512, 512)


def test_a_page_shows_the_film_and_another_shows_none(sandbox):
    assert '<video src="/web/film.mp4"' in sandbox.client.get("/web/page").text
    assert "<video" not in sandbox.client.get("/web/empty").text


@pytest.mark.parametrize(
    ("path", "target"),
    [("/web/private", "http://10.0.0.1/film.mp4"), ("/web/loop", "/web/loop")],
)
def test_redirects_lead_astray(sandbox, path, target):
    answer = sandbox.client.get(path)

    assert (answer.status_code, answer.headers["location"]) == (302, target)


def test_one_answer_is_endless(sandbox):
    with sandbox.client.stream("GET", "/web/endless") as answer:
        pieces = list(itertools.islice(answer.iter_bytes(), 100))

    assert "content-length" not in answer.headers
    assert sum(map(len, pieces)) > 100 * 1024


def test_one_answer_comes_byte_by_byte(sandbox):
    with sandbox.client.stream("GET", "/web/slow") as answer:
        pieces = list(itertools.islice(answer.iter_bytes(), 2))

    assert pieces == [b"\0", b"\0"]
