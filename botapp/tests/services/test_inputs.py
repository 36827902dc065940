"""What a person gives is checked for its role, made small enough and stripped of its secrets."""

import io

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramServerError
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from botapp.catalog import Role, Slot
from botapp.models import GenRequest
from botapp.providers.base import Failure, ProviderError
from botapp.services import files, films, inputs, pictures
from botapp.services.inputs import UnreadableInputError
from botapp.tests.conftest import place, png
from botapp.tests.films import make_film
from config.storage import storages_config

FILM = {"file_id": "film", "role": "video"}


def order_of(user, *sources: dict[str, str], slug: str = "nano-banana") -> GenRequest:
    return place(user, model_slug=slug, sources=sources)


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def jpeg(size: tuple[int, int], *, orientation: int = 1, noisy: bool = False) -> bytes:
    """A photo with the place where it was taken."""
    image = Image.effect_noise(size, 90).convert("RGB") if noisy else Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "my flat"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, quality=98)
    return buffer.getvalue()


def mask(size: tuple[int, int], *, mode: str = "RGBA") -> bytes:
    """White; its left half is to be painted anew."""
    image = Image.new("RGBA", size, "white")
    image.paste((255, 255, 255, 0), (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, "PNG")
    return buffer.getvalue()


def test_several_references_keep_their_order(alice, sent):
    sent.files = {"a": png((10, 20)), "b": png((30, 40))}

    loaded = inputs.load(order_of(alice, {"file_id": "a"}, {"file_id": "b"}))

    assert [size_of(file.data) for file in loaded] == [(10, 20), (30, 40)]
    assert {file.role for file in loaded} == {Role.IMAGE}


def test_a_photo_is_upright_and_tells_no_place(alice, sent):
    sent.files = {"a": jpeg((80, 40), orientation=6)}
    assert b"my flat" in sent.files["a"]

    (file,) = inputs.load(order_of(alice, {"file_id": "a"}))

    assert size_of(file.data) == (40, 80)
    assert b"my flat" not in file.data
    assert file.mime_type == "image/jpeg"


def test_a_large_frame_is_scaled(alice, sent):
    sent.files = {"a": jpeg((4000, 2000)), "b": jpeg((1000, 500))}

    first, last = inputs.load(
        order_of(
            alice,
            {"file_id": "a", "role": "first_frame"},
            {"file_id": "b", "role": "last_frame"},
            slug="kling-v3",
        )
    )

    assert (first.role, last.role) == (Role.FIRST_FRAME, Role.LAST_FRAME)
    assert size_of(first.data) == (pictures.INPUT_SIDE_MAX, pictures.INPUT_SIDE_MAX // 2)
    assert size_of(last.data) == (1000, 500)


def test_a_heavy_picture_is_made_lighter_until_the_model_takes_it():
    data, _ = pictures.clean(jpeg((900, 600), noisy=True), bytes_max=100_000)

    assert len(data) <= 100_000
    width, height = size_of(data)
    assert width / height == pytest.approx(1.5, abs=0.02)


def test_a_picture_that_stays_too_heavy_is_refused():
    with pytest.raises(UnreadableInputError, match="cannot be made smaller"):
        pictures.clean(jpeg((900, 600), noisy=True), bytes_max=1_000)


def test_a_mask_gets_the_size_of_its_picture_and_keeps_its_transparency(alice, sent):
    sent.files = {"mask": mask((200, 100)), "a": png((100, 50))}

    cover, picture = inputs.load(
        order_of(
            alice,
            {"file_id": "mask", "role": "mask"},
            {"file_id": "a", "role": "image"},
            slug="gpt-image-1",
        )
    )

    assert (cover.role, cover.mime_type) == (Role.MASK, "image/png")
    assert size_of(cover.data) == size_of(picture.data) == (100, 50)
    alpha = Image.open(io.BytesIO(cover.data)).getchannel("A")
    assert [alpha.getpixel((x, 25)) for x in (0, 49, 50, 99)] == [0, 0, 255, 255]


def test_a_mask_without_transparency_says_so():
    with pytest.raises(UnreadableInputError, match="without transparency"):
        pictures.clean_mask(mask((20, 10), mode="RGB"), size=(20, 10), bytes_max=4_000_000)


def test_a_film_is_stripped(alice, sent):
    sent.files = {"film": make_film(3, metadata={"comment": "my flat"})}

    (file,) = inputs.load(order_of(alice, FILM, slug="runway_aleph"))

    assert (file.role, file.mime_type) == (Role.VIDEO, "video/mp4")
    assert b"my flat" not in file.data
    assert films.probe(file.data).duration_s == 3.0


@pytest.mark.parametrize(
    ("film", "reason"),
    [
        (make_film(0.5), "0.5 s"),
        (make_film(6), "6.0 s"),
        (make_film(format_="webm", codec="libvpx-vp9"), "takes no video/webm"),
        (png(), "takes no file of this kind"),
        (make_film()[:900], "broken"),
    ],
    ids=["short", "long", "another type", "a picture", "broken"],
)
def test_a_film_the_model_does_not_take_is_refused_with_the_reason(alice, sent, film, reason):
    sent.files = {"film": film}

    with pytest.raises(UnreadableInputError, match=reason):
        inputs.load(order_of(alice, FILM, slug="runway_aleph"))


def test_a_film_too_big_for_the_model_is_not_even_unpacked(alice, sent, monkeypatch):
    sent.files = {"film": make_film()}
    slot = Slot(mime_types=("video/mp4",), bytes_max=100)
    monkeypatch.setattr(inputs.catalog.Card, "slot", lambda card, role: slot)

    with pytest.raises(UnreadableInputError, match="at most 100"):
        inputs.load(order_of(alice, FILM, slug="runway_aleph"))


def test_a_stored_file_is_an_input_too(alice):
    key = default_storage.save("results/x/0.png", io.BytesIO(png((12, 34))))

    (file,) = inputs.load(order_of(alice, {"storage_key": key}))

    assert size_of(file.data) == (12, 34)


def test_a_lost_file_is_not_the_providers_fault(alice):
    with pytest.raises(UnreadableInputError, match="gone"):
        inputs.load(order_of(alice, {"storage_key": "results/lost.png"}))


@pytest.mark.parametrize(
    ("error", "raised"),
    [(TelegramBadRequest, UnreadableInputError), (TelegramServerError, ProviderError)],
)
def test_telegram_may_refuse_a_file_or_be_away(alice, sent, error, raised):
    sent.refuse("GetFile", error)

    with pytest.raises(raised) as caught:
        inputs.load(order_of(alice, {"file_id": "a"}))

    if raised is ProviderError:
        assert caught.value.failure is Failure.TRANSIENT


def test_a_provider_that_fetches_gets_an_address_and_a_repeat_stores_nothing_new(alice, sent):
    sent.files = {"a": png((10, 20))}
    order = order_of(alice, {"file_id": "a"})

    (file,) = inputs.with_urls(order, inputs.load(order))
    inputs.with_urls(order, inputs.load(order))

    assert file.url.startswith("https://bot.example.test/api/files/")
    assert default_storage.listdir(f"inputs/{order.run_code}")[1] == ["0.jpg"]
    stored = files.find_key(file.url.rsplit("/", 1)[1], now=timezone.now())
    assert files.read(stored) == file.data


def test_a_copy_left_half_written_is_written_anew(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | storages_config(f"file://{tmp_path}")
    files.store("inputs/x/0.jpg", b"half")

    files.store_once("inputs/x/0.jpg", b"half and half")

    assert files.read("inputs/x/0.jpg") == b"half and half"
