"""How long it usually takes is learned from this model's own orders."""

from datetime import timedelta

from django.utils import timezone

from botapp import catalog
from botapp.business import waiting
from botapp.models import AIModel, GenRequest
from botapp.services import progress
from botapp.tests.orders import place

SLUG = "kling-v3"


def done(alice, took_s, *, key, duration=5):
    order = place(alice, key=key, model_slug=SLUG, quantity=1, params={"duration": duration})
    GenRequest.objects.filter(pk=order.pk).update(
        status="done", processing_time=took_s, completed_at=timezone.now()
    )
    return order


def test_before_there_are_enough_orders_the_card_tells(alice):
    model = AIModel.objects.get(slug=SLUG)
    give(alice)
    done(alice, 5.0, key="1")

    assert waiting.usual_time_s(model) == catalog.BY_SLUG[SLUG].usual_time_s


def test_it_is_the_middle_of_the_latest_orders_of_the_same_length(alice):
    model = AIModel.objects.get(slug=SLUG)
    give(alice)
    for number, took_s in enumerate((60.0, 61.0, 62.0, 63.0, 900.0)):
        done(alice, took_s, key=f"short{number}")
    for number in range(5):
        done(alice, 300.0, key=f"long{number}", duration=15)

    assert waiting.usual_time_s(model, params={"duration": 5}) == 62.0
    assert waiting.usual_time_s(model, params={"duration": 15}) == 300.0
    assert 62.0 <= waiting.usual_time_s(model, params={"duration": 7}) <= 300.0


def test_the_status_message_says_it_and_who_is_before_one(alice, sent):
    give(alice)
    place(alice, key="first", model_slug=SLUG, quantity=1)
    order = place(alice, key="second", model_slug=SLUG, quantity=1)
    long_ago = timezone.now() - timedelta(seconds=30)
    GenRequest.objects.filter(pk=order.pk).update(status_message_id=7, status_edited_at=long_ago)

    progress.refresh(timezone.now())

    said = sent.calls[-1].text
    assert "Перед вами: 1" in said
    assert "Обычно занимает 3:00" in said


def give(user):
    from conftest import give_tokens

    give_tokens(user, 2000)


def test_a_model_that_is_slow_today_is_said_to_be_before_paying(alice, sent, phone, card):
    model = AIModel.objects.get(slug="nano-banana")
    give(alice)
    now = timezone.now()
    for number in range(8):
        hurried(alice, 10.0, key=f"before{number}", at=now - timedelta(hours=2))
    assert not waiting.expect(model, params={}, now=now).is_slow
    for number in range(4):
        hurried(alice, 60.0, key=f"today{number}", at=now - timedelta(minutes=5))

    phone.say("кот")

    assert waiting.expect(model, params={}, now=now).usual_s == 60.0
    assert "🐢 Сегодня медленно: около 60 с" in card.text


def test_one_slow_order_is_no_slow_day(alice):
    model = AIModel.objects.get(slug="nano-banana")
    give(alice)
    now = timezone.now()
    for number in range(8):
        hurried(alice, 10.0, key=f"before{number}", at=now - timedelta(hours=2))
    hurried(alice, 90.0, key="today", at=now)

    wait = waiting.expect(model, params={}, now=now)

    assert not wait.is_slow
    assert wait.mostly_s > wait.usual_s


def test_a_dearer_quality_has_a_time_of_its_own(alice):
    model = AIModel.objects.get(slug="nano-banana")
    give(alice)
    now = timezone.now()
    for number in range(6):
        hurried(alice, 10.0, key=f"small{number}", at=now, params={"image_size": "1K"})
        hurried(alice, 30.0, key=f"large{number}", at=now, params={"image_size": "4K"})

    assert waiting.usual_time_s(model, params={"image_size": "4K"}) == 30.0
    assert waiting.usual_time_s(model, params={"image_size": "1K"}) == 10.0


def hurried(alice, took_s, *, key, at, params=None):
    order = place(alice, key=key, params=params or {})
    GenRequest.objects.filter(pk=order.pk).update(
        status="done", processing_time=took_s, completed_at=at
    )
