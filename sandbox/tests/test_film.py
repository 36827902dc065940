"""Films: what a player finds in the file and what a person sees on it."""

import io
from collections import Counter
from itertools import pairwise

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.film import FilmOrder, SourceUse, draw_film
from sandbox.film.source import BadFilmError, probe_film, read_pictures
from sandbox.tests.gemini_play import picture

RED, BLUE = (254, 0, 0), (0, 0, 254)


def film(**changes):
    usual = {"prompt": "", "model": "Toy", "width": 320, "height": 180, "seconds": 2}
    return draw_film(FilmOrder(**usual | changes))


def pictures(content):
    return list(read_pictures(content, fps=8))


def middle(image):
    """The average colour of a region that no lettering covers."""
    x, y = image.width // 2, round(image.height * 0.5)
    patch = image.crop((0, y, x // 4, y + 10))
    return tuple(round(part) for part in ImageStat.Stat(patch).mean)


def near(color, wanted):
    return all(abs(a - b) < 40 for a, b in zip(color, wanted, strict=True))


def differ(first, second):
    box = ImageChops.difference(first, second).getbbox()
    return box is not None


@pytest.mark.parametrize(
    ("width", "height", "seconds"),
    [(1280, 720, 5), (720, 1280, 2), (960, 960, 10), (1584, 672, 2), (1920, 1080, 4)],
)
def test_a_film_has_exactly_the_asked_size_and_length(width, height, seconds):
    content = film(width=width, height=height, seconds=seconds)

    assert probe_film(content) == ((width, height), seconds)
    shown = pictures(content)
    assert len(shown) == seconds * 8
    assert {image.size for image in shown} == {(width, height)}


def test_a_film_is_coded_as_every_player_wants_it():
    content = film(sound=True)

    with av.open(io.BytesIO(content), "r") as container:
        [video], [audio] = container.streams.video, container.streams.audio
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert audio.codec_context.name == "aac"
    # The index lies before the pictures, so that playing starts before all is there.
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("seconds", [2, 5])
def test_sound_is_as_long_as_the_film_and_can_be_heard(seconds):
    with av.open(io.BytesIO(film(sound=True, seconds=seconds)), "r") as container:
        [audio] = container.streams.audio
        loudest, samples = 0, 0
        for frame in container.decode(audio):
            samples += frame.samples
            levels = memoryview(bytes(frame.planes[0])).cast("f")
            loudest = max(loudest, *levels)

    assert loudest > 0.1
    assert samples / audio.rate == pytest.approx(seconds, abs=0.1)


def test_a_silent_film_has_no_sound_at_all():
    with av.open(io.BytesIO(film()), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_the_same_order_gives_the_same_film_and_any_change_another():
    changes = (
        {},
        {"prompt": "кот"},
        {"model": "Another"},
        {"labels": ("1080p",)},
        {"variation": "seed 7"},
        {"seconds": 3},
        {"sound": True},
        {"references": (picture("green"),)},
        {"first_frame": picture("green")},
    )

    films = [film(**change) for change in changes]

    assert film() == films[0]
    assert set(Counter(films).values()) == {1}


def test_everything_moves():
    shown = pictures(film(prompt="кот в космосе"))

    assert all(differ(one, next_one) for one, next_one in pairwise(shown))


def test_it_starts_with_the_first_picture_and_ends_with_the_last():
    content = film(first_frame=picture(RED), last_frame=picture(BLUE), prompt="кот")

    shown = [middle(image) for image in pictures(content)]

    assert near(shown[0], RED)
    assert near(shown[-1], BLUE)
    assert near(shown[8], (127, 0, 127))


def test_a_last_picture_alone_is_reached_too():
    shown = pictures(film(last_frame=picture(BLUE), prompt="пустыня днём"))

    assert not near(middle(shown[0]), BLUE)
    assert near(middle(shown[-1]), BLUE)


def test_references_lie_in_a_strip_above():
    [first, *_] = pictures(film(references=(picture(RED), picture(BLUE)), width=640, height=360))

    colors = {first.getpixel((x, 70)) for x in range(10, 140)}

    assert any(near(color, RED) for color in colors)
    assert any(near(color, BLUE) for color in colors)


def test_a_continued_film_starts_where_the_source_ended():
    source = film(first_frame=picture(RED), last_frame=picture(BLUE))

    shown = pictures(film(source=source, source_use=SourceUse.CONTINUE))

    assert near(middle(shown[0]), BLUE)


def test_a_recoloured_film_shows_the_source_in_other_colours():
    source = film(first_frame=picture((250, 250, 250)), last_frame=picture((4, 4, 4)))

    shown = [middle(image) for image in pictures(film(source=source))]

    assert sum(shown[0]) > 400 > sum(shown[-1])
    assert not near(shown[0], (250, 250, 250))


def test_a_source_that_is_too_short_stays_on_its_last_picture():
    source = film(first_frame=picture(RED), seconds=1)

    assert probe_film(film(source=source, seconds=3))[1] == 3


def test_what_is_no_film_is_refused():
    for content in (b"no film at all", picture(), film()[:200]):
        with pytest.raises(BadFilmError):
            probe_film(content)


def test_a_film_with_odd_sides_cannot_be_ordered():
    with pytest.raises(ValueError, match="even"):
        film(width=321)


def test_the_telegram_stand_in_reads_its_size_and_length():
    from sandbox.telegram.mp4 import read_film

    read = read_film(film(width=480, height=270, seconds=3, sound=True))

    assert (read.width, read.height, read.duration_s) == (480, 270, 3)


def test_an_upright_photo_lies_upright():
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.new("RGB", (200, 100), RED)
    photo.paste(BLUE, (100, 0, 200, 100))
    photo.save(written, "JPEG", exif=exif)

    [first, *_] = pictures(film(first_frame=written.getvalue(), width=180, height=320))

    assert near(first.getpixel((60, 90)), RED)
    assert near(first.getpixel((10, 240)), BLUE)
