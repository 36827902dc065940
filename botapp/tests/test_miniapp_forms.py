"""Forms of every model: whatever is quoted can be ordered, with the files its mode asks for."""

from uuid import uuid4

import pytest

from botapp.business import forms, generation
from botapp.business.media_rules import FilmTooBigError, FilmTooLongError
from botapp.catalog import BY_SLUG, CARDS, REQUIRED_ROLES, Mode, Role
from botapp.models import GenRequest, GenResult, Upload
from botapp.tests import orders
from botapp.tests.cards import said
from botapp.tests.miniapp import Page, code, new_id, page, rings

__all__ = ["page", "rings"]

LONG_AGO = "2020-01-01T00:00:00Z"


def give(user, role, **facts):
    """An upload that fits the role, unless `facts` say otherwise."""
    upload_id = uuid4()
    usual = {"mime_type": "image/png", "size_bytes": 9}
    if role is Role.VIDEO:
        usual = {"mime_type": "video/mp4", "size_bytes": 9, "duration_s": 5.0}
    key = f"uploads/{user.pk}/{upload_id}"
    upload = Upload.objects.create(id=upload_id, user=user, storage_key=key, **usual | facts)
    return forms.Given(role, upload_id=upload.pk)


def order(user, form, given):
    quoted = forms.quote(form, [one.role for one in given], user_id=user.pk)
    assert quoted.obstacle is None
    settled = forms.Form(form.slug, form.mode, form.prompt, quoted.params, form.quantity)
    return forms.order(settled, given, user=user, key=new_id(), price=quoted.price).order


def test_whatever_is_quoted_can_be_ordered(rich):
    for card in CARDS:
        for mode in forms.offered_modes(card):
            given = [give(rich, role) for role in sorted(REQUIRED_ROLES[mode])]

            placed = order(rich, forms.Form(card.slug, mode, "кот на луне"), given)

            assert (placed.ai_model.slug, placed.generation_type) == (card.slug, mode)
            roles = [source["role"] for source in placed.source_media]
            assert roles == [one.role for one in given]
            # Nobody orders all of this within a minute.
            GenRequest.objects.update(status="error", created_at=LONG_AGO)


def film_modes():
    return [card.slug for card in CARDS if Mode.VIDEO_TO_VIDEO in card.modes]


def test_a_film_that_a_model_does_not_take_is_refused_before_it_is_paid_for(rich):
    for slug in film_modes():
        slot = BY_SLUG[slug].inputs[Role.VIDEO]
        form = forms.Form(slug, Mode.VIDEO_TO_VIDEO, "кот на луне")
        long = give(rich, Role.VIDEO, duration_s=slot.seconds_max + 1)
        big = give(rich, Role.VIDEO, size_bytes=slot.bytes_max + 1)
        with pytest.raises(FilmTooLongError):
            order(rich, form, [long])
        with pytest.raises(FilmTooBigError):
            order(rich, form, [big])
    assert film_modes()
    assert not GenRequest.objects.exists()


def test_a_picture_is_no_film_and_a_film_no_picture(rich):
    slug = film_modes()[0]
    form = forms.Form(slug, Mode.VIDEO_TO_VIDEO, "кот на луне")

    with pytest.raises(generation.FileTypeError):
        order(rich, form, [give(rich, Role.VIDEO, mime_type="image/png")])


def test_a_heavy_picture_is_taken_for_it_will_be_made_smaller(rich):
    slot = BY_SLUG["nano-banana"].inputs[Role.IMAGE]
    picture = give(rich, Role.IMAGE, size_bytes=slot.bytes_max + 1)

    assert order(rich, forms.Form("nano-banana", Mode.IMAGE_TO_IMAGE, "кот"), [picture])


def test_a_result_whose_file_is_deleted_is_neither_shown_nor_used(page, alice, rings):
    earlier = orders.place(alice, status=GenRequest.Status.DONE)
    GenResult.objects.filter(request=earlier, index=0).update(storage_key="")

    shown = page.get(f"generations/{earlier.pk}").json()["results"]
    given = [{"role": "image", "generation_id": earlier.pk, "result_index": 0}]

    assert [result["index"] for result in shown] == [1, 2, 3]
    refused = page.order(mode="image2image", inputs=given, client_request_id=new_id())
    assert code(refused) == (404, "order_not_found")


def test_several_pictures_come_to_the_chat_as_an_album_with_a_receipt(page, sent, gemini, work):
    page.order(quantity=2, price="1.60")

    work()

    names = [type(call).__name__ for call in sent.calls]
    assert names == ["SendMediaGroup", "SendMediaGroup", "SendMessage"]
    assert "1.60" in said(sent)[-1]
    assert GenRequest.objects.get().status_message_id is not None


def test_orders_are_not_placed_by_the_hundred(page, alice, boris, rings, monkeypatch):
    monkeypatch.setattr(forms, "PER_MINUTE_MAX", 2)
    for _ in range(2):
        number = page.order(client_request_id=new_id()).json()["id"]
        page.post(f"generations/{number}/cancel")

    assert code(page.order()) == (429, "too_many_requests")
    assert code(Page(boris).order()) == (402, "not_enough_tokens")
    GenRequest.objects.update(created_at=LONG_AGO)
    first = page.order()
    assert (first.status_code, page.order().status_code) == (201, 200)
