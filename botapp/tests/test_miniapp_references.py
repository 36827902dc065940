"""Saved references in the mini app: offered, ordered with, and nobody else's."""

import pytest

from botapp.models import GenRequest, SavedReference
from botapp.tests.miniapp import Page, code, page, rings

__all__ = ["page", "rings"]

KEPT = [
    {"storage_key": "results/fox.png", "mime_type": "image/png", "size_bytes": 19_000_000},
    {"file_id": "photo-of-a-fox"},
]
EDIT = {"mode": "image2image", "prompt": "в шляпе"}


@pytest.fixture
def fox(alice) -> SavedReference:
    return SavedReference.objects.create(user=alice, name="Лиса", sources=KEPT)


def given(reference, *indexes):
    return [
        {"role": "image", "reference_id": reference.pk, "source_index": index} for index in indexes
    ]


def test_references_are_offered_with_the_pictures_that_can_be_shown(page, fox):
    [offered] = page.get("models").json()["references"]

    assert (offered["id"], offered["name"]) == (fox.pk, "Лиса")
    stored, telegrams = offered["pictures"]
    assert "/api/files/" in stored
    assert telegrams is None


def test_an_order_takes_them_like_the_chat_does(page, fox, rings):
    answer = page.order(**EDIT, inputs=given(fox, 0, 1))

    assert answer.status_code == 201
    assert GenRequest.objects.get().source_media == [
        {"storage_key": "results/fox.png", "role": "image"},
        {"file_id": "photo-of-a-fox", "role": "image"},
    ]


def test_nobody_uses_anothers_reference(page, fox, rich, boris):
    stranger = Page(boris)

    assert stranger.get("models").json()["references"] == []
    assert code(stranger.order(**EDIT, inputs=given(fox, 0))) == (404, "reference_not_found")
    assert code(page.order(**EDIT, inputs=given(fox, 2))) == (404, "reference_not_found")
    gone = given(fox, 0)
    fox.delete()
    assert code(page.order(**EDIT, inputs=gone)) == (404, "reference_not_found")
    assert not GenRequest.objects.exists()


def test_an_input_is_one_thing(page, fox):
    two_things = [{"role": "image", "reference_id": fox.pk, "generation_id": 1}]

    assert code(page.order(**EDIT, inputs=two_things)) == (422, "malformed_request")
