"""The history in the chat: pages, filters, opening, repeating, hiding."""

import pytest
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
)
from django.utils import timezone

from botapp.business import balance, history
from botapp.catalog import Kind
from botapp.keyboards.history import HistoryAction, OnHistory
from botapp.models import GenRequest, GenResult
from botapp.tests.cards import said
from botapp.tests.test_result_buttons import finished
from conftest import give_tokens

PHOTO = {"file_id": "shown", "file_unique_id": "shown", "width": 10, "height": 10}


def work(user, key, *, previews=True, **fields):
    """A finished order that Telegram has the files of."""
    order = finished(user, key=key, **fields)
    for result in order.results.all():
        name = f"{order.pk}-{result.index}"
        result.preview_file_id = f"preview-{name}" if previews else ""
        result.document_file_id = f"document-{name}" if previews else ""
        result.save()
    return order


def press(phone, action, order_id=0, kind="", *, is_picture=True):
    """A press under a page that shows a picture, or words only."""
    data = OnHistory(action=action, generation_id=order_id, kind=kind).pack()
    if not is_picture:
        phone.press(data)
        return
    query = {"id": str(next(phone.update_ids)), "from": phone.person, "chat_instance": "1"}
    message = phone.message(message_id=500, photo=[PHOTO])
    phone.send({"callback_query": query | {"data": data, "message": message}})


def calls(sent, kind):
    return [call for call in sent.calls if isinstance(call, kind)]


def buttons(call):
    rows = call.reply_markup.inline_keyboard
    return {button.text: button.callback_data for row in rows for button in row}


def test_an_empty_history_says_what_to_do(sent, phone, alice):
    phone.say("/history")

    [call] = calls(sent, SendMessage)
    assert "Пока пусто" in call.text
    assert list(buttons(call)) == ["✨ Новая картинка", "✨ Новое видео"]
    phone.press(buttons(call)["✨ Новая картинка"])
    assert "Выберите модель" in said(sent)[-1]


def test_the_newest_work_is_shown_by_its_file_id(sent, phone, alice):
    work(alice, "a", prompt="старый кот")
    newest = work(alice, "b", prompt="новый <кот>")

    phone.say("/history")

    [call] = calls(sent, SendPhoto)
    assert call.photo == f"preview-{newest.pk}-0"
    assert f"№{newest.pk} · 🍌 Nano Banana" in call.caption
    assert "новый &lt;кот&gt;" in call.caption
    assert "⚡0.80" in call.caption
    assert next(iter(buttons(call))) == "Старше ▶️", "nothing is newer"


def test_pages_turn_in_place_and_back_at_once(sent, phone, alice):
    first, second, third = (work(alice, key) for key in "abc")

    for order in (second, first, second):
        press(phone, HistoryAction.SHOW, order.pk)

    pages = calls(sent, EditMessageMedia)
    shown = [page.media.media for page in pages]
    assert shown == [f"preview-{order.pk}-0" for order in (second, first, second)]
    assert buttons(pages[0])["◀️ Новее"] == f"hist:show:{third.pk}:"
    assert buttons(pages[0])["Старше ▶️"] == f"hist:show:{first.pk}:"


def test_a_filter_leaves_only_its_kind(sent, phone, rich):
    film = work(rich, "film", kind="video", mime_type="video/mp4", model_slug="sora2")
    picture = work(rich, "picture")

    press(phone, HistoryAction.SHOW, kind="video")

    [page] = calls(sent, EditMessageMedia)
    assert page.media.type == "video"
    assert page.media.media == f"preview-{film.pk}-0"
    assert "✅ 🎬" in buttons(page)
    assert not {"◀️ Новее", "Старше ▶️"} & set(buttons(page)), "the picture is left out"
    press(phone, HistoryAction.SHOW, kind="image")
    assert calls(sent, EditMessageMedia)[-1].media.media == f"preview-{picture.pk}-0"


def test_a_filter_without_works_leads_back(sent, phone, alice):
    work(alice, "a")

    press(phone, HistoryAction.SHOW, kind="video")

    [call] = calls(sent, SendMessage)
    assert "Видео пока нет" in call.text
    assert "✅ 🎬" in buttons(call)
    [old] = calls(sent, EditMessageReplyMarkup)
    assert (old.message_id, old.reply_markup) == (500, None), "a picture does not become words"
    press(phone, HistoryAction.SHOW, is_picture=False)
    assert calls(sent, EditMessageMedia), "words become a picture in place"


def test_a_work_without_a_preview_is_told_in_words(sent, phone, alice):
    order = work(alice, "a", previews=False)

    phone.say("/history")
    press(phone, HistoryAction.SHOW, order.pk, is_picture=False)

    for call in (calls(sent, SendMessage)[0], calls(sent, EditMessageText)[0]):
        assert f"№{order.pk}" in call.text
        assert "Превью нет" in call.text


def test_who_gets_files_only_sees_the_file(sent, phone, alice):
    order = work(alice, "a")
    order.results.update(preview_file_id="")

    phone.say("/history")

    [call] = calls(sent, SendDocument)
    assert call.document == f"document-{order.pk}-0"


def test_opening_shows_everything_with_what_can_be_done(sent, phone, rich):
    order = work(rich, "a", results=4, model_slug="midjourney-v7-fast")

    press(phone, HistoryAction.OPEN, order.pk)

    [album] = calls(sent, SendMediaGroup)
    assert [one.media for one in album.media] == [f"preview-{order.pk}-{i}" for i in range(4)]
    assert "🔍 U1" in buttons(calls(sent, SendMessage)[-1])


def test_opening_one_picture_shows_it_with_its_buttons(sent, phone, alice):
    order = work(alice, "a")

    press(phone, HistoryAction.OPEN, order.pk)

    [photo] = calls(sent, SendPhoto)
    assert photo.photo == f"preview-{order.pk}-0"
    assert {"🖌 Изменить", "🔗 Поделиться"} <= set(buttons(photo))


def test_what_telegram_has_not_got_is_given_by_a_link(sent, phone, alice):
    order = work(alice, "a", previews=False)

    press(phone, HistoryAction.OPEN, order.pk)
    press(phone, HistoryAction.FILE, order.pk)

    links = [text for text in said(sent) if "/api/files/" in text]
    assert len(links) == 2


def test_the_originals_come_as_files(sent, phone, rich):
    one = work(rich, "a")
    many = work(rich, "b", results=4, model_slug="midjourney-v7-fast")

    press(phone, HistoryAction.FILE, one.pk)
    press(phone, HistoryAction.FILE, many.pk)

    [file] = calls(sent, SendDocument)
    assert file.document == f"document-{one.pk}-0"
    [album] = calls(sent, SendMediaGroup)
    assert {one.type for one in album.media} == {"document"}


def test_repeating_lays_a_card_and_charges_nothing(sent, phone, rich, card):
    source = {"file_id": "mine", "role": "image"}
    order = work(
        rich, "a", prompt="кот в шляпе", sources=(source,), params={"aspect_ratio": "16:9"}
    )
    before = balance.get_balance(user_id=rich.pk)

    press(phone, HistoryAction.REPEAT, order.pk)

    assert balance.get_balance(user_id=rich.pk) == before
    assert "кот в шляпе" in card.text
    assert "1 фото" in card.text
    assert card.has("Формат: 16:9")
    card.tap("Создать")
    again = GenRequest.objects.exclude(pk=order.pk).get()
    assert again.source_media == [source]
    assert (again.prompt, again.generation_type) == (order.prompt, order.generation_type)


def test_a_hidden_work_goes_and_can_come_back(sent, phone, alice):
    older, hidden = work(alice, "a"), work(alice, "b")

    press(phone, HistoryAction.HIDE, hidden.pk)

    hidden.refresh_from_db()
    assert hidden.hidden_at is not None
    [page] = calls(sent, EditMessageMedia)
    assert page.media.media == f"preview-{older.pk}-0"
    assert "◀️ Новее" not in buttons(page)
    phone.press(buttons(page)[f"↩️ Вернуть №{hidden.pk}"])
    assert calls(sent, EditMessageMedia)[-1].media.media == f"preview-{hidden.pk}-0"


def test_hiding_the_only_work_leaves_a_way_back(sent, phone, alice):
    order = work(alice, "a")

    press(phone, HistoryAction.HIDE, order.pk)

    call = calls(sent, SendMessage)[-1]
    assert f"↩️ Вернуть №{order.pk}" in buttons(call)


def test_what_was_erased_does_not_come_back(sent, phone, alice):
    order = work(alice, "a")
    GenRequest.objects.update(prompt="", hidden_at=timezone.now())

    press(phone, HistoryAction.RESTORE, order.pk)

    order.refresh_from_db()
    assert order.hidden_at is not None


@pytest.mark.parametrize("action", [HistoryAction.OPEN, HistoryAction.FILE, HistoryAction.REPEAT])
def test_nobody_reaches_anothers_work(sent, phone, alice, boris, action):
    give_tokens(boris, 100)
    order = work(boris, "b", prompt="чужое")

    press(phone, action, order.pk)

    assert "не найден" in said(sent)[-1]
    assert not [text for text in said(sent) if "чужое" in text]
    assert not calls(sent, SendPhoto) + calls(sent, SendDocument)


def test_nobody_hides_or_turns_to_anothers_work(sent, phone, alice, boris):
    give_tokens(boris, 100)
    theirs, mine = work(boris, "b"), work(alice, "a")

    press(phone, HistoryAction.HIDE, theirs.pk)
    press(phone, HistoryAction.SHOW, theirs.pk)
    hidden = work(boris, "c")
    GenRequest.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    press(phone, HistoryAction.RESTORE, hidden.pk)

    theirs.refresh_from_db()
    hidden.refresh_from_db()
    assert theirs.hidden_at is None
    assert hidden.hidden_at is not None
    shown = {call.media.media for call in calls(sent, EditMessageMedia)}
    assert shown == {f"preview-{mine.pk}-0"}


def test_a_made_up_filter_shows_everything(sent, phone, alice):
    order = work(alice, "a")

    press(phone, HistoryAction.SHOW, kind="music")

    [page] = calls(sent, EditMessageMedia)
    assert page.media.media == f"preview-{order.pk}-0"
    assert calls(sent, AnswerCallbackQuery)


def test_a_caption_fits_however_long_the_prompt(sent, phone, alice):
    work(alice, "a", prompt="🐈&" * 450)

    phone.say("/history")

    [call] = calls(sent, SendPhoto)
    visible = call.caption.replace("&amp;", "&")
    assert len(visible.encode("utf-16-le")) // 2 < 1024


def test_a_page_costs_the_same_few_queries_in_any_history(alice, django_assert_num_queries):
    orders = [work(alice, key) for key in "abcd"]
    assert GenResult.objects.count() == len(orders)

    for at in (None, orders[1].pk):
        with django_assert_num_queries(4):
            page = history.page(user_id=alice.pk, kind=Kind.IMAGE, at=at)
        assert page is not None
