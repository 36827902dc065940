"""What a provider made is what its bytes say; it is kept only when it is what was ordered."""

import io

import httpx
import pytest
import respx
from django.core.files.storage import default_storage
from PIL import Image

from botapp.models import GenRequest
from botapp.providers import transport
from botapp.providers.base import Failure, Finished, Media, ProviderError
from botapp.services import results
from botapp.tests.conftest import place, png
from botapp.tests.films import make_film, make_sound


@pytest.fixture
def order(alice) -> GenRequest:
    """One picture."""
    return place(alice)


@pytest.fixture
def film_order(alice) -> GenRequest:
    return place(alice, model_slug="runway_gen45")


def failure_of(order: GenRequest, data: bytes) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        results.store(order, Finished((Media(data=data),)))
    assert not order.results.exists()
    return caught.value


def test_a_picture_is_stored_with_a_small_one(order):
    results.store(order, Finished((Media(data=png((640, 480)), mime_type="video/mp4"),)))

    result = order.results.get()
    assert (result.mime_type, result.width, result.height) == ("image/png", 640, 480)
    assert default_storage.open(result.storage_key).read() == png((640, 480))
    small = Image.open(io.BytesIO(default_storage.open(result.thumbnail_key).read()))
    assert small.size == (320, 240)


def test_a_film_is_stored_with_its_measures_and_a_frame(film_order):
    # Two encodings of the same pictures may differ by a few bytes.
    film = make_film(4, turned=90)
    results.store(film_order, Finished((Media(data=film, mime_type="image/png"),)))

    result = film_order.results.get()
    assert (result.mime_type, result.duration_s) == ("video/mp4", 4.0)
    assert (result.width, result.height) == (48, 64)
    assert result.size_bytes == len(film)
    assert Image.open(io.BytesIO(default_storage.open(result.thumbnail_key).read())).size == (
        48,
        64,
    )


@pytest.mark.parametrize(
    "data",
    [png(), b"<html>", make_sound(), make_film(2)[:900], make_film(2)[:0]],
    ids=["a picture", "a page", "sound", "a broken film", "nothing"],
)
def test_no_film_for_a_film_is_an_empty_result(film_order, data):
    assert failure_of(film_order, data).failure is Failure.EMPTY_RESULT


@pytest.mark.parametrize("data", [make_film(), b"<html>", b""], ids=["a film", "a page", "nothing"])
def test_no_picture_for_a_picture_is_an_empty_result(order, data):
    assert failure_of(order, data).failure is Failure.EMPTY_RESULT


def test_a_monstrous_picture_is_not_kept(order, monkeypatch):
    monkeypatch.setattr(results, "PICTURE_BYTES_MAX", 10)

    assert "bytes" in failure_of(order, png()).detail


def test_a_monstrous_file_is_given_up_while_it_is_fetched(film_order, monkeypatch):
    monkeypatch.setattr(transport, "MEDIA_BYTES_MAX", 1000)
    with respx.mock:
        respx.get("http://cdn.test/film").respond(content=make_film(2))

        with pytest.raises(ProviderError) as caught:
            results.store(film_order, Finished((Media(url="http://cdn.test/film"),)))

    assert caught.value.failure is Failure.EMPTY_RESULT


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.ReadTimeout, Failure.TRANSIENT),
        (httpx.Response(503), Failure.TRANSIENT),
        (httpx.Response(429), Failure.TRANSIENT),
        (httpx.Response(403), Failure.EMPTY_RESULT),
        (httpx.Response(404), Failure.EMPTY_RESULT),
    ],
)
def test_a_result_that_cannot_be_fetched_may_be_later_unless_it_is_gone(
    film_order, answer, failure
):
    with respx.mock:
        respx.get("http://cdn.test/film").mock(side_effect=[answer])

        with pytest.raises(ProviderError) as caught:
            results.store(film_order, Finished((Media(url="http://cdn.test/film"),)))

    assert caught.value.failure is failure


@pytest.mark.parametrize("url", ["http://cdn.test:port/film", "http://cdn.test/to-nowhere"])
def test_an_address_that_is_none_brings_nothing(film_order, url):
    with respx.mock:
        respx.get("http://cdn.test/to-nowhere").respond(302, headers={"location": "http://[cdn"})

        with pytest.raises(ProviderError) as caught:
            results.store(film_order, Finished((Media(url=url),)))

    assert caught.value.failure is Failure.EMPTY_RESULT


def test_a_redirect_to_nowhere_brings_nothing(film_order):
    with respx.mock:
        respx.get("http://cdn.test/film").respond(302)

        with pytest.raises(ProviderError) as caught:
            results.store(film_order, Finished((Media(url="http://cdn.test/film"),)))

    assert caught.value.failure is Failure.EMPTY_RESULT


def test_an_endless_answer_is_left(film_order, monkeypatch):
    monkeypatch.setattr(transport, "READING_S_MAX", 0.0)
    with respx.mock:
        respx.get("http://cdn.test/film").respond(content=make_film(2))

        with pytest.raises(ProviderError) as caught:
            results.store(film_order, Finished((Media(url="http://cdn.test/film"),)))

    assert caught.value.failure is Failure.TRANSIENT


def test_only_what_was_paid_for_is_kept(order):
    results.store(order, Finished(tuple(Media(data=png((10 + n, 10))) for n in range(3))))

    assert order.results.get().width == 10


def test_a_grid_becomes_the_pictures_it_holds(alice):
    order = place(alice, model_slug="midjourney-v7-fast")
    grid = Image.new("RGB", (200, 100), "white")
    colors = ["red", "green", "blue", "black"]
    for number, color in enumerate(colors):
        left, top = 100 * (number % 2), 50 * (number // 2)
        grid.paste(color, (left, top, left + 100, top + 50))
    buffer = io.BytesIO()
    grid.save(buffer, "PNG")

    results.store(order, Finished((Media(data=buffer.getvalue()),), metadata={"grid_side": 2}))

    pictures = [
        Image.open(default_storage.open(result.storage_key)) for result in order.results.all()
    ]
    assert [picture.size for picture in pictures] == [(100, 50)] * 4
    assert [picture.getpixel((50, 25)) for picture in pictures] == [
        Image.new("RGB", (1, 1), color).getpixel((0, 0)) for color in colors
    ]
