"""Films are what their bytes say, and nothing of theirs is believed."""

import io

import av
import pytest
from PIL import Image

from botapp.services import films, pictures
from botapp.services.films import Film
from botapp.services.pictures import UnreadableInputError
from botapp.tests.conftest import png
from botapp.tests.films import make_film, make_sound

HOME = {"location": "+55.7558+037.6173/", "comment": "my flat", "title": "Holidays"}


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_film_is_measured():
    assert films.probe(make_film(2.5)) == Film("video/mp4", 64, 48, 2.5, has_audio=False)


@pytest.mark.parametrize(
    ("format_", "codec", "mime_type"),
    [
        ("mp4", "libx264", "video/mp4"),
        ("mp4", "libx265", "video/mp4"),
        ("mov", "libx264", "video/quicktime"),
        ("webm", "libvpx-vp9", "video/webm"),
    ],
)
def test_the_type_is_in_the_bytes(format_, codec, mime_type):
    film = films.probe(make_film(format_=format_, codec=codec))

    assert film.mime_type == mime_type
    assert film.duration_s == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize("turned", [90, -90])
def test_a_film_shot_upright_is_upright(turned):
    data = make_film(turned=turned)

    assert (films.probe(data).width, films.probe(data).height) == (48, 64)
    assert picture(films.thumbnail(data)).size == (48, 64)
    assert picture(films.last_frame(data)).size == (48, 64)


def test_a_turned_film_is_turned_back_the_right_way():
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=10, width=64, height=48)
        stream.pix_fmt = "yuv420p"
        stream.set_display_rotation(90)
        image = Image.new("RGB", (64, 48), "black")
        image.paste("white", (48, 0, 64, 48))
        for _ in range(5):
            film.mux(stream.encode(av.VideoFrame.from_image(image)))
        film.mux(stream.encode())

    shown = picture(films.last_frame(buffer.getvalue())).convert("L")

    # The right edge of the sensor is up when the picture is turned against the clock.
    assert shown.getpixel((24, 4)) > 200
    assert shown.getpixel((24, 60)) < 50


def test_sound_is_heard():
    assert films.probe(make_film(with_sound=True)).has_audio


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"\0\0\0\x18ftypisom", make_film()[:900], png(), make_sound()],
    ids=["empty", "another type", "a beginning", "a half", "a picture", "sound only"],
)
def test_what_is_no_film_is_refused(data):
    for look in (films.probe, films.thumbnail, films.last_frame, films.strip):
        with pytest.raises(UnreadableInputError):
            look(data)


def test_a_film_cut_off_on_its_way_is_noticed():
    whole = films.strip(make_film(20))

    with pytest.raises(UnreadableInputError, match="cut off"):
        films.probe(whole[: len(whole) // 2])


def test_an_endless_film_is_refused(monkeypatch):
    monkeypatch.setattr(films, "SECONDS_MAX", 1.0)

    with pytest.raises(UnreadableInputError, match=r"2\.0 s"):
        films.probe(make_film(2))


def test_a_film_of_too_many_frames_is_left(monkeypatch):
    monkeypatch.setattr(films, "ITEMS_MAX", 10)

    with pytest.raises(UnreadableInputError, match="endless"):
        films.probe(make_film(2))


def test_a_film_that_takes_too_long_is_left(monkeypatch):
    monkeypatch.setattr(films, "WORK_S_MAX", 0.0)

    with pytest.raises(UnreadableInputError, match="too heavy"):
        films.last_frame(make_film(2))


def test_a_film_of_huge_frames_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(films, "PIXELS_MAX", 64 * 48 - 1)

    with pytest.raises(UnreadableInputError, match="64 × 48"):
        films.probe(make_film())


def test_a_refused_film_frees_its_place():
    for _ in range(5):
        with pytest.raises(UnreadableInputError):
            films.probe(make_film()[:900])

    assert films.probe(make_film()).width == 64


def test_the_black_before_a_film_is_not_its_thumbnail():
    shown = picture(films.thumbnail(make_film(black_frames=8)))

    assert shown.getpixel((30, 20))[0] > 200


def test_a_film_that_stays_black_has_a_black_thumbnail():
    assert picture(films.thumbnail(make_film(black_frames=99))).getpixel((30, 20))[0] < 20


def test_a_thumbnail_is_one_for_telegram():
    data = films.thumbnail(make_film(0.5, size=(1280, 720)))

    assert picture(data).format == "JPEG"
    assert max(picture(data).size) == pictures.THUMBNAIL_SIDE_MAX
    assert len(data) < 200_000


@pytest.mark.parametrize("format_", ["mp4", "mov"])
def test_the_last_frame_is_the_last(format_):
    data = make_film(6, format_=format_)

    shown = picture(films.last_frame(data))

    assert shown.format == "PNG"
    assert shown.size == (64, 48)
    assert shown.getpixel((30, 20))[1] == pytest.approx(128 + 59, abs=6)


@pytest.mark.parametrize(
    ("format_", "codec"), [("mp4", "libx264"), ("mov", "libx264"), ("webm", "libvpx-vp9")]
)
def test_a_stripped_film_says_nothing_of_its_owner(format_, codec):
    data = make_film(format_=format_, codec=codec, metadata=HOME)
    assert b"my flat" in data

    bare = films.strip(data)

    assert b"my flat" not in bare
    assert b"+55.7558" not in bare
    assert b"Holidays" not in bare
    assert films.probe(bare).mime_type == films.probe(data).mime_type


def test_a_stripped_film_is_the_same_film():
    data = make_film(with_sound=True, turned=90)

    assert films.probe(films.strip(data)) == films.probe(data)


def test_a_stripped_film_plays_while_it_is_fetched():
    data, bare = make_film(), films.strip(make_film())

    assert data.index(b"moov") > data.index(b"mdat")
    assert bare.index(b"moov") < bare.index(b"mdat")
