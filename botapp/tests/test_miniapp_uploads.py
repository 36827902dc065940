"""Files given in the mini app: what they are by their bytes, how large, and for how long."""

import asyncio
import io
import re
from datetime import timedelta

import httpx
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from botapp import miniapp_auth, tasks
from botapp.body_limits import BODY_BYTES_MAX, BodyLimits
from botapp.business import uploads as rules
from botapp.models import SavedReference, Upload
from botapp.request_slots import SLOW, BoundedHandler
from botapp.services import films, uploads
from botapp.tests.conftest import png
from botapp.tests.films import make_film, make_sound
from botapp.tests.miniapp import Page, code, page, rings
from botapp.tests.parallel import at_once
from lavatop.tests.conftest import init_data

__all__ = ["page", "rings"]

PATH = "/api/miniapp/uploads"
OURS = "https://bot.example.test"


def stored(upload):
    with default_storage.open(upload.storage_key, "rb") as file:
        return file.read()


def files_of(user):
    folder = f"uploads/{user.pk}"
    if not default_storage.exists(folder):
        return set()
    return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}


def jpeg_with_a_place(format_="JPEG"):
    """A photo that says where it was taken, held upright by its metadata alone."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "at home"
    Image.new("RGB", (40, 20), "orange").save(buffer, format_, exif=exif)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def film():
    return make_film(1.0, metadata={"title": "at home"})


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_upright_and_without_what_it_said(page, alice, format_):
    answer = page.upload(jpeg_with_a_place(format_))

    upload, body = Upload.objects.get(), answer.json()
    assert answer.status_code == 201
    assert (body["id"], body["kind"], body["mime_type"]) == (str(upload.pk), "image", "image/jpeg")
    assert (body["width"], body["height"], body["duration_s"]) == (20, 40, None)
    assert body["size_bytes"] == len(stored(upload))
    assert re.fullmatch(rf"uploads/{alice.pk}/[0-9a-f-]{{36}}\.jpg", upload.storage_key)
    assert b"at home" not in stored(upload)
    shown = page.client.get(body["url"].removeprefix(OURS))
    assert shown.status_code == 200
    assert int(shown.headers["Content-Length"]) == upload.size_bytes


def test_what_is_transparent_stays_so(page, db):
    buffer = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(buffer, "PNG")

    assert page.upload(buffer.getvalue()).json()["mime_type"] == "image/png"
    with Image.open(io.BytesIO(stored(Upload.objects.get()))) as kept:
        assert kept.getpixel((0, 0))[3] == 0


def test_a_film_is_measured_and_stripped(page, film):
    answer = page.upload(film, content_type="image/png", name="../../etc/passwd\0.exe")

    upload, body = Upload.objects.get(), answer.json()
    assert (answer.status_code, body["kind"], body["mime_type"]) == (201, "video", "video/mp4")
    assert (body["width"], body["height"], round(body["duration_s"])) == (64, 48, 1)
    assert b"at home" in film
    assert b"at home" not in stored(upload)
    assert films.probe(stored(upload)).duration_s == body["duration_s"]


NO_FILES = [
    (b"", (415, "file_type")),
    (b"\0" * 100, (415, "file_type")),
    (b"GIF89a" + b"\0" * 100, (415, "file_type")),
    (b"%PDF-1.7\n", (415, "file_type")),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (415, "file_type")),
    (b"<html><script>alert(1)</script>", (415, "file_type")),
    (b"\0\0\0\x18ftypheic" + b"\0" * 100, (415, "file_type")),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, (422, "file_unreadable")),
    (png()[:60], (422, "file_unreadable")),
    (b"\xff\xd8\xff\xe0" + b"x" * 100, (422, "file_unreadable")),
    (b"RIFF\0\0\0\0WEBP" + b"\0" * 100, (422, "file_unreadable")),
    (b"\0\0\0\x18ftypmp42" + b"\0" * 100, (422, "file_unreadable")),
]


def test_what_no_model_takes_is_refused(page):
    for data, refused in NO_FILES:
        assert code(page.upload(data)) == refused
        assert not Upload.objects.filter(is_dropped=False).exists()


def test_sound_alone_and_half_a_film_are_no_films(page, film):
    assert code(page.upload(make_sound())) == (422, "file_unreadable")
    assert code(page.upload(film[: len(film) // 2])) == (422, "file_unreadable")


def test_a_file_is_only_so_large(page, film, monkeypatch):
    picture = png()
    monkeypatch.setattr(uploads, "PICTURE_BYTES_MAX", len(picture) - 1)
    monkeypatch.setattr(uploads, "FILM_BYTES_MAX", len(film) - 1)

    assert code(page.upload(picture)) == (413, "file_too_large")
    assert code(page.upload(film)) == (413, "file_too_large")
    monkeypatch.setattr(uploads, "PICTURE_BYTES_MAX", len(picture))
    monkeypatch.setattr(uploads, "FILM_BYTES_MAX", len(film))
    assert page.upload(picture).status_code == page.upload(film).status_code == 201


def test_only_so_many_files_an_hour(page, alice, boris, monkeypatch):
    monkeypatch.setattr(rules, "PER_HOUR_MAX", 2)
    picture = png((4, 4))

    answers = [page.upload(picture) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert code(answers[-1]) == (429, "too_many_uploads")
    assert Page(boris).upload(picture).status_code == 201
    Upload.objects.filter(user=alice).update(created_at=timezone.now() - timedelta(hours=1))
    assert page.upload(picture).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_nor_when_all_come_at_once(alice, monkeypatch):
    monkeypatch.setattr(rules, "PER_HOUR_MAX", 2)
    picture = png((4, 4))

    before = files_of(alice)

    answers = at_once([lambda: Page(alice).upload(picture).status_code] * 5)

    assert sorted(answers) == [201, 201, 429, 429, 429]
    kept = set(Upload.objects.values_list("storage_key", flat=True))
    assert files_of(alice) - before == kept


def test_files_nobody_ordered_with_are_forgotten(page, alice, rings):
    for _ in range(4):
        page.upload(png((4, 4)))
    used, kept, old, young = Upload.objects.order_by("created_at")
    given = [{"role": "image", "upload_id": str(used.pk)}]
    assert page.order(mode="image2image", inputs=given).status_code == 201
    SavedReference.objects.create(
        user=alice, name="кот", sources=[{"storage_key": kept.storage_key}]
    )
    three_days_ago = timezone.now() - timedelta(days=3)
    Upload.objects.exclude(pk=young.pk).update(created_at=three_days_ago)

    tasks.prune_uploads()

    assert set(Upload.objects.all()) == {used, kept, young}
    assert not default_storage.exists(old.storage_key)
    assert default_storage.exists(used.storage_key)
    again = page.order(mode="image2image", inputs=given)
    assert again.status_code == 200


def send(size, proof, language="ru", piece=b"\0" * 65536):
    """A body of at least so many bytes, unannounced, through everything that stands in front."""
    taken = 0

    async def body():
        nonlocal taken
        while taken < size:
            taken += len(piece)
            yield piece

    async def run():
        limits = {PATH: 4 * BODY_BYTES_MAX}
        known = miniapp_auth.may_send_files
        application = BodyLimits(BoundedHandler(), limits, is_known=known)
        transport = httpx.ASGITransport(app=application)
        headers = {"Authorization": proof, "Accept-Language": language}
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.post(PATH, content=body(), headers=headers)

    return asyncio.run(run()), taken


@pytest.mark.django_db(transaction=True)
def test_only_who_opened_the_mini_app_may_send_much(alice):
    proof = f"tma {init_data(alice)}"

    taken_in, _ = send(2 * BODY_BYTES_MAX, proof)
    too_large, taken = send(100 * BODY_BYTES_MAX, proof)

    assert code(taken_in) == (415, "file_type")
    picture, _ = send(1, proof, piece=png())
    assert (picture.status_code, picture.json()["width"]) == (201, 64)
    assert code(too_large) == (413, "file_too_large")
    assert "4 МБ" in too_large.json()["error"]["message"]
    assert taken <= 4 * BODY_BYTES_MAX + 65536
    english, _ = send(100 * BODY_BYTES_MAX, proof, "en-GB")
    assert "4 MB" in english.json()["error"]["message"]


def test_strangers_and_old_proof_send_no_more_than_elsewhere(alice):
    for proof in ("tma hash=00", f"tma {init_data(alice, age_s=25 * 3600)}"):
        refused, taken = send(3 * BODY_BYTES_MAX, proof)

        assert code(refused) == (413, "body_too_large")
        assert taken <= BODY_BYTES_MAX + 65536


def test_the_product_takes_films_there_and_lets_them_hold_few_slots():
    from config.asgi import FILES

    assert {PATH: uploads.FILM_BYTES_MAX} == FILES
    assert PATH in SLOW
