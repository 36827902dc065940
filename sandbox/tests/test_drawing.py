"""The drawn pictures: right size, same again, and made of the words they were asked with."""

import io
import time

import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.drawing import Order, draw_draft, draw_picture, vocabulary
from sandbox.drawing.lettering import Caption
from sandbox.drawing.pen import Box, Pen
from sandbox.drawing.vocabulary import Ground, Light, Reading, Sky, read_prompt


def order(prompt, **changes):
    return Order(**{"prompt": prompt, "signature": "test", "width": 512, "height": 512} | changes)


def drawn(prompt, **changes):
    return Image.open(io.BytesIO(draw_picture(order(prompt, **changes)))).convert("RGB")


def names_of_figures(prompt):
    return [figure.draw.__name__.removeprefix("draw_") for figure in read_prompt(prompt).figures]


def colors_of(image):
    return {color for _, color in image.getcolors(image.width * image.height)}


def flat(color, size=(90, 120)):
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("size", [(768, 1376), (1584, 672), (384, 3072), (3072, 384), (4096, 4096)])
def test_the_picture_is_a_png_of_exactly_the_ordered_size(size):
    width, height = size

    png = draw_picture(order("кот", width=width, height=height))

    assert Image.open(io.BytesIO(png)).size == size
    assert png.startswith(b"\x89PNG")


def test_the_same_order_gives_the_same_bytes():
    assert draw_picture(order("робот в лесу")) == draw_picture(order("робот в лесу"))
    assert draw_picture(order("qwerty")) != draw_picture(order("asdfgh"))


def test_a_1k_picture_takes_well_under_half_a_second_of_work():
    draw_picture(order("разогрев"))
    started = time.process_time()

    draw_picture(order("рыжий кот и собака на пляже, закат", width=768, height=1376))

    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("prompt", "figures"),
    [
        ("Кот, который смотрит на собаку", ["cat", "dog"]),
        ("a cat and a rocket", ["cat", "rocket"]),
        ("котёнок и щенок", ["cat", "dog"]),
        ("робот ест банан в машине у дома", ["robot", "banana", "car", "house"]),
        ("рыбка и лодка", ["fish", "boat"]),
        ("цветок цвета неба", ["flower"]),
        ("дома кошка, дома кот", ["house", "cat"]),
        ("псевдоним скота", []),
    ],
)
def test_words_become_figures_once_each_and_look_alikes_do_not(prompt, figures):
    assert names_of_figures(prompt) == figures


def test_every_figure_of_the_vocabulary_draws_something():
    for _, draw, color in vocabulary._FIGURES:
        name = draw.__name__
        canvas = Image.new("RGB", (200, 200), "white")
        draw(Pen(canvas, Box(0, 0, 200, 200)), color)
        assert ImageStat.Stat(canvas).stddev[0] > 5, name


def test_a_colour_belongs_to_the_thing_it_stands_before():
    car, house = read_prompt("красная машина и синий дом").figures

    assert car.color[0] > car.color[2]
    assert house.color[2] > house.color[0]


def test_places_skies_and_lights_are_understood():
    reading = read_prompt("закат над морем, облака")

    assert reading.sky is Sky.SUNSET
    assert reading.ground is Ground.SEA
    assert reading.lights == [Light.SUN, Light.CLOUDS]
    assert read_prompt("кот на луне").ground is Ground.LUNAR


def test_unknown_words_mean_nothing():
    assert read_prompt("qwerty 123 !") == Reading()
    assert read_prompt("qwerty").is_empty


@pytest.mark.parametrize(
    ("prompt", "other"),
    [("кот", "собака"), ("море", "лес"), ("ночь", "день"), ("красный кот", "синий кот")],
)
def test_different_words_look_different(prompt, other):
    one = drawn(prompt).crop((0, 0, 512, 400))
    two = drawn(other).crop((0, 0, 512, 400))

    assert max(ImageStat.Stat(ImageChops.difference(one, two)).mean) > 3


def test_the_night_is_darker_than_the_day():
    night, day = (ImageStat.Stat(drawn(word).convert("L")).mean[0] for word in ("ночь", "день"))

    assert night < day - 60


def test_one_photo_fills_the_picture():
    assert drawn("кот", photos=(flat((200, 30, 160)),)).getpixel((12, 12)) == (200, 30, 160)


def test_an_edit_without_known_words_still_changes_the_photo():
    edited = drawn("zzz", photos=(flat((90, 90, 90)),)).crop((0, 0, 512, 300))

    assert ImageStat.Stat(edited).stddev[0] > 2


def test_all_photos_of_a_collage_can_be_seen():
    colors = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0), (250, 0, 250)]

    collage = drawn("коллаж", photos=tuple(flat(color) for color in colors))

    assert set(colors) <= colors_of(collage)


def test_a_sideways_phone_photo_is_turned_upright():
    photo = Image.new("RGB", (200, 100), "white")
    photo.paste((0, 0, 255), (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    photo.save(written, "PNG", exif=exif)

    upright = drawn("qqq", photos=(written.getvalue(),), width=256, height=512)

    assert upright.getpixel((128, 100))[0] < 60
    assert upright.getpixel((128, 380))[0] > 200


def test_black_and_white_has_no_colour():
    picture = drawn("чёрно-белый кот").crop((0, 0, 512, 380))

    assert all(red == green == blue for red, green, blue in colors_of(picture))


def test_the_prompt_is_written_below_the_picture():
    one = drawn("кот один").crop((0, 440, 512, 512))
    two = drawn("кот другой").crop((0, 440, 512, 512))

    assert one.tobytes() != two.tobytes()
    assert max(high for _, high in one.getextrema()) > 230


def test_a_very_long_prompt_leaves_most_of_the_picture_free():
    caption = Caption((1024, 1024), text="слово " * 2000, signature="test")

    assert 1024 * 0.6 < caption.top < 1024 * 0.75


@pytest.mark.parametrize("prompt", ["", "🐱🚀", "щ" * 3000, "строка\n\nещё\tодна"])
def test_odd_prompts_are_drawn_too(prompt):
    assert drawn(prompt).size == (512, 512)


def test_a_draft_is_grey_and_half_the_size():
    draft = Image.open(io.BytesIO(draw_draft(order("красный кот")))).convert("RGB")

    assert draft.size == (256, 256)
    assert all(red == green == blue for red, green, blue in colors_of(draft))
