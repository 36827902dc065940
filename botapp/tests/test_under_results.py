"""Buttons under results and refusals: what opens in place, and the cards they lay."""

from decimal import Decimal

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup
from django.utils import translation

from botapp import catalog, keyboards
from botapp.business import drafts, generation
from botapp.keyboards import result as result_keyboard
from botapp.models import AIModel, GenRequest
from botapp.tests import orders
from botapp.tests.cards import said
from botapp.tests.conftest import Chatter
from botapp.tests.orders import Status
from botapp.tests.test_result_buttons import finished, rows


def opened(sent):
    """The labels of the keyboard that was opened in place last, and what they say."""
    edits = [call for call in sent.calls if isinstance(call, EditMessageReplyMarkup)]
    return {
        button.text: button.callback_data
        for row in edits[-1].reply_markup.inline_keyboard
        for button in row
    }


def toasts(sent):
    return [call.text for call in sent.calls if isinstance(call, AnswerCallbackQuery)]


def press(phone, sent, label):
    data = next(data for text, data in opened(sent).items() if label in text)
    assert phone.press(data) == 200


def test_the_rest_of_the_buttons_opens_in_place_and_goes_back(sent, phone, alice):
    order = finished(alice)

    phone.press(f"order:more:{order.pk}")
    assert list(opened(sent)) == [
        "🎬 Оживить",
        "🔀 Другая модель",
        "👍",
        "👎",
        "🗑 Удалить",
        "⬅️ Назад",
    ]
    press(phone, sent, "Назад")

    assert "⋯ Ещё" in opened(sent)


def test_a_film_is_not_animated(sent, phone, rich):
    order = finished(rich, kind="video", mime_type="video/mp4", model_slug="sora2")

    phone.press(f"order:more:{order.pk}")
    assert "🎬 Оживить" not in opened(sent)
    phone.press(f"order:animate:{order.pk}")

    assert "не найден" in said(sent)[-1]


def test_other_words_for_the_same_order(sent, phone, rich, card):
    first = finished(
        rich,
        results=4,
        prompt="кот",
        sources=({"file_id": "photo"},),
        params={"image_size": "2K", "aspect_ratio": "16:9"},
    )
    phone.press(f"order:prompt:{first.pk}")
    assert "кот" in card.text
    assert "оно заменит" in toasts(sent)[-1]
    phone.say("собака")
    card.tap("✨ Создать")

    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert order.prompt == "собака"
    assert order.generation_params == first.generation_params
    assert order.generation_type == first.generation_type == "image2image"
    assert order.source_media == [{"file_id": "photo", "role": "image"}]
    assert order.parent_request == first


@pytest.mark.parametrize("mode", catalog.BY_SLUG["kling-v3-omni"].modes)
def test_a_draft_of_an_order_is_that_order(rich, mode):
    card = catalog.BY_SLUG["kling-v3-omni"]
    roles = sorted(catalog.REQUIRED_ROLES[mode])
    sources = tuple({"storage_key": f"in/{role}", "role": role.value} for role in roles)
    order = orders.place(
        rich, quantity=1, model_slug=card.slug, mode=mode, sources=sources, prompt="п"
    )

    draft = drafts.from_order(user_id=rich.pk, generation_id=order.pk)
    again = drafts.order(draft, user_id=rich.pk, chat_id=rich.chat_id, key="again")

    assert again.order.generation_type == order.generation_type == mode
    assert again.order.source_media == order.source_media
    assert again.order.generation_params == order.generation_params
    assert again.order.cost == order.cost


def test_a_mask_stays_a_mask(rich):
    sources = ({"file_id": "m", "role": "mask"}, {"file_id": "p", "role": "image"})
    order = orders.place(rich, model_slug="gpt-image-1", quantity=2, sources=sources)

    draft = drafts.from_order(user_id=rich.pk, generation_id=order.pk)

    assert [source.role for source in draft.sources] == ["mask", None]
    assert draft.quantity == 2


def test_words_of_an_upscaled_picture_begin_anew(rich):
    first = finished(rich, results=4, model_slug="midjourney-v7-fast")
    larger = generation.follow_up(
        user_id=rich.pk, generation_id=first.pk, mode="upscale", result_index=1, key="u"
    ).order

    draft = drafts.from_order(user_id=rich.pk, generation_id=larger.pk)

    assert (draft.mode, draft.sources, draft.parent_id) == (None, (), None)
    assert draft.prompt == first.prompt


def test_the_same_by_another_model_shows_the_difference_on_each_button(sent, phone, rich, card):
    first = finished(rich, model_slug="gpt-image-1", params={"aspect_ratio": "16:9"})
    assert first.cost == Decimal("1.60")

    phone.press(f"order:models:{first.pk}")
    labels = list(opened(sent))
    assert "🍌 Nano Banana · ⚡0.80 (−0.80)" in labels
    assert "🍌 Nano Banana Pro · ⚡6 (+4.40)" in labels
    assert not [label for label in labels if "GPT" in label or "Veo" in label]
    press(phone, sent, "Nano Banana Pro")

    assert card.price == 6
    assert card.has("Формат: 16:9")
    card.tap("✨ Создать")
    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert (order.ai_model.slug, order.cost) == ("nano-banana-pro", 6)


def test_only_models_that_take_the_files_are_offered(rich):
    first = finished(rich, sources=({"file_id": "photo"},))

    found = drafts.alternatives(user_id=rich.pk, generation_id=first.pk)

    assert {"gpt-image-1", "nano-banana-pro"} <= {one.model.slug for one in found}
    assert "flux-pro" not in {one.model.slug for one in found}, "it edits no photos"


def test_when_no_other_model_can_that_is_said(sent, phone, rich):
    first = finished(rich)
    AIModel.objects.exclude(slug="nano-banana").update(is_active=False)

    phone.press(f"order:models:{first.pk}")

    assert "Другие модели не могут" in toasts(sent)[-1]


def test_a_picture_comes_to_life_by_the_usual_model(sent, phone, rich, card):
    first = finished(rich, prompt="кот", params={"aspect_ratio": "9:16"})
    rich.settings.preferred_video_model = AIModel.objects.get(slug="runway_gen45")
    rich.settings.save()

    phone.press(f"order:animate:{first.pk}")
    assert "Runway Gen-4.5" in card.text
    assert card.has("Формат: 9:16")
    phone.say("кот потягивается")
    card.tap("✨ Создать")

    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert (order.generation_type, order.prompt) == ("image2video", "кот потягивается")
    assert order.source_media == [{"storage_key": f"results/{first.pk}/0", "role": "first_frame"}]


def test_a_usual_model_that_takes_no_first_frame_is_passed_by(rich):
    first = finished(rich)
    rich.settings.preferred_video_model = AIModel.objects.get(slug="runway_aleph")
    rich.settings.save()

    draft = drafts.animate(user_id=rich.pk, generation_id=first.pk, result_index=0)

    assert draft.slug == "veo3-fast"


def test_of_several_pictures_one_is_chosen_to_come_to_life(sent, phone, rich, card):
    first = finished(rich, results=4, model_slug="midjourney-v7-fast")

    phone.press(f"order:animate:{first.pk}")
    assert list(opened(sent)) == ["1", "2", "3", "4", "⬅️ Назад"]
    press(phone, sent, "3")
    card.tap("✨ Создать")

    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert order.source_media[0]["storage_key"] == f"results/{first.pk}/2"


def test_of_several_pictures_one_is_chosen_to_be_edited(sent, phone, rich):
    first = finished(rich, results=4, model_slug="midjourney-v7-fast")

    phone.press(f"order:edit:{first.pk}")
    press(phone, sent, "2")
    assert "в картинке 2" in " ".join(said(sent)[-2:])
    phone.say("в шляпе")

    order = GenRequest.objects.exclude(pk=first.pk).get()
    assert order.source_media == [{"storage_key": f"results/{first.pk}/1"}]


def test_an_opinion_is_kept_and_may_change(sent, phone, alice):
    order = finished(alice)

    def opinion():
        order.refresh_from_db()
        return order.is_liked

    phone.press(f"order:like:{order.pk}")
    phone.press(f"order:like:{order.pk}")
    assert opinion() is True
    assert "✅ 👍" in opened(sent)

    phone.press(f"order:dislike:{order.pk}")

    assert opinion() is False
    assert list(opened(sent)) == ["🔀 Другая модель", "🔁 Ещё раз", "✏️ Описание", "⬅️ Назад"]
    assert "другая модель" in toasts(sent)[-1]


def test_after_a_refusal_another_model_is_one_press_away(sent, phone, rich, card):
    order = orders.place(rich, quantity=1, prompt="кот", status=Status.ERROR)
    AIModel.objects.filter(slug="nano-banana").update(is_active=False)
    assert rows(keyboards.after_failure(order))[:2] == [
        ["🔁 Ещё раз", "✏️ Описание"],
        ["🔀 Другая модель"],
    ]

    phone.press(f"order:models:{order.pk}")
    press(phone, sent, "Назад")
    assert "🔀 Другая модель" in opened(sent), "the buttons of a refusal"
    phone.press(f"order:models:{order.pk}", message_id=501)
    press(phone, sent, "GPT Image")

    assert card.price == Decimal("1.60")
    assert "кот" in card.text


def test_a_result_is_deleted_after_one_more_question(sent, phone, alice):
    order = finished(alice, results=2)
    order.results.filter(index=0).update(preview_message_id=71, document_message_id=81)
    order.results.filter(index=1).update(preview_message_id=72, document_message_id=82)
    GenRequest.objects.update(status_message_id=90)

    phone.press(f"order:delete:{order.pk}", message_id=90)
    assert "исчезнет" in toasts(sent)[-1]
    order.refresh_from_db()
    assert order.hidden_at is None
    data = opened(sent)["🗑 Да, удалить"]
    phone.press(data, message_id=90)

    order.refresh_from_db()
    assert order.hidden_at is not None
    gone = [call.message_id for call in sent.calls if isinstance(call, DeleteMessage)]
    assert gone == [71, 72, 81, 82, 90]
    assert toasts(sent)[-1] == "Удалено."


def test_messages_too_old_to_delete_are_said_to_stay(sent, phone, alice):
    order = finished(alice)
    sent.refuse("DeleteMessage", TelegramBadRequest)

    phone.press(f"order:delete_sure:{order.pk}")

    order.refresh_from_db()
    assert order.hidden_at is not None
    assert "старше двух дней" in toasts(sent)[-1]


def test_an_order_at_work_is_not_deleted(sent, phone, alice):
    order = orders.place(alice)

    phone.press(f"order:delete_sure:{order.pk}")

    order.refresh_from_db()
    assert order.hidden_at is None
    assert "ещё выполняется" in toasts(sent)[-1]


ACTIONS = ["prompt", "models", "more", "back", "animate", "edit", "like", "dislike"]
REMOVALS = ["delete", "delete_sure"]


@pytest.mark.parametrize("action", [*ACTIONS, *REMOVALS])
def test_nobody_touches_anothers_result(sent, phone, alice, rich, boris, action):
    order = finished(rich)
    stranger = Chatter(boris.chat_id, "Борис")

    stranger.press(f"order:{action}:{order.pk}")

    assert "не найден" in said(sent)[-1]
    assert not [c for c in sent.calls if isinstance(c, DeleteMessage | EditMessageReplyMarkup)]
    order.refresh_from_db()
    assert (order.is_liked, order.hidden_at) == (None, None)


@pytest.mark.parametrize(
    "data", ["other:{}:gpt-image-1", "result:animate:{}:0", "result:edit:{}:0", "final:{}:1.90:0"]
)
def test_nobody_orders_from_anothers_result(sent, phone, rich, boris, data):
    order = finished(rich)

    Chatter(boris.chat_id, "Борис").press(data.format(order.pk))

    assert "не найден" in said(sent)[-1]
    assert list(GenRequest.objects.all()) == [order]


def test_the_buttons_fit_telegram(rich):
    order = finished(rich)
    order.pk = 10**12
    found = drafts.alternatives(user_id=rich.pk, generation_id=GenRequest.objects.get().pk)
    for language in ("ru", "en"):
        with translation.override(language):
            markups = [
                keyboards.after_result(order, extra=Decimal("12345.67")),
                result_keyboard.more(order),
                result_keyboard.models(order, found),
                result_keyboard.numbers(order, keyboards.OrderAction.ANIMATE, range(4)),
            ]
        for markup in markups:
            for row in markup.inline_keyboard:
                assert len(row) <= 4
                assert all(len(button.callback_data.encode()) <= 64 for button in row)
