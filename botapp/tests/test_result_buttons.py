"""What can be done with a finished order, and stopping one, by the buttons in the chat."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone

from botapp import keyboards, tasks
from botapp.business import balance, generation
from botapp.models import GenRequest, GenResult, UserSettings
from botapp.providers import registry
from botapp.providers.base import Provider
from botapp.tests import orders
from botapp.tests.cards import said
from botapp.tests.orders import Status
from conftest import give_tokens

PHOTO = {"file_id": "shown", "file_unique_id": "shown", "width": 10, "height": 10}


def running(user, kind="image", **changes):
    """An order a provider works on."""
    order = orders.place(user, quantity=1, **changes)
    orders.claim_next(kind=kind)
    assert orders.accept(order.pk)
    order.refresh_from_db()
    return order


def finished(user, *, results=1, mime_type="image/png", kind="image", **changes):
    order = running(user, kind, **changes)
    for index in range(results):
        key = f"results/{order.pk}/{index}"
        file = generation.StoredFile(index, key, mime_type, 9, duration_s=5.0)
        generation.add_result(generation_id=order.pk, file=file)
    assert orders.finish(order.pk)
    assert orders.complete(order.pk)
    order.refresh_from_db()
    return order


def rows(markup):
    return [[button.text for button in row] for row in markup.inline_keyboard]


def test_a_picture_can_be_repeated_and_edited(alice):
    assert rows(keyboards.after_result(finished(alice))) == [
        ["🔁 Ещё раз", "✏️ Описание", "🖌 Изменить"],
        ["🔗 Поделиться"],
        ["✨ Новая картинка", "⋯ Ещё"],
    ]


def test_a_model_that_edits_nothing_offers_no_editing(rich):
    order = finished(rich, model_slug="flux-pro")

    assert rows(keyboards.after_result(order))[0] == ["🔁 Ещё раз", "✏️ Описание"]


def test_four_pictures_of_midjourney_are_upscaled_and_varied_one_by_one(sent, phone, rich):
    first = finished(rich, results=4, model_slug="midjourney-v7-fast")
    markup = keyboards.after_result(first)
    assert rows(markup)[1:3] == [
        ["🔍 U1", "🔍 U2", "🔍 U3", "🔍 U4"],
        ["🎲 V1", "🎲 V2", "🎲 V3", "🎲 V4"],
    ]
    before = balance.get_balance(user_id=rich.pk)

    phone.press(markup.inline_keyboard[1][2].callback_data)
    phone.press(markup.inline_keyboard[1][2].callback_data)
    phone.press(markup.inline_keyboard[2][0].callback_data)

    varied, upscaled = GenRequest.objects.exclude(pk=first.pk)
    assert (upscaled.generation_type, upscaled.parent_result_index) == ("upscale", 2)
    assert (varied.generation_type, varied.parent_result_index) == ("variation", 0)
    assert {upscaled.parent_request, varied.parent_request} == {first}
    assert (upscaled.results_expected, varied.results_expected) == (1, 4)
    assert before - balance.get_balance(user_id=rich.pk) == upscaled.cost + varied.cost
    assert "В очереди" in said(sent)[-2]
    assert len(rows(keyboards.after_result(upscaled))) == 3, "one picture goes no further"


def test_nobody_upscales_anothers_picture(sent, phone, rich, boris):
    give_tokens(boris, 100)
    order = finished(boris, results=4, model_slug="midjourney-v7-fast")

    phone.press(f"follow:upscale:{order.pk}:0")

    assert "не найден" in said(sent)[-1]
    assert GenRequest.objects.count() == 1


def test_a_film_is_continued_by_a_card_with_its_price(sent, phone, rich, card):
    first = finished(
        rich,
        kind="video",
        mime_type="video/mp4",
        model_slug="veo3-fast",
        params={"resolution": "1080p", "audio": False},
    )
    markup = keyboards.after_result(first)
    assert rows(markup) == [
        ["🔁 Ещё раз", "✏️ Описание", "⏩ Продолжить"],
        ["🔗 Поделиться"],
        ["✨ Новое видео", "⋯ Ещё"],
    ]

    phone.press(markup.inline_keyboard[0][2].callback_data)
    assert "Что будет дальше" in said(sent)[-1]
    phone.say("волна накрывает берег")
    assert "продолжить видео" in card.text
    assert card.has("Разрешение: 1080p")
    card.tap("✨ Создать")

    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert (order.generation_type, order.duration) == ("extend", 7)
    assert order.generation_params["audio"] is False
    assert order.source_media == [{"storage_key": f"results/{first.pk}/0", "role": "video"}]
    assert (order.parent_request, order.parent_result_index) == (first, 0)


def test_new_after_a_film_lists_films(sent, phone, rich):
    order = finished(rich, kind="video", mime_type="video/mp4", model_slug="sora2")

    phone.press(keyboards.after_result(order).inline_keyboard[-1][0].callback_data)

    assert "Sora" in str(sent.calls[-1].reply_markup)
    assert "Banana" not in str(sent.calls[-1].reply_markup)


def test_the_edited_picture_is_the_one_under_whose_message_was_pressed(sent, phone, alice):
    first = finished(alice, results=3)
    first.results.filter(index=1).update(preview_message_id=77)

    phone.press(f"order:edit:{first.pk}", message_id=77)
    phone.say("в шляпе")

    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert order.source_media == [{"storage_key": f"results/{first.pk}/1"}]


def test_an_answer_to_another_picture_than_the_chosen_is_about_that_one(sent, phone, rich):
    first = finished(rich, results=4, model_slug="midjourney-v7-fast")
    first.results.filter(index=2).update(preview_message_id=79)
    phone.press(f"result:edit:{first.pk}:0")
    assert "в картинке 1" in " ".join(said(sent)[-2:])

    phone.say("в шляпе", reply_to_message=phone.message(message_id=79, photo=[PHOTO]))

    assert "правка фото" in said(sent)[-1], "a card: nothing is ordered yet"
    assert list(GenRequest.objects.all()) == [first]


class Stoppable(Provider):
    """Can be told to stop; everything else is never asked here."""

    slug = "gemini"

    def can_cancel(self):
        return True

    def build_cancel(self, provider_job_id, metadata):
        raise AssertionError("the worker asks, not the chat")


def test_a_picture_that_is_gone_is_not_asked_about(sent, phone, rich):
    first = finished(rich)
    GenResult.objects.update(storage_key="")

    phone.press(f"order:edit:{first.pk}")
    phone.say("кот на луне")

    assert "Такой заказ не найден." in said(sent)
    assert not any("Что изменить" in text for text in said(sent))
    assert "кот на луне" in said(sent)[-1]


@pytest.mark.parametrize("threshold", [None, Decimal("0.5")])
def test_a_picture_gone_after_the_question_holds_nobody(sent, phone, rich, threshold):
    first = finished(rich)
    UserSettings.objects.filter(user=rich).update(confirm_above_tokens=threshold)
    phone.press(f"order:edit:{first.pk}")
    GenResult.objects.update(storage_key="")

    phone.say("надень шляпу")
    phone.say("кот на луне")

    assert "Такой заказ не найден." in said(sent)
    assert "кот на луне" in said(sent)[-1]
    assert not GenRequest.objects.exclude(pk=first.pk).exists()


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(tasks, "ring_cancel", lambda *, generation_id: calls.append(generation_id))
    return calls


@pytest.fixture
def stoppable(monkeypatch):
    monkeypatch.setitem(registry.ADAPTERS, "gemini", lambda **_: Stoppable())


def test_a_running_order_is_stopped_through_its_provider(sent, phone, alice, rung, stoppable):
    order = running(alice)
    assert keyboards.while_working(order) is not None

    phone.press(f"order:cancel:{order.pk}")

    order.refresh_from_db()
    assert order.cancel_requested_at is not None
    assert rung == [order.pk]
    assert "Просим модель остановиться" in said(sent)[-1]
    assert order.status == Status.PROCESSING
    assert keyboards.while_working(order) is None, "once asked is enough"


def test_a_provider_that_cannot_stop_is_not_asked(sent, phone, alice, rung):
    order = running(alice)
    assert keyboards.while_working(order) is None

    phone.press(f"order:cancel:{order.pk}")

    order.refresh_from_db()
    assert (order.cancel_requested_at, rung) == (None, [])
    assert "Отменить уже нельзя" in said(sent)[-1]


def test_stopping_is_offered_only_where_a_provider_has_a_call_for_it():
    stopping = {slug for slug in settings.PROVIDERS if registry.can_cancel(slug)}

    assert stopping == {"fal", "omni", "replicate", "runway"}
    for slug in settings.PROVIDERS:
        call = registry.get(slug).build_cancel("job", {"app": "fal-ai/flux"})
        assert (call is not None) == (slug in stopping)


def test_a_finished_order_is_not_stopped(sent, phone, alice, rung, stoppable):
    order = finished(alice)

    phone.press(f"order:cancel:{order.pk}")

    assert rung == []
    assert "Отменить уже нельзя" in said(sent)[-1]
    assert generation.cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now()) is False
