"""Files whose notes are broken, and uploads that are cut short on our side."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from botapp import tasks
from botapp.business import uploads
from botapp.models import GenRequest, Upload
from botapp.services import files
from botapp.tests.conftest import png
from botapp.tests.miniapp import Page, code, page, rings

__all__ = ["page", "rings"]


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


def photo(exif):
    """A JPEG of 40 × 20 with these notes of its camera."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "orange").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def entry(tag, kind, value):
    return struct.pack(">HHII", tag, kind, 1, value)


def notes(*entries):
    table = struct.pack(">H", len(entries)) + b"".join(entries) + bytes(4)
    return b"Exif\0\0MM\0*\0\0\0\x08" + table


UPRIGHT_PLEASE = entry(0x0112, 3, 6 << 16)
# The part that the camera wrote says of itself that it is a fraction of nothing.
BROKEN_PART = entry(0x8769, 5, 8)


def with_remark(word):
    """A grey PNG with a remark of this name."""
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, "PNG")
    data, body = buffer.getvalue(), b"tEXt" + word + b"\0none"
    size, check = struct.pack(">I", len(body) - 4), struct.pack(">I", zlib.crc32(body))
    return data[:33] + size + body + check + data[33:]


BROKEN_NOTES = [
    (photo(b"Exif\0\0MM\0\x80\0\0\0\x08\0\0"), (40, 20)),
    (photo(notes(UPRIGHT_PLEASE, BROKEN_PART)), (20, 40)),
    (with_remark(b"transparency"), (8, 8)),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_broken_notes_do_not_spoil_a_picture(page):
    for data, size in BROKEN_NOTES:
        answer = page.upload(data)

        assert answer.status_code == 201
        assert (answer.json()["width"], answer.json()["height"]) == size


def test_what_cannot_be_read_counts_in_the_hour_and_is_forgotten(page, boris, monkeypatch):
    monkeypatch.setattr(uploads, "PER_HOUR_MAX", 2)
    broken = b"\x89PNG\r\n\x1a\n" + bytes(100)

    answers = [code(page.upload(broken)) for _ in range(3)]

    assert answers == [(422, "file_unreadable")] * 2 + [(429, "too_many_uploads")]
    assert code(page.upload(png((4, 4)))) == (429, "too_many_uploads")
    assert Page(boris).upload(png((4, 4))).status_code == 201
    Upload.objects.exclude(user=boris).update(created_at=timezone.now() - timedelta(days=3))
    tasks.prune_uploads()
    assert [one.user for one in Upload.objects.all()] == [boris]


def test_a_file_whose_recorder_died_is_found_and_forgotten(page, monkeypatch, rings):
    def store(key, data):
        default_storage.save(key, io.BytesIO(data))
        raise Killed

    monkeypatch.setattr(files, "store", store)
    with pytest.raises(Killed):
        page.upload(png((4, 4)))

    left = Upload.objects.get()
    assert default_storage.exists(left.storage_key)
    given = [{"role": "image", "upload_id": str(left.pk)}]
    assert code(page.order(mode="image2image", inputs=given)) == (404, "upload_not_found")
    tasks.prune_uploads()
    assert default_storage.exists(left.storage_key)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=3))
    tasks.prune_uploads()
    assert not default_storage.exists(left.storage_key)
    assert not Upload.objects.exists()
    assert not GenRequest.objects.exists()


def test_what_is_erased_while_it_is_stored_leaves_no_file(page, alice, monkeypatch):
    kept = []

    def store(key, data):
        kept.append(default_storage.save(key, io.BytesIO(data)))
        Upload.objects.all().delete()

    monkeypatch.setattr(files, "store", store)

    assert code(page.upload(png((4, 4)))) == (404, "upload_not_found")
    assert not default_storage.exists(kept[0])
