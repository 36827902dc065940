"""Who is served next: fair between people, bounded by what providers take."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from botapp.business import generation
from botapp.business.generation import queue
from botapp.models import AIModel, GenRequest
from botapp.tests.orders import LEASE_S, cancel, claim_next, place, soon
from botapp.tests.parallel import at_once

Places = generation.Places


def take(places, kind="image"):
    return generation.claim_next(
        kind=kind, owner="worker", now=soon(), lease_s=LEASE_S, places=places
    )


def test_the_oldest_order_is_served_first(alice):
    first = place(alice, key="1")
    place(alice, key="2")

    assert claim_next().pk == first.pk


def test_one_persons_many_orders_do_not_starve_anothers_one(alice, boris_rich):
    for number in range(6):
        place(alice, key=f"a{number}")
    one = place(boris_rich, key="b")

    served = [claim_next().user_id for _ in range(3)]

    assert one.user_id in served[:2]


def test_one_person_has_only_so_many_orders_at_providers(alice):
    for number in range(8):
        place(alice, key=f"a{number}")

    served = [claim_next() for _ in range(8)]

    assert len([order for order in served if order]) == generation.AT_PROVIDERS_MAX


def test_a_full_provider_keeps_its_orders_in_the_queue_and_others_go_on(alice):
    place(alice, key="1")
    place(alice, key="2")
    flux = place(alice, key="3", model_slug="flux-pro", quantity=1)
    places = Places(usual=50, by_provider={"gemini": 1})

    assert take(places).provider == "gemini"
    assert take(places).pk == flux.pk
    assert take(places) is None


def test_pictures_and_films_stand_in_queues_of_their_own(alice):
    film = place(alice, key="1", model_slug="kling-v2-5-turbo", quantity=1)

    assert claim_next(kind="image") is None
    assert claim_next(kind="video").pk == film.pk


def test_an_order_that_waits_is_not_served(alice):
    place(alice)
    GenRequest.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=1))

    assert claim_next() is None


def test_how_many_stand_before_one(alice):
    orders = [place(alice, key=str(number)) for number in range(3)]
    place(alice, key="film", model_slug="kling-v2-5-turbo", quantity=1)

    assert [generation.count_ahead(order) for order in orders] == [0, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_never_take_the_last_place_twice(alice):
    for number in range(6):
        place(alice, key=str(number))
    places = Places(usual=2, by_provider={})

    taken = at_once([partial(take, places)] * 6)

    assert len([order for order in taken if order]) == 2


def test_an_order_cancelled_while_a_worker_looks_is_not_served(alice, monkeypatch):
    cancelled, other = (place(alice, key=str(number)) for number in range(2))
    look_and_move = queue.move

    def cancel_first(generation_id, from_, **changes):
        cancel(cancelled.pk)
        return look_and_move(generation_id, from_, **changes)

    monkeypatch.setattr(queue, "move", cancel_first)

    assert claim_next().pk == other.pk
    assert claim_next() is None
    cancelled.refresh_from_db()
    assert (cancelled.status, cancelled.refunded) == ("cancelled", cancelled.cost)


def test_a_model_cools_down_and_has_a_daily_limit(alice):
    AIModel.objects.filter(slug="nano-banana").update(cooldown_seconds=60)
    place(alice, key="1")
    with pytest.raises(generation.CoolingDownError) as refused:
        place(alice, key="2")
    assert 50 < refused.value.wait_s <= 60

    AIModel.objects.filter(slug="nano-banana").update(cooldown_seconds=0, daily_limit=1)
    with pytest.raises(generation.DailyLimitError):
        place(alice, key="3")
    GenRequest.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert place(alice, key="4").pk


@pytest.fixture
def boris_rich(boris):
    from conftest import give_tokens

    give_tokens(boris, 100)
    return boris
