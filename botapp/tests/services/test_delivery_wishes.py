"""How results come: shown, as files, or both; aloud or quietly; what captions say."""

from decimal import Decimal

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramServerError
from django.utils import timezone

from botapp.business import generation
from botapp.models import GenRequest, UserSettings
from botapp.services import delivery
from botapp.tests.conftest import place, png
from botapp.tests.films import make_film
from botapp.tests.services.test_delivery import deliver, finish, names, pictures_order

SendAs = UserSettings.SendAs


def wish(user, **wishes):
    UserSettings.objects.filter(user=user).update(**wishes)


def picture_order(user, **fields):
    order = place(user, **fields)
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())
    return finish(order, png())


def film_order(user):
    order = place(user, model_slug="runway_gen45")
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())
    return finish(order, make_film(1))


MAKERS = {
    "a picture": picture_order,
    "an album": lambda user: pictures_order(user, 3),
    "a film": film_order,
}
WITH_FILE = {
    "a picture": ["SendDocument", "DeleteMessage", "SendMessage"],
    "an album": ["SendMediaGroup", "DeleteMessage", "SendMessage"],
    "a film": ["SendDocument", "DeleteMessage", "SendMessage"],
}
WITH_PREVIEW = {
    "a picture": ["EditMessageMedia"],
    "an album": ["SendMediaGroup", "DeleteMessage", "SendMessage"],
    "a film": ["EditMessageMedia"],
}


@pytest.mark.parametrize("what", MAKERS)
def test_only_the_file_is_followed_by_what_it_cost_and_the_buttons(alice, sent, what):
    wish(alice, send_as=SendAs.FILE)

    order = deliver(MAKERS[what](alice))

    assert order.status == "done"
    assert names(sent) == WITH_FILE[what]
    caption = sent.calls[-1]
    assert "Готово" in caption.text
    assert f"Заказ №{order.pk}: списано" in caption.text
    assert caption.reply_markup.inline_keyboard[0][0].callback_data == f"order:again:{order.pk}"
    assert {one.preview_message_id for one in order.results.all()} == {None}


@pytest.mark.parametrize("what", MAKERS)
def test_only_the_preview_comes_without_a_file(alice, sent, what):
    wish(alice, send_as=SendAs.PREVIEW)

    order = deliver(MAKERS[what](alice))

    assert order.status == "done"
    assert names(sent) == WITH_PREVIEW[what]
    assert {one.document_message_id for one in order.results.all()} == {None}


def test_who_wants_no_files_gets_one_where_telegram_refuses_the_preview(alice, sent):
    wish(alice, send_as=SendAs.PREVIEW)
    sent.refuse("EditMessageMedia", TelegramBadRequest)
    sent.refuse("SendPhoto", TelegramBadRequest)

    deliver(picture_order(alice))

    assert names(sent)[-1] == "SendDocument"


def test_a_file_is_not_sent_twice_when_its_caption_was_lost(alice, sent):
    wish(alice, send_as=SendAs.FILE)
    order = picture_order(alice)
    sent.refuse("SendMessage", TelegramServerError)
    assert deliver(order).status == "delivering"

    assert deliver(order).status == "done"

    assert names(sent).count("SendDocument") == 1
    assert "Готово" in sent.answers[-1].text


@pytest.mark.parametrize(
    "wishes", [{"notifications_enabled": False}, {"notify_on_completion": False}]
)
@pytest.mark.parametrize("send_as", SendAs.values)
def test_who_wants_quiet_hears_nothing(alice, sent, wishes, send_as):
    wish(alice, send_as=send_as, **wishes)

    deliver(pictures_order(alice, 2))

    loud = [call for call in sent.calls if getattr(call, "disable_notification", True) is not True]
    assert loud == []
    assert "SendMediaGroup" in names(sent)


def test_a_refusal_is_as_quiet_as_a_result(alice, sent):
    wish(alice, notify_on_completion=False)
    order = place(alice)
    generation.fail(generation_id=order.pk, code="policy", detail="", now=timezone.now())

    delivery.report(generation_id=order.pk)

    assert [call.disable_notification for call in sent.calls] == [True]


def test_others_hear_that_a_result_has_come(alice, sent):
    deliver(pictures_order(alice, 2))

    sounds = [call.disable_notification for call in sent.calls if hasattr(call, "media")]
    assert len(sounds) == 2
    assert True not in sounds


def test_the_caption_says_what_was_ordered(alice, sent):
    deliver(picture_order(alice, params={"aspect_ratio": "16:9", "image_size": "2K"}))

    caption = sent.calls[0].media.caption
    assert "Nano Banana" in caption
    assert "Формат: 16:9 · Размер: 2K" in caption


def test_the_receipt_of_a_final_names_its_draft(alice, sent):
    draft = deliver(picture_order(alice))
    final = generation.upgrade(
        user_id=alice.pk, generation_id=draft.pk, key="final", price=Decimal("1.90")
    ).order

    deliver(finish(final, png()))

    caption = [call.caption for call in sent.calls if getattr(call, "caption", None)][-2]
    assert f"Заказ №{final.pk}: списано ⚡1.90" in caption
    assert f"Заказ №{draft.pk} зачтён" in caption
    assert "Баланс: ⚡97.30" in caption


def test_a_draft_is_delivered_with_the_price_of_its_final(alice, sent):
    deliver(picture_order(alice))

    labels = [b.text for row in sent.calls[0].reply_markup.inline_keyboard for b in row]
    assert "⬆️ В высоком качестве · +⚡1.90" in labels


def test_the_part_that_came_is_what_it_costs_in_the_end(alice, sent):
    order = place(alice, quantity=4)
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())

    deliver(finish(order, png((60, 40)), png((61, 40)), png((62, 40))))

    assert "списано ⚡3.20 → возвращено ⚡0.80 → итого ⚡2.40" in sent.calls[-1].text
    assert GenRequest.objects.get().refunded == Decimal("0.80")
