"""What was given for an order is given again from the page: one's own, as long as it is there."""

from itertools import count

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from botapp.business import personal_data
from botapp.models import GenRequest
from botapp.tests import orders
from botapp.tests.conftest import png
from botapp.tests.miniapp import Page, code, new_id, page, rings

__all__ = ["page", "rings"]

KEYS = count(1)
EDIT = {"mode": "image2image", "quantity": 1}


@pytest.fixture
def edited(page, rings):
    """An order of one uploaded picture."""
    upload = page.upload(png((4, 4))).json()["id"]
    given = [{"role": "image", "upload_id": upload}]
    number = page.order(**EDIT, inputs=given).json()["id"]
    return GenRequest.objects.get(pk=number)


def sources(page, order):
    return page.get(f"generations/{order.pk}/sources")


def again(page, order, index=0, **changes):
    given = [{"role": "image", "generation_id": order.pk, "source_index": index}]
    return page.order(**EDIT | {"inputs": given, "client_request_id": new_id()} | changes)


def test_an_uploaded_file_is_ordered_with_again(page, edited):
    answer = sources(page, edited).json()

    (source,) = answer["sources"]
    assert (source["index"], source["role"], source["kind"]) == (0, "image", "image")
    assert answer["is_complete"]
    shown = page.client.get(source["url"].removeprefix("https://bot.example.test"))
    assert shown.status_code == 200
    repeated = again(page, edited)
    assert repeated.status_code == 201
    order = GenRequest.objects.get(pk=repeated.json()["id"])
    assert order.source_media == edited.source_media


def test_what_the_chat_gave_is_given_again_without_being_shown(page, alice, rings):
    order = orders.place(alice, sources=({"file_id": "photo"},))

    answer = sources(page, order).json()

    told = {"index": 0, "role": "image", "kind": "image", "url": None}
    assert answer == {"sources": [told], "is_complete": True}
    repeated = GenRequest.objects.get(pk=again(page, order).json()["id"])
    assert repeated.source_media == [{"file_id": "photo", "role": "image"}]


def test_a_file_that_is_gone_is_to_be_added_again(page, edited):
    default_storage.delete(edited.source_media[0]["storage_key"])

    assert sources(page, edited).json() == {"sources": [], "is_complete": False}


def test_an_erased_order_gives_nothing(page, alice, edited):
    GenRequest.objects.update(status=GenRequest.Status.DONE)
    personal_data.erase(user_id=alice.pk, now=timezone.now())

    assert sources(page, edited).json() == {"sources": [], "is_complete": False}
    assert code(again(page, edited)) == (404, "order_not_found")


def test_an_order_of_words_alone_has_all_it_needs(page, alice):
    answer = sources(page, orders.place(alice)).json()

    assert answer == {"sources": [], "is_complete": True}


def test_nobody_uses_the_files_of_another(page, edited, boris, rich):
    stranger = Page(boris)

    assert code(sources(stranger, edited)) == (404, "order_not_found")
    assert code(again(stranger, edited)) == (404, "order_not_found")
    for index in (1, 1000):
        assert code(again(page, edited, index=index)) == (404, "order_not_found")
    for number in ("0", "x", "9" * 18):
        assert code(page.get(f"generations/{number}/sources")) == (404, "order_not_found")


def test_a_source_is_of_an_order(page, rings):
    upload = page.upload(png((4, 4))).json()["id"]
    given = [{"role": "image", "upload_id": upload, "source_index": 0}]

    assert code(page.order(**EDIT, inputs=given)) == (422, "malformed_request")
