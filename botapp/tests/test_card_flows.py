"""A draft's card in the chat: what is sent to it, what is pressed on it, what it refuses."""

import json
from decimal import Decimal

import pytest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    SendMessage,
)
from django.utils import timezone

from botapp.business import balance, generation
from botapp.keyboards.card import CardAction, OnCard
from botapp.models import GenRequest, PricingSettings, Transaction
from botapp.tests.cards import said, send_file, send_film
from conftest import give_tokens


@pytest.fixture
def patient(monkeypatch):
    """A person who waits a while between two presses of one button."""
    monkeypatch.setattr("botapp.middlewares.updates.DOUBLE_TAP_S", 0)


def test_the_number_of_pictures_multiplies_the_price(sent, phone, alice, card):
    phone.say("кот")

    card.tap("Количество: 1")
    card.tap("3")
    assert card.price == Decimal("2.40")
    assert "⚡100 → ⚡97.60" in card.text
    card.tap("Создать · ⚡2.40")

    order = GenRequest.objects.get()
    assert (order.quantity, order.results_expected, order.cost) == (3, 3, Decimal("2.40"))


def test_an_order_that_ends_before_its_status_message_is_sent_leaves_none(
    sent, phone, alice, card, monkeypatch
):
    attach = generation.attach_status_message

    def fail_first(*, generation_id, **fields):
        now = timezone.now()
        generation.fail(generation_id=generation_id, code="auth", detail="", now=now)
        return attach(generation_id=generation_id, **fields)

    monkeypatch.setattr(generation, "attach_status_message", fail_first)
    phone.say("кот")

    card.tap("Создать")

    [status] = [one for one in sent.answers if "В очереди" in (one.text or "")]
    [deleted] = [call for call in sent.calls if isinstance(call, DeleteMessage)]
    assert deleted.message_id == status.message_id


def test_a_number_is_typed(sent, phone, rich, card):
    phone.press("model:midjourney-v7-fast")
    phone.say("замок")
    card.tap("Стилизация: 100")
    card.tap("Ввести")

    phone.say("много")
    assert "Нужно целое число от 0 до 1000" in said(sent)[-1]
    phone.say("5000")
    assert "Нужно целое число от 0 до 1000" in said(sent)[-1]
    phone.say("333")

    assert card.has("Стилизация: 350"), "the nearest step"
    assert "замок" in card.text, "a typed number is no prompt"
    card.tap("Создать")
    assert GenRequest.objects.get().generation_params["stylization"] == 350


def test_words_and_seeds_are_typed(sent, phone, rich, card):
    phone.press("model:veo3-fast")
    phone.say("море")
    card.tap("Исключить: ничего")
    card.tap("Ввести")
    phone.say("люди <b>&</b> лодки")
    card.tap("Номер (seed): случайный")
    card.tap("Ввести")
    phone.say("42")

    assert card.has("Номер (seed): 42")
    card.tap("Создать")
    order = GenRequest.objects.get()
    assert order.generation_params["negative_prompt"] == "люди <b>&</b> лодки"
    assert order.generation_params["seed"] == 42


def test_a_press_ends_the_typing(sent, phone, rich, card):
    phone.press("model:midjourney-v7-fast")
    phone.say("замок")
    card.tap("Стилизация: ")
    card.tap("Ввести")
    card.press(OnCard(action=CardAction.BACK).pack())

    phone.say("500 рыцарей")

    assert "500 рыцарей" in card.text


def test_another_text_replaces_the_prompt_and_only_the_new_card_orders(sent, phone, card):
    phone.say("кот")
    old = card.message.message_id
    card.tap("Размер: 1K")
    card.tap("4K")
    phone.say("собака")

    disarmed = [c for c in sent.calls if isinstance(c, EditMessageReplyMarkup)][-1]
    assert (disarmed.message_id, disarmed.reply_markup) == (old, None)
    assert card.has("Размер: 4K"), "the settings stay"
    phone.press(OnCard(action=CardAction.SET, name="image_size", value="1K").pack(), message_id=old)
    assert "карточка устарела" in said(sent)[-1]
    card.tap("Создать")

    order = GenRequest.objects.get()
    assert (order.prompt, order.generation_params["image_size"]) == ("собака", "4K")


def test_photos_are_added_one_by_one_and_removed(sent, phone, card):
    phone.press("model:nano-banana")
    phone.send_photo("a", caption="соедини")
    phone.send_photo("b")
    assert "2 фото" in card.text
    assert "соедини" in card.text
    assert "правка фото" in card.text

    card.tap("Убрать файлы")

    assert "фото" not in card.text
    assert "по описанию" in card.text


def test_a_model_of_one_photo_takes_the_last(sent, phone, rich, card):
    phone.press("model:midjourney-video")
    phone.send_photo("first", caption="оживи")
    phone.send_photo("second")
    card.tap("Создать")

    assert GenRequest.objects.get().source_media == [{"file_id": "second", "role": "first_frame"}]


def test_too_many_photos_are_refused_and_the_card_stays(sent, phone, card):
    phone.press("model:nano-banana")
    for number in range(6):
        phone.send_photo(f"p{number}")

    assert "не больше 5" in said(sent)[-1]
    assert "5 фото" in card.text


def test_an_album_makes_one_card_and_what_is_too_many_is_left_out(sent, phone, rich, card):
    phone.press("model:veo3-fast")
    for number in range(5):
        caption = {"caption": "танец"} if number == 0 else {}
        phone.send_photo(f"p{number}", media_group_id="album", **caption)

    made = [c for c in sent.calls if isinstance(c, SendMessage) and "Цена: " in c.text]
    assert len(made) == 1
    assert "3 фото" in card.text
    card.tap("Создать")
    order = GenRequest.objects.get()
    assert (order.generation_type, len(order.source_media)) == ("references2video", 3)
    phone.send_photo("late", media_group_id="album")
    assert GenRequest.objects.count() == 1


def test_an_album_that_finds_no_room_is_refused_once(sent, phone, rich, card):
    phone.press("model:nano-banana")
    for number in range(5):
        phone.send_photo(f"p{number}")

    for number in range(4):
        phone.send_photo(f"late{number}", media_group_id="late")

    assert sum("не больше 5" in text for text in said(sent)) == 1
    assert "5 фото" in card.text


def test_frames_are_chosen_before_the_second_photo(sent, phone, rich, card):
    phone.press("model:veo3-fast")
    phone.send_photo("first", caption="рассвет")
    card.tap("Режим: ")
    card.tap("первый и последний кадр")
    assert "Пришлите ещё одно фото" in card.text
    assert card.has("🔒 Создать")

    card.tap("🔒 Создать")
    assert "Пришлите ещё одно фото" in said(sent)[-1]
    assert not GenRequest.objects.exists()
    phone.send_photo("last")
    card.tap("✨ Создать")

    roles = [(one["file_id"], one["role"]) for one in GenRequest.objects.get().source_media]
    assert roles == [("first", "first_frame"), ("last", "last_frame")]


def test_two_photos_can_be_frames_or_references(sent, phone, rich, card):
    phone.press("model:kling_O1")
    phone.send_photo("a", caption="@image_1 танцует с @image_2")
    phone.send_photo("b")
    assert "первый и последний кадр" in card.text

    card.tap("Режим: ")
    card.tap("по образцам")
    card.tap("Создать")

    order = GenRequest.objects.get()
    assert order.generation_type == "references2video"
    assert {one["role"] for one in order.source_media} == {"reference"}


def test_a_film_with_a_reference(sent, phone, rich, card):
    phone.press("model:runway_aleph")
    assert "до 5 с и 16 МБ" in said(sent)[-1]
    phone.say("сделай зиму")
    assert "Сначала пришлите видео" in card.text
    send_film(phone)
    phone.send_photo("style")
    card.tap("✨ Создать")

    roles = [one["role"] for one in GenRequest.objects.get().source_media]
    assert sorted(roles) == ["reference", "video"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"duration": 9}, "не больше 5.5 с"),
        ({"file_size": 17 * 1024 * 1024}, "не больше 16 МБ"),
        ({"file_size": 21 * 1024 * 1024}, "не больше 20 МБ"),
        ({"mime_type": "video/webm"}, "видео в MP4, MOV"),
    ],
)
def test_a_film_that_does_not_fit_is_refused_before_anything_is_charged(
    sent, phone, rich, facts, sentence
):
    phone.press("model:runway_aleph")

    send_film(phone, caption="сделай зиму", **facts)

    assert sentence in said(sent)[-1]
    assert not GenRequest.objects.exists()


def test_a_film_out_of_the_blue_gets_a_model_that_takes_it(sent, phone, rich, card):
    send_film(phone, caption="сделай зиму")

    assert "1 видео" in card.text
    card.tap("✨ Создать")
    assert GenRequest.objects.get().source_media[0]["role"] == "video"


def test_a_model_without_photos_says_so(sent, phone, rich):
    phone.press("model:flux-pro")
    phone.send_photo("cat", caption="в шляпе")

    assert "не берёт фото" in said(sent)[-1]
    assert not GenRequest.objects.exists()


def test_a_picture_sent_as_a_file_and_an_animation_are_taken(sent, phone, rich, card):
    phone.press("model:nano-banana")
    send_file(phone, "scan", "image/png")
    assert "1 фото" in card.text
    send_file(phone, "book", "application/pdf")
    assert "не картинка и не видео" in said(sent)[-1]

    phone.press("model:kling_O1")
    animation = {"file_id": "gif", "file_unique_id": "g", "width": 9, "height": 9, "duration": 3}
    file = {"file_id": "gif", "file_unique_id": "g", "mime_type": "video/mp4"}
    animated = animation | {"mime_type": "video/mp4"}
    phone.send({"message": phone.message(animation=animated, document=file)})
    assert "1 видео" in card.text


def test_a_mask_is_sent_as_a_file(sent, phone, rich, card):
    phone.press("model:gpt-image-1")
    phone.send_photo("room", caption="перекрась стену")
    card.tap("Маска: нет")
    phone.send_photo("mask")
    assert "Маску нужно прислать файлом" in said(sent)[-1]
    send_file(phone, "mask", "image/png")
    assert card.has("Маска: да")
    card.tap("Создать")

    roles = [(one["file_id"], one["role"]) for one in GenRequest.objects.get().source_media]
    assert roles == [("room", "image"), ("mask", "mask")]


def test_another_model_keeps_what_means_something_there(sent, phone, rich, card):
    phone.press("model:gpt-image-1")
    phone.send_photo("room", caption="зима")
    card.tap("Формат: 1:1")
    card.tap("16:9")
    card.tap("Модель: ")
    card.tap("🍌 Nano Banana Pro")

    assert "Nano Banana Pro" in card.text
    assert "зима" in card.text
    assert "1 фото" in card.text
    assert card.has("Формат: 16:9")
    card.tap("Модель: ")
    card.tap("🎬 Модели для видео")
    card.tap("⚡ Veo 3.1 Fast")
    assert "оживить фото" in card.text
    card.tap("Модель: ")
    card.tap("🎨 Модели для картинок")
    card.tap("FLUX")
    assert "лишние убраны" in " ".join(said(sent)[-2:])
    assert "фото" not in card.text
    phone.say("лето")
    card.tap("Создать")
    assert GenRequest.objects.get().ai_model.slug == "flux-pro"

    phone.say("весна")
    assert "FLUX" in card.text, "the model chosen last"


def test_a_changed_price_is_shown_and_not_charged(sent, phone, alice, card):
    phone.say("кот")
    PricingSettings.objects.update(markup_multiplier=4)

    card.tap("Создать · ⚡0.80")

    assert "Цена изменилась" in " ".join(said(sent)[-2:])
    assert not GenRequest.objects.exists()
    card.press("draft")
    assert card.price == Decimal("1.60")
    assert not GenRequest.objects.exists(), "a second press within a moment is no consent"


def test_the_new_price_is_charged_by_the_next_press(sent, phone, alice, card, patient):
    phone.say("кот")
    PricingSettings.objects.update(markup_multiplier=4)

    card.tap("Создать · ⚡0.80")
    card.tap("Создать · ⚡1.60")

    assert GenRequest.objects.get().cost == Decimal("1.60")


def test_create_pressed_many_times_orders_once(sent, phone, alice, card):
    phone.say("кот")
    number = card.message.message_id

    for _ in range(3):
        assert phone.press("draft", message_id=number) == 200

    assert GenRequest.objects.count() == 1
    assert Transaction.objects.filter(type="generation").count() == 1
    assert GenRequest.objects.get().idempotency_key == f"tg:card:{alice.chat_id}:{number}"


def test_missing_tokens_keep_the_draft(sent, phone, alice, card, patient):
    phone.press("model:kling-v3")
    phone.say("море")
    card.tap("Разрешение: ")
    card.tap("4K")
    card.tap("Длина: ")
    card.tap("15 с")
    assert "не хватает ⚡152" in card.text
    assert card.has("Открыть страницу оплаты")
    card.tap("🔒 Создать · ⚡252")
    assert "не хватает ⚡152" in said(sent)[-1]
    assert not GenRequest.objects.exists()

    give_tokens(alice, 200)
    card.tap("🔒 Создать · ⚡252")

    assert GenRequest.objects.get().generation_params["duration"] == 15
    assert balance.get_balance(user_id=alice.pk) == Decimal("48.00")


def test_cancelling_under_an_earlier_message_takes_the_buttons_of_the_card(sent, phone, card):
    phone.press("model:nano-banana")
    phone.say("кот")
    number = card.message.message_id

    phone.press("cancel", message_id=7)

    bare = [call for call in sent.calls if isinstance(call, EditMessageReplyMarkup)]
    assert [(call.message_id, call.reply_markup) for call in bare] == [(7, None), (number, None)]


def test_a_reply_to_a_result_goes_on_with_it(sent, phone, gemini, work, card):
    phone.say("кот")
    card.tap("Создать")
    work()
    first = GenRequest.objects.get().results.get()
    result = phone.message(message_id=first.document_message_id, text="файл")

    phone.say("добавь шляпу", reply_to_message=result)

    assert "1 фото" in card.text
    card.tap("Создать")
    order = GenRequest.objects.order_by("pk").last()
    assert order.source_media == [{"storage_key": first.storage_key, "role": "image"}]


def test_a_reply_to_ones_own_photo_takes_the_photo(sent, phone, alice, card):
    size = {"file_id": "old", "file_unique_id": "old", "width": 10, "height": 10}

    phone.say("добавь шляпу", reply_to_message=phone.message(photo=[size]))
    card.tap("Создать")

    assert GenRequest.objects.get().source_media == [{"file_id": "old", "role": "image"}]


def test_a_value_the_mode_rules_out_is_not_offered(sent, phone, rich, card):
    phone.press("model:kling-v2-1")
    phone.send_photo("first", caption="рассвет")
    phone.send_photo("last")

    card.tap("Разрешение: 1080p")

    assert card.labels == ["✅ 1080p", "⬅️ Назад"]


def test_html_in_a_prompt_is_only_text(sent, phone, card):
    phone.say("<b>кот</b> & пёс")

    assert "&lt;b&gt;кот&lt;/b&gt; &amp; пёс" in card.text


def test_a_prompt_that_is_too_long_is_named_and_kept(sent, phone, rich, card):
    phone.press("model:runway_gen45")
    phone.say("а" * 1001)

    assert "1001" in card.text
    assert card.has("🔒 Создать")


def test_a_card_of_another_version_is_answered_politely(sent, phone, alice, card):
    phone.press("draft", message_id=5)
    phone.press("card|set|image_size|4K", message_id=5)

    toasts = [call.text for call in sent.calls if isinstance(call, AnswerCallbackQuery)]
    assert all("карточка устарела" in text for text in toasts)
    assert len(toasts) == 2


@pytest.mark.parametrize(
    "data",
    [
        "card|set|image_size|16K",
        "card|set|nonsense|1",
        "card|mode|extend|",
        "card|model|no-such-model|",
    ],
)
def test_what_the_card_does_not_offer_is_refused(sent, phone, alice, card, data):
    phone.say("кот")

    assert card.press(data) == 200

    assert "сломалось" not in said(sent)[-1]
    assert "Выберите друг" in said(sent)[-1]
    assert card.price == Decimal("0.80")


def test_the_draft_is_small_json(sent, phone, rich, card):
    phone.press("model:kling_O1")
    for number in range(7):
        phone.send_photo("x" * 80 + str(number), caption="п" * 900)

    from botapp.dispatcher import get_dispatcher

    data = next(iter(get_dispatcher().storage.storage.values())).data
    assert len(json.dumps(data)) < 10_000
