"""Ordering over HTTP: once, at the shown price, with one's own files, and seeing it through."""

from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from botapp import tasks
from botapp.business import balance, generation, users
from botapp.models import AIModel, GenRequest, Language, Upload, UserSettings
from botapp.providers import registry
from botapp.services import files
from botapp.tests import orders
from botapp.tests.conftest import png
from botapp.tests.miniapp import Page, code, new_id, page, rings
from botapp.tests.parallel import at_once
from botapp.texts import generation as order_texts

__all__ = ["page", "rings"]

Status = GenRequest.Status
NOBODYS = "9" * 18
NO_UPLOAD = "00000000-0000-4000-8000-000000000000"
MALFORMED = "malformed_request"


def tokens(user):
    return balance.get_balance(user_id=user.pk)


def photo(user, **changes):
    """A picture this person has uploaded."""
    upload_id = uuid4()
    facts = {"mime_type": "image/jpeg", "size_bytes": 9, "width": 3, "height": 3}
    key = f"uploads/{user.pk}/{upload_id}.jpg"
    return Upload.objects.create(id=upload_id, user=user, storage_key=key, **facts | changes)


def edit_of(upload, **changes):
    given = [{"role": "image", "upload_id": str(upload.pk)}]
    return {"mode": "image2image", "inputs": given, "client_request_id": new_id()} | changes


def test_an_order_is_paid_for_and_rung_for(page, alice, rings):
    answer = page.order(params={"aspect_ratio": "16:9"}, quantity=2, price="1.60")

    order = GenRequest.objects.get()
    body = answer.json()
    assert answer.status_code == 201
    assert (order.user, order.chat_id, order.status_message_id) == (alice, alice.chat_id, None)
    assert order.idempotency_key == f"miniapp:{alice.pk}:request-0001"
    assert (body["id"], body["status"], body["position"]) == (order.pk, "queued", 1)
    assert (body["price"], body["net"], body["balance"]) == ("1.60", "1.60", "98.40")
    assert body["params"]["aspect_ratio"] == "16:9"
    assert "Формат: 16:9" in body["params_text"]
    assert (body["can_cancel"], body["can_reuse"], body["error"]) == (True, True, None)
    assert rings == [("ring_submit", "image")]


def test_what_was_ordered_is_said_as_in_the_chat(page, alice, rings):
    order = page.order(params={"aspect_ratio": "16:9"}, quantity=2, price="1.60").json()
    chosen = {"speed": "fast", "seed": 0, "version": "7", "aspect_ratio": "16:9"}
    GenRequest.objects.update(generation_params=chosen)

    said = page.get(f"generations/{order['id']}").json()["params_text"]

    assert said == "Формат: 16:9 · Версия: 7 · Скорость: быстро · Количество: 2"
    assert said in order_texts.album(GenRequest.objects.get())


def test_the_same_request_again_is_the_same_order(page, alice, rings):
    first = page.order()
    AIModel.objects.update(is_active=False)

    again = page.order()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert tokens(alice) == Decimal("99.20")
    assert len(rings) == 1


OTHER_ORDERS = [
    {"prompt": "пёс"},
    {"params": {"aspect_ratio": "16:9"}},
    {"quantity": 2},
    {"price": "0.81"},
    {"model": "nano-banana-pro"},
]


def test_a_request_id_is_not_reused_for_another_order(page, alice, rings):
    for changes in OTHER_ORDERS:
        page.order()

        assert code(page.order(**changes)) == (409, "request_reused")
        assert tokens(alice) == Decimal("99.20")


def test_two_people_may_have_the_same_request_id(page, rings, rich, boris):
    page.order()

    assert code(Page(boris).order()) == (402, "not_enough_tokens")


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_are_one_order(alice, rings):
    def press():
        answer = Page(alice).order()
        connections.close_all()
        return answer.status_code, answer.json()["id"]

    answers = at_once([press] * 6)

    assert sorted(status for status, _ in answers) == [200] * 5 + [201]
    assert len({number for _, number in answers}) == 1
    assert GenRequest.objects.count() == 1
    assert tokens(alice) == Decimal("99.20")


@pytest.mark.django_db(transaction=True)
def test_different_orders_at_the_same_moment_spend_no_more_than_there_is(boris, rings):
    balance.post(
        balance.Posting(user_id=boris.pk, type="admin", amount=Decimal("1.60"), key="give")
    )

    def press(number):
        answer = Page(boris).order(client_request_id=f"request-{number:04}")
        connections.close_all()
        return answer.status_code

    statuses = at_once([partial(press, number) for number in range(5)])

    assert sorted(statuses) == [201, 201, 402, 402, 402]
    assert tokens(boris) == 0


def test_too_few_tokens_say_how_many_are_missing(boris, rings):
    answer = Page(boris).order(price="0.80")

    assert code(answer) == (402, "not_enough_tokens")
    assert answer.json()["error"]["missing"] == "0.80"
    assert (GenRequest.objects.count(), rings) == (0, [])


OTHER_PRICES = ["0.79", "0.81", "0", "100.00"]


def test_another_price_than_was_shown_is_not_taken(page, alice):
    for price in OTHER_PRICES:
        assert code(page.order(price=price)) == (409, "price_changed")
        assert tokens(alice) == 100


IMPOSSIBLE = [
    ({"prompt": ""}, "empty_prompt"),
    ({"prompt": "к" * 100_000}, "prompt_too_long"),
    ({"prompt": "кот\0"}, "invalid_parameter"),
    ({"params": {"aspect_ratio": "7:7"}}, "invalid_parameter"),
    ({"params": {"no_such": 1}}, "invalid_parameter"),
    ({"params": {"aspect\0": 1}}, "invalid_parameter"),
    ({"quantity": 999}, "invalid_parameter"),
    ({"mode": "image2image"}, "missing_input"),
    ({"mode": "upscale"}, "invalid_parameter"),
    ({"model": "no-such"}, "model_unavailable"),
    ({"model": "nano\0"}, "model_unavailable"),
    ({"prompt": None}, MALFORMED),
    ({"price": "free"}, MALFORMED),
    ({"price": "NaN"}, MALFORMED),
    ({"price": "-1"}, MALFORMED),
    ({"price": "0.801"}, MALFORMED),
    ({"mode": "hologram"}, MALFORMED),
    ({"client_request_id": "short"}, MALFORMED),
    ({"client_request_id": "../../etc/passwd"}, MALFORMED),
    ({"client_request_id": "request-0001\n"}, MALFORMED),
    ({"inputs": [{"role": "image"}]}, MALFORMED),
    ({"inputs": [{"role": "image", "upload_id": "x"}]}, MALFORMED),
    ({"inputs": [{"role": "image", "generation_id": 2**70}]}, MALFORMED),
    ({"inputs": [{"role": "image", "upload_id": NO_UPLOAD, "generation_id": 1}]}, MALFORMED),
]


def test_what_cannot_be_ordered_is_refused_in_words(page, alice, rings):
    for changes, refused in IMPOSSIBLE:
        assert code(page.order(**changes)) == (422, refused)
        assert (tokens(alice), GenRequest.objects.count(), rings) == (100, 0, [])


def test_a_persons_own_limits_hold_here_too(page, alice, rings):
    UserSettings.objects.filter(user=alice).update(
        daily_cap_tokens=Decimal(1), confirm_above_tokens=Decimal("0.50")
    )

    assert page.get("models").json()["confirm_above"] == "0.50"
    unasked = page.order()
    assert code(unasked) == (409, "confirmation_needed")
    error = unasked.json()["error"]
    assert (error["price"], "⚡0.80" in error["message"]) == ("0.80", True)
    assert tokens(alice) == 100
    sure = {"is_confirmed": True}
    assert page.order(**sure).status_code == 201
    assert code(page.order(client_request_id=new_id(), **sure)) == (422, "own_daily_cap")
    assert tokens(alice) == Decimal("99.20")


def test_ten_orders_at_once_are_enough(page, rings):
    answers = [page.order(client_request_id=new_id()) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [201] * 10 + [422]
    assert code(answers[-1])[1] == "too_many_active_orders"


def test_refusals_are_in_the_persons_language(page, alice):
    russian = page.order(prompt="").json()["error"]["message"]
    users.change_language(user_id=alice.pk, language=Language.EN)
    answer = page.order(prompt="")

    assert answer.json()["error"]["message"] == "Describe in words what you want to see."
    assert russian == "Опишите словами, что хотите увидеть."
    assert answer.headers["Content-Language"] == "en"


def test_an_own_upload_is_ordered_with(page, alice, rings):
    upload = photo(alice)

    answer = page.order(**edit_of(upload))

    assert answer.status_code == 201
    source = {"storage_key": upload.storage_key, "role": "image"}
    assert GenRequest.objects.get().source_media == [source]


def test_an_own_result_is_ordered_with(page, alice, rings):
    earlier = orders.place(alice, status=Status.DONE)
    given = [{"role": "image", "generation_id": earlier.pk, "result_index": 2}]

    answer = page.order(mode="image2image", inputs=given)

    assert answer.status_code == 201
    (source,) = GenRequest.objects.latest("pk").source_media
    assert source == {"storage_key": f"results/{earlier.pk}/2", "role": "image"}
    given[0]["result_index"] = 9
    refused = page.order(mode="image2image", inputs=given, client_request_id=new_id())
    assert code(refused) == (404, "order_not_found")


def test_other_peoples_files_do_not_exist(page, alice, boris, rings):
    balance.post(balance.Posting(user_id=boris.pk, type="admin", amount=Decimal(50), key="give"))
    upload, earlier = photo(alice), orders.place(alice, status=Status.DONE)
    stranger = Page(boris)

    with_upload = stranger.order(**edit_of(upload))
    result = [{"role": "image", "generation_id": earlier.pk}]
    with_result = stranger.order(mode="image2image", inputs=result, client_request_id=new_id())

    assert code(with_upload) == (404, "upload_not_found")
    assert code(with_result) == (404, "order_not_found")
    assert not boris.generations.exists()


UNFIT_FILES = [
    ({"mime_type": "video/mp4"}, {"role": "image"}, "wrong_film_type"),
    ({}, {"role": "mask"}, "input_not_taken"),
    ({}, {"role": "video"}, "input_not_taken"),
    ({}, {"role": "first_frame"}, "input_not_taken"),
]


def test_a_file_the_model_does_not_take_is_refused(page, alice):
    for facts, given, refused in UNFIT_FILES:
        upload = photo(alice, **facts)
        inputs = [given | {"upload_id": str(upload.pk)}]

        assert code(page.order(**edit_of(upload, inputs=inputs))) == (422, refused)
        assert tokens(alice) == 100


def test_a_file_a_mode_has_no_use_for_is_refused(page, alice):
    upload = photo(alice)

    assert code(page.order(**edit_of(upload, mode="text2image"))) == (422, "input_not_taken")
    many = [{"role": "image", "upload_id": str(upload.pk)}] * 30
    assert code(page.order(**edit_of(upload, inputs=many))) == (422, "too_many_inputs")


def test_the_order_is_drawn_and_sent_to_the_chat_without_a_status_message(
    page, alice, sent, gemini, work
):
    number = page.order().json()["id"]

    work()

    shown = page.get(f"generations/{number}").json()
    assert (shown["status"], shown["position"], shown["can_cancel"]) == ("done", None, False)
    (result,) = shown["results"]
    assert (result["width"], result["height"], result["mime_type"]) == (64, 48, "image/png")
    file = page.client.get(result["url"].removeprefix("https://bot.example.test"))
    assert file.status_code == 200
    names = [type(call).__name__ for call in sent.calls]
    assert names == ["SendPhoto", "SendDocument"]
    assert {call.chat_id for call in sent.calls} == {alice.chat_id}


def test_a_failure_is_told_here_and_in_the_chat(page, alice, sent, gemini, work):
    gemini.respond(400, json={"error": {"code": 400, "message": "no", "status": "INVALID"}})
    number = page.order().json()["id"]

    work()

    shown = page.get(f"generations/{number}").json()
    assert (shown["status"], shown["refunded"], shown["net"]) == ("error", "0.80", "0.00")
    assert shown["error"]["code"]
    assert shown["error"]["message"] in sent.calls[-1].text
    assert [type(call).__name__ for call in sent.calls] == ["SendMessage"]
    assert tokens(alice) == 100


def test_results_are_shown_as_soon_as_they_are_stored(page, alice):
    order = orders.place(alice, status=Status.PROCESSING)
    orders.store(order.pk, 0, 1)

    shown = page.get(f"generations/{order.pk}").json()

    assert (shown["status"], [one["index"] for one in shown["results"]]) == ("processing", [0, 1])
    assert shown["expected_s"] > 0
    assert shown["results"][0]["thumbnail_url"] is None


def test_every_step_has_a_name_and_a_sentence(page, alice):
    for status in Status:
        order = orders.place(alice, status=status, key=f"order:{status}")
        shown = page.get(f"generations/{order.pk}").json()

        folded = "processing" if status is Status.SUBMITTING else status.value
        assert (shown["status"], bool(shown["status_text"])) == (folded, True)
        assert (shown["error"] is not None) == (status is Status.ERROR)
        # Nobody else's turn comes before it.
        GenRequest.objects.filter(pk=order.pk).update(status=Status.DONE)


def test_history_goes_page_by_page_without_what_was_hidden(page, alice):
    placed = [orders.place(alice, status=Status.DONE, key=f"o:{number}") for number in range(5)]
    GenRequest.objects.filter(pk=placed[3].pk).update(hidden_at=timezone.now())

    first = page.get("generations?limit=2&kind=&before=").json()
    second = page.get(f"generations?limit=2&before={first['next_before']}").json()

    ids = [one["id"] for shown in (first, second) for one in shown["generations"]]
    assert ids == [placed[4].pk, placed[2].pk, placed[1].pk, placed[0].pk]
    assert (first["next_before"], second["next_before"]) == (placed[2].pk, None)
    assert page.get("generations?kind=video").json()["generations"] == []
    assert len(page.get("generations?kind=image").json()["generations"]) == 4


def test_a_long_history_costs_as_many_queries_as_a_short_one(
    page, alice, django_assert_max_num_queries
):
    for number in range(6):
        orders.place(alice, status=Status.DONE, key=f"o:{number}")
    with django_assert_max_num_queries(10) as many:
        assert len(page.get("generations").json()["generations"]) == 6
    with django_assert_max_num_queries(10) as few:
        page.get("generations?limit=1")
    assert len(many) == len(few)


NO_PAGES = ["limit=0", "limit=1000", "before=x", f"before={2**80}", "kind=sound", "before=-1"]


def test_a_page_that_makes_no_sense_is_refused(page):
    for asked in NO_PAGES:
        assert code(page.get(f"generations?{asked}")) == (422, MALFORMED)


NO_ORDERS = ["0", NOBODYS, "x", "1" * 40, "-1", "%00", "1%20", "٣"]


def test_what_is_no_order_is_not_found(page):
    for number in NO_ORDERS:
        assert code(page.get(f"generations/{number}")) == (404, "order_not_found")
        assert code(page.post(f"generations/{number}/cancel")) == (404, "order_not_found")


def test_other_peoples_orders_do_not_exist(alice, boris, rings):
    order = orders.place(alice)
    stranger = Page(boris)

    assert code(stranger.get(f"generations/{order.pk}")) == (404, "order_not_found")
    assert code(stranger.post(f"generations/{order.pk}/cancel")) == (404, "order_not_found")
    assert stranger.get("generations").json() == {"generations": [], "next_before": None}
    order.refresh_from_db()
    assert (order.status, rings) == (Status.QUEUED, [])


def test_what_waits_is_cancelled_and_paid_back_once(page, alice, rings):
    order = orders.place(alice)

    cancelled, again = (page.post(f"generations/{order.pk}/cancel") for _ in range(2))

    assert (cancelled.status_code, again.status_code) == (200, 200)
    body = cancelled.json()
    assert (body["status"], body["refunded"], body["balance"]) == ("cancelled", "3.20", "100.00")
    assert (again.json()["status"], tokens(alice)) == ("cancelled", 100)
    assert rings == [("ring_cancelled", order.pk)]


def test_a_cancelled_orders_message_in_the_chat_says_so(page, alice, rings, sent):
    order = orders.place(alice)
    generation.attach_status_message(generation_id=order.pk, message_id=77, now=timezone.now())
    page.post(f"generations/{order.pk}/cancel")

    tasks.tell_cancelled(generation_id=order.pk)

    (edited,) = sent.calls
    assert (edited.message_id, "Отменено" in edited.text) == (77, True)


def test_it_may_be_too_late_to_cancel(page, alice, rings):
    for status in (Status.DELIVERING, Status.DONE, Status.SUBMITTING):
        order = orders.place(alice, status=status, key=f"order:{status}")

        answer = page.post(f"generations/{order.pk}/cancel")

        assert code(answer) == (409, "too_late_to_cancel")
    assert rings == []


def test_a_provider_that_can_stop_is_asked_once(page, alice, rings, monkeypatch):
    monkeypatch.setattr(registry, "can_cancel", lambda provider: True)
    order = orders.place(alice, status=Status.PROCESSING)
    assert page.get(f"generations/{order.pk}").json()["can_cancel"]

    answer = page.post(f"generations/{order.pk}/cancel").json()

    order.refresh_from_db()
    assert order.cancel_requested_at is not None
    assert (answer["status"], answer["can_cancel"]) == ("processing", False)
    assert "остановить" in answer["status_text"]
    assert rings == [("ring_cancel", order.pk)]


def test_a_page_that_polls_does_not_load_its_pictures_anew(page, alice):
    key = files.store("results/shown.png", png())

    first, second = files.shown_url(key), files.shown_url(key)

    assert first == second
    token = first.rsplit("/", maxsplit=1)[1]
    assert files.find_key(token, now=timezone.now()) == key
    later = timezone.now() + files.RESULT_LIFETIME
    assert files.find_key(token, now=later) is None
    default_storage.delete(key)
