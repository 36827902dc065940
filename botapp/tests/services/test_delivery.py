"""Only delivery repeats: the provider is never paid twice, a result is never sent twice."""

import io
import re
from datetime import timedelta

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from django.utils import timezone
from PIL import Image

from botapp import tasks, telegram
from botapp.business import audit, balance, generation
from botapp.models import BotErrorEvent, GenRequest, GenResult
from botapp.providers.base import Finished, Media
from botapp.services import (
    delivery,
    files,
    originals,
    pictures,
    progress,
    results,
    sending,
    submission,
)
from botapp.tests.cards import said
from botapp.tests.conftest import drop_connection, place, png
from botapp.tests.films import make_film
from botapp.tests.orders import claim_next


@pytest.fixture
def order(alice, gemini, sent) -> GenRequest:
    """Generated, its status message shown, not delivered."""
    placed = place(alice)
    generation.attach_status_message(generation_id=placed.pk, message_id=42, now=timezone.now())
    submission.submit_next(kind="image")
    return placed


@pytest.fixture
def film_order(alice, sent) -> GenRequest:
    """A film of four seconds, waiting for delivery."""
    placed = place(alice, model_slug="runway_gen45")
    generation.attach_status_message(generation_id=placed.pk, message_id=42, now=timezone.now())
    return finish(placed, make_film(4, size=(128, 72)))


def finish(order: GenRequest, *made: bytes) -> GenRequest:
    """The provider took the order and made this."""
    claim_next(kind=order.ai_model.type)
    results.store(order, Finished(tuple(Media(data=data) for data in made)))
    generation.finish_generating(generation_id=order.pk, now=timezone.now())
    return order


def pictures_order(alice, count: int) -> GenRequest:
    """Several pictures, waiting for delivery."""
    order = place(alice, quantity=min(count, 4))
    GenRequest.objects.filter(pk=order.pk).update(results_expected=count)
    order.refresh_from_db()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())
    return finish(order, *(png((60 + number, 40)) for number in range(count)))


def deliver(order: GenRequest) -> GenRequest:
    GenRequest.objects.filter(pk=order.pk).update(next_attempt_at=timezone.now())
    delivery.deliver(generation_id=order.pk)
    order.refresh_from_db()
    return order


def names(sent) -> list[str]:
    return [type(call).__name__ for call in sent.calls]


def test_the_status_message_becomes_the_picture(order, sent):
    deliver(order)

    assert names(sent) == ["EditMessageMedia", "SendDocument"]
    assert sent.calls[0].message_id == 42
    assert order.status == "done"


def test_a_lost_status_message_is_replaced_by_a_photo(order, sent):
    sent.refuse("EditMessageMedia", TelegramBadRequest)

    deliver(order)

    assert names(sent) == ["EditMessageMedia", "SendPhoto", "SendDocument"]


def test_when_telegram_is_away_only_what_is_missing_is_sent_later(order, sent, gemini):
    sent.refuse("SendDocument", TelegramServerError)
    assert deliver(order).status == "delivering"
    assert order.next_attempt_at > timezone.now()

    assert deliver(order).status == "done"

    assert names(sent) == ["EditMessageMedia", "SendDocument", "SendDocument"]
    assert gemini.call_count == 1


def test_operators_learn_of_a_result_that_the_storage_has_lost(order, sent):
    files.are_deleted(order.results.get().storage_key)

    deliver(order)

    event = BotErrorEvent.objects.get()
    assert (event.error_class, event.gen_request_id) == ("FileNotFoundError", order.pk)
    assert order.status == "delivering"


def test_a_lost_result_that_nobody_has_seen_is_paid_back_and_said(order, sent, alice):
    files.are_deleted(order.results.get().storage_key)

    for _ in range(delivery.LOST_AFTER_ATTEMPTS):
        deliver(order)
    delivery.report(generation_id=order.pk)

    order.refresh_from_db()
    assert (order.status, order.error_code, order.refunded) == ("error", "lost_result", order.cost)
    assert balance.get_balance(user_id=alice.pk) == 100
    assert "возвращено ⚡0.80" in said(sent)[-1]
    assert not list(audit.find_discrepancies())


def test_a_lost_original_of_a_picture_that_was_shown_is_a_matter_for_operators(order, sent):
    sent.refuse("SendDocument", TelegramNetworkError)
    deliver(order)
    files.are_deleted(order.results.get().storage_key)

    for _ in range(delivery.LOST_AFTER_ATTEMPTS):
        deliver(order)

    assert (order.status, order.refunded) == ("delivering", 0)


def test_telegram_away_for_a_moment_alarms_nobody(order, sent, caplog):
    sent.refuse("EditMessageMedia", TelegramNetworkError)

    deliver(order)

    assert "Delivery put off" in caplog.text
    assert not BotErrorEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_telegram_took_is_remembered_though_the_connection_to_postgres_was_dropped(
    order, sent, monkeypatch
):
    take = telegram.asyncio.run_coroutine_threadsafe

    def take_and_drop(*args):
        drop_connection()
        return take(*args)

    monkeypatch.setattr(telegram.asyncio, "run_coroutine_threadsafe", take_and_drop)
    deliver(order)

    assert names(sent) == ["EditMessageMedia", "SendDocument"]
    assert order.status == "done"


def test_a_preview_that_telegram_refuses_does_not_hold_back_the_file(order, sent):
    sent.refuse("EditMessageMedia", TelegramBadRequest)
    sent.refuse("SendPhoto", TelegramBadRequest)

    assert deliver(order).status == "done"

    assert names(sent)[-1] == "SendDocument"


def test_a_person_who_blocked_us_is_left_alone(order, sent, alice):
    sent.refuse("EditMessageMedia", TelegramForbiddenError)

    assert deliver(order).status == "done"

    alice.refresh_from_db()
    assert alice.is_blocked
    assert order.error_message == "the person blocked the bot"


def test_a_chat_telegram_does_not_know_ends_the_delivery(order, sent):
    sent.refuse("SendDocument", TelegramBadRequest)

    assert deliver(order).status == "done"

    assert order.error_message == "Telegram refuses the files"


def test_a_report_telegram_refuses_is_not_repeated_for_ever(alice, gemini, sent):
    gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})
    sent.refuse("SendMessage", TelegramBadRequest)
    order = place(alice)
    submission.submit_next(kind="image")

    delivery.report(generation_id=order.pk)

    assert GenRequest.objects.get().reported_at is not None


def test_two_rings_deliver_once(order, sent):
    deliver(order)
    delivery.deliver(generation_id=order.pk)

    assert names(sent).count("SendDocument") == 1


def test_a_failure_is_told_once_with_the_money_back(alice, gemini, sent):
    gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})
    order = place(alice)
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())

    tasks.submit_image(kind="image")
    tasks.deliver_generation(generation_id=order.pk)
    tasks.deliver_generation(generation_id=order.pk)

    assert names(sent) == ["EditMessageText"]
    assert "Модель отказалась" in sent.calls[0].text
    assert "списано ⚡0.80 → возвращено ⚡0.80 → итого ⚡0\nБаланс: ⚡100" in sent.calls[0].text


def test_a_failure_untold_because_telegram_was_away_is_told_later(alice, gemini, sent):
    gemini.respond(json={"promptFeedback": {"blockReason": "SAFETY"}})
    sent.refuse("SendMessage", TelegramServerError)
    order = place(alice)
    submission.submit_next(kind="image")
    delivery.report(generation_id=order.pk)
    assert GenRequest.objects.get().reported_at is None

    GenRequest.objects.update(next_attempt_at=timezone.now())
    delivery.report(generation_id=order.pk)

    assert GenRequest.objects.get().reported_at is not None


@pytest.mark.parametrize("letter", ["&", "🦊"])
def test_the_longest_prompt_fits_the_caption(alice, gemini, sent, letter):
    order = place(alice, prompt=letter * 4000)
    submission.submit_next(kind="image")

    deliver(order)

    caption = sent.calls[0].caption
    shown = re.sub("<[^>]+>", "", caption).replace("&amp;", "&")
    # Telegram counts in UTF-16.
    assert len(shown.encode("utf-16-le")) <= 2 * 1024


def test_the_status_message_shows_the_time(alice, sent):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)
    claim_next(now=now)

    assert progress.refresh(now + timedelta(seconds=2)) == 0
    assert progress.refresh(now + timedelta(seconds=12)) == 1
    assert progress.refresh(now + timedelta(seconds=13)) == 0

    assert "Рисую… 0:12" in sent.calls[0].text


@pytest.mark.parametrize("is_answered", [True, False])
def test_an_end_painted_over_by_a_late_edit_is_told_again(alice, sent, monkeypatch, is_answered):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)

    def fail_meanwhile(method):
        generation.fail(generation_id=order.pk, code="policy", detail="", now=now)
        generation.mark_reported(generation_id=order.pk, now=now)
        if not is_answered:
            raise TelegramNetworkError(method=method, message="the connection broke")

    monkeypatch.setattr(progress.telegram, "call", fail_meanwhile)
    progress.refresh(now + timedelta(seconds=12))

    assert GenRequest.objects.due_for_report(now + timedelta(seconds=13)).exists()


def test_a_cancellation_painted_over_by_a_late_edit_is_told_again(alice, sent, monkeypatch):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)
    call = progress.telegram.call

    def cancel_meanwhile(method):
        generation.cancel(user_id=alice.pk, generation_id=order.pk, now=now)
        return call(method)

    monkeypatch.setattr(progress.telegram, "call", cancel_meanwhile)
    progress.refresh(now + timedelta(seconds=12))
    GenRequest.objects.update(next_attempt_at=timezone.now())
    delivery.report(generation_id=order.pk)

    assert [one.message_id for one in sent.calls] == [42, 42]
    assert "возвращено ⚡0.80" in sent.calls[-1].text


def test_a_cancellation_untold_because_telegram_was_away_is_told_later(alice, sent):
    order = place(alice)
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=timezone.now())
    generation.cancel(user_id=alice.pk, generation_id=order.pk, now=timezone.now())
    sent.refuse("EditMessageText", TelegramServerError)
    tasks.tell_cancelled(generation_id=order.pk)

    for _ in range(2):
        GenRequest.objects.update(next_attempt_at=timezone.now())
        delivery.report(generation_id=order.pk)

    assert names(sent) == ["EditMessageText"] * 2
    assert "возвращено ⚡0.80" in sent.calls[-1].text


def test_a_queued_order_can_still_be_cancelled_from_its_status_message(alice, sent):
    order = place(alice)
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)

    progress.refresh(now + timedelta(seconds=12))

    button = sent.calls[0].reply_markup.inline_keyboard[0][0]
    assert button.callback_data == f"order:cancel:{order.pk}"


def test_several_pictures_are_one_album_their_originals_another_and_the_receipt_is_last(
    alice, sent
):
    order = deliver(pictures_order(alice, 4))

    assert names(sent) == ["SendMediaGroup", "SendMediaGroup", "DeleteMessage", "SendMessage"]
    photos, documents, deleted, receipt = sent.calls
    assert [one.type for one in photos.media] == ["photo"] * 4
    assert "Готово" in photos.media[0].caption
    assert [one.caption for one in photos.media[1:]] == [None] * 3
    assert [one.type for one in documents.media] == ["document"] * 4
    assert "63×40" in documents.media[3].caption
    assert deleted.message_id == 42
    assert "списано ⚡3.20" in receipt.text
    assert receipt.reply_markup.inline_keyboard[0][0].callback_data == f"order:again:{order.pk}"
    assert order.status == "done"


def test_every_picture_of_an_album_is_remembered(alice, sent):
    order = deliver(pictures_order(alice, 3))

    kept = order.results.values_list("preview_message_id", "document_message_id")
    assert list(kept) == [(1000, 1003), (1001, 1004), (1002, 1005)]
    assert order.results.first().preview_file_id == "photo1000"
    assert order.results.first().document_file_id == "document1003"


def test_an_album_is_all_or_nothing_and_sent_once(alice, sent):
    order = pictures_order(alice, 2)
    sent.refuse("SendMediaGroup", TelegramServerError)
    deliver(order)
    assert not order.results.exclude(preview_message_id=None).exists()

    deliver(order)

    assert names(sent).count("SendMediaGroup") == 3
    assert order.status == "done"


def test_a_receipt_that_was_lost_is_repeated_without_the_albums(alice, sent):
    order = pictures_order(alice, 2)
    sent.refuse("SendMessage", TelegramServerError)
    assert deliver(order).status == "delivering"
    sent.refuse("DeleteMessage", TelegramBadRequest)
    sent.refuse("EditMessageText", TelegramBadRequest)

    assert deliver(order).status == "done"

    assert names(sent).count("SendMediaGroup") == 2
    assert names(sent)[-3:] == ["DeleteMessage", "EditMessageText", "SendMessage"]


def test_a_receipt_that_arrived_is_not_repeated(alice, sent, monkeypatch):
    order = pictures_order(alice, 2)
    with monkeypatch.context() as broken:
        broken.setattr(delivery.generation, "complete", lambda **_: None)
        deliver(order)
    assert order.status == "delivering"

    assert deliver(order).status == "done"

    assert names(sent).count("SendMessage") == 1


def test_a_status_message_too_old_to_delete_becomes_the_receipt(alice, sent):
    sent.refuse("DeleteMessage", TelegramBadRequest)

    deliver(pictures_order(alice, 2))

    assert names(sent)[-1] == "EditMessageText"
    assert sent.calls[-1].message_id == 42


def test_more_than_ten_pictures_are_several_albums(alice, sent):
    deliver(pictures_order(alice, 11))

    sizes = [len(call.media) for call in sent.calls if hasattr(call, "media")]
    assert sizes == [10, 10]
    assert names(sent).count("SendPhoto") == 1
    assert names(sent).count("SendDocument") == 1


def test_an_album_is_not_heavier_than_telegram_takes(alice, sent, monkeypatch):
    order = pictures_order(alice, 4)
    weight = max(order.results.values_list("size_bytes", flat=True))
    monkeypatch.setattr(originals, "ALBUM_BYTES_MAX", weight * 2)

    deliver(order)

    assert [len(call.media) for call in sent.calls if hasattr(call, "media")] == [4, 2, 2]


def test_an_album_telegram_finds_too_heavy_goes_file_by_file(alice, sent):
    order = pictures_order(alice, 2)
    sent.refuse("SendMediaGroup", TelegramBadRequest)
    sent.refuse("SendMediaGroup", TelegramEntityTooLarge)

    deliver(order)

    assert names(sent).count("SendDocument") == 2
    assert order.status == "done"


def test_a_refused_album_leaves_the_originals(alice, sent):
    sent.refuse("SendMediaGroup", TelegramBadRequest)

    assert deliver(pictures_order(alice, 2)).status == "done"

    assert [call.media[0].type for call in sent.calls[:2]] == ["photo", "document"]


def test_a_film_plays_in_place_of_the_status_message_and_follows_as_a_file(film_order, sent):
    deliver(film_order)

    assert names(sent) == ["EditMessageMedia", "SendDocument"]
    film, original = sent.calls
    assert (film.message_id, film.media.type) == (42, "video")
    assert (film.media.width, film.media.height, film.media.duration) == (128, 72, 4)
    assert film.media.supports_streaming
    assert Image.open(io.BytesIO(film.media.thumbnail.data)).format == "JPEG"
    assert "Готово" in film.media.caption
    assert film.reply_markup is not None
    assert original.document.filename == f"runway_gen45-{film_order.pk}-1.mp4"
    assert "128×72 · 0:04" in original.caption
    assert film_order.results.get().preview_file_id == "video42"


def test_a_film_without_a_status_message_is_sent_with_all_it_needs_to_play(film_order, sent):
    sent.refuse("EditMessageMedia", TelegramBadRequest)

    deliver(film_order)

    assert names(sent) == ["EditMessageMedia", "SendVideo", "SendDocument"]
    film = sent.calls[1]
    assert (film.width, film.height, film.duration) == (128, 72, 4)
    assert film.supports_streaming
    assert film.thumbnail is not None


def test_a_film_telegram_refuses_to_play_follows_as_a_file(film_order, sent):
    sent.refuse("EditMessageMedia", TelegramBadRequest)
    sent.refuse("SendVideo", TelegramBadRequest)

    assert deliver(film_order).status == "done"

    assert names(sent)[2:] == ["EditMessageText", "SendDocument"]
    assert "списано" in sent.calls[2].text


def test_a_film_is_not_uploaded_again_when_only_its_file_is_missing(film_order, sent):
    sent.refuse("SendDocument", TelegramServerError)
    deliver(film_order)

    deliver(film_order)

    assert names(sent) == ["EditMessageMedia", "SendDocument", "SendDocument"]


def link_in(text: str) -> str:
    match = re.search(r'href="([^"]+)"', text)
    assert match
    return match[1]


def test_a_film_too_big_for_telegram_is_a_link(film_order, sent):
    film_order.results.update(size_bytes=sending.UPLOAD_BYTES_MAX + 1)

    assert deliver(film_order).status == "done"

    assert names(sent) == ["EditMessageText"]
    said = sent.calls[0]
    assert "50 МБ" in said.text
    assert "7 дней" in said.text
    assert said.reply_markup is not None
    token = link_in(said.text).rsplit("/", 1)[1]
    week = timezone.now() + files.RESULT_LIFETIME
    stored = film_order.results.get().storage_key
    assert files.find_key(token, now=week - timedelta(hours=1)) == stored
    assert files.find_key(token, now=week + timedelta(hours=1)) is None


def test_a_link_is_given_once(film_order, sent, monkeypatch):
    film_order.results.update(size_bytes=sending.UPLOAD_BYTES_MAX + 1)
    with monkeypatch.context() as broken:
        broken.setattr(delivery.generation, "complete", lambda **_: None)
        deliver(film_order)

    deliver(film_order)

    assert names(sent) == ["EditMessageText"]


def test_each_of_several_films_too_big_has_a_link_of_its_own(film_order, sent):
    film = film_order.results.get()
    film_order.results.create(
        index=1, storage_key=film.storage_key, mime_type=film.mime_type, size_bytes=0
    )
    film_order.results.update(size_bytes=sending.UPLOAD_BYTES_MAX + 1)

    assert deliver(film_order).status == "done"

    assert names(sent) == ["EditMessageText", "SendMessage"]


def test_a_film_telegram_itself_finds_too_big_is_a_link(film_order, sent):
    sent.refuse("EditMessageMedia", TelegramEntityTooLarge)

    assert deliver(film_order).status == "done"

    assert names(sent) == ["EditMessageMedia", "EditMessageText"]


def test_an_original_too_big_for_telegram_is_a_link_below_its_preview(order, sent):
    GenResult.objects.update(size_bytes=sending.UPLOAD_BYTES_MAX + 1)

    assert deliver(order).status == "done"

    assert names(sent) == ["EditMessageMedia", "SendMessage"]
    assert link_in(sent.calls[1].text).startswith("https://bot.example.test/api/files/")


def test_a_late_result_says_that_it_is_free(film_order, sent):
    GenRequest.objects.update(refunded=film_order.cost, error_code="unknown_submit")

    deliver(film_order)

    assert "бесплатный" in sent.calls[0].media.caption


def test_a_result_in_time_says_nothing_of_being_late(film_order, sent):
    deliver(film_order)

    assert "бесплатный" not in sent.calls[0].media.caption


def test_the_longest_prompt_of_a_late_film_fits_the_caption(film_order, sent):
    GenRequest.objects.update(
        refunded=film_order.cost, error_code="unknown_submit", prompt="&" * 4000
    )

    deliver(film_order)

    caption = re.sub(r"<[^>]+>", "", sent.calls[0].media.caption).replace("&amp;", "&")
    assert len(caption) <= 1024


def test_the_lease_holds_while_telegram_takes_the_files(film_order, sent, monkeypatch):
    leases = []
    take = sending.telegram.call

    def take_slowly(method):
        film_order.refresh_from_db()
        leases.append(film_order.next_attempt_at - timezone.now())
        GenRequest.objects.update(next_attempt_at=timezone.now())
        return take(method)

    monkeypatch.setattr(sending.telegram, "call", take_slowly)
    deliver(film_order)

    assert len(leases) == 2
    assert min(leases) > timedelta(seconds=sending.LEASE_S - 10)


def test_a_very_long_picture_gets_margins_that_telegram_takes():
    shown = Image.open(io.BytesIO(pictures.preview(png((2000, 20)))))

    assert max(shown.size) / min(shown.size) <= pictures.PREVIEW_RATIO_MAX


def test_a_film_is_filmed_and_not_drawn(alice, sent):
    order = place(alice, model_slug="runway_gen45")
    now = timezone.now()
    generation.attach_status_message(generation_id=order.pk, message_id=42, now=now)
    claim_next(now=now, kind="video")

    progress.refresh(now + timedelta(seconds=12))

    assert "Снимаю видео… 0:12" in sent.calls[0].text
