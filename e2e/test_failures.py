"""What goes wrong outside costs nobody a token, and everybody is told."""

import pytest
from redis import Redis

from e2e.stage import wait_until


@pytest.fixture
def person(stage):
    somebody = stage.newcomer("Павел")
    somebody.say("/start")
    somebody.wait_for("Дарим ⚡50")
    return somebody


def order(person, prompt):
    """Ask for a picture; returns the message that shows the order."""
    before = person.last_id()
    person.say(prompt)
    person.press(person.wait_for("Цена: ", after=before), "Создать")
    # Of an order that ends at once, the status is its end already.
    return person.wait_for("аказ №", after=before)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("[[policy]]", "Модель отказалась"),
        ("[[policy-end]]", "Модель отказалась"),
        ("[[noimage]]", "ответила без картинки"),
        ("[[timeout-after-accept]]", "сбоя на нашей стороне"),
        ("[[garbage]]", "сбоя на нашей стороне"),
    ],
)
def test_a_failure_is_explained_and_paid_back(stage, person, word, sentence):
    shown = order(person, f"кот {word} {person.id}")

    told = person.wait_for(sentence)

    assert told["message_id"] == shown["message_id"]
    assert "возвращено ⚡0.80 → итого ⚡0\nБаланс: ⚡50" in told["text"]
    assert person.balance() == "50"


def test_a_used_up_quota_is_explained_when_nobody_else_can(stage, person):
    nobody_else(stage, person)
    order(person, f"кот [[429-day]] {person.id}")

    told = person.wait_for("перегружена")

    assert "возвращено ⚡0.80 → итого ⚡0\nБаланс: ⚡50" in told["text"]


def test_another_provider_makes_what_the_first_cannot_at_the_same_price(stage, person):
    prompt = f"кот у соседей {person.id}"
    stage.fault(
        service="gemini",
        operation="generateContent",
        match=prompt,
        action="respond",
        status=400,
        body={"error": {"status": "FAILED_PRECONDITION", "message": "Billing is off"}},
    )
    order(person, prompt)

    assert "списано ⚡0.80" in person.wait_for("Готово")["caption"]
    asked = [c["operation"] for c in stage.calls("fal") if prompt in str(c["body"])]
    assert len(asked) == 1


@pytest.mark.parametrize("word", ["[[429]]", "[[500]]"])
def test_a_passing_failure_ends_in_a_picture_charged_once(stage, person, word):
    order(person, f"кот {word} {person.id}")

    person.wait_for("Готово")

    assert person.balance() == "49.20"


def test_a_lost_answer_is_one_paid_request(stage, person):
    prompt = f"кот [[timeout-after-accept]] один раз {person.id}"
    order(person, prompt)
    person.wait_for("возвращено")

    asked = [c for c in stage.calls("gemini", "generateContent") if prompt in str(c["body"])]

    assert len(asked) == 1


def test_a_killed_worker_ends_the_order_once(stage, person):
    prompt = f"кот [[slow]] {person.id}"
    order(person, prompt)
    wait_until(
        lambda: (
            [c for c in stage.calls("gemini") if prompt in str(c["body"])]
            or "Рисую" in str(person.messages())
        ),
        patience_s=20,
        complaint=lambda: "the provider was never asked",
    )

    stage.kill_worker()
    stage.start_worker()

    told = person.wait_for("возвращено ⚡0.80", patience_s=60)
    assert "Готово" not in str(told)
    assert person.balance() == "50"


def test_a_flushed_redis_loses_no_order(stage, person):
    busy(stage, person, retry_after="9s")
    order(person, f"кот переживёт {person.id}")
    person.wait_for("Модель занята")

    Redis.from_url(stage.env["REDIS_URL"]).flushall()

    person.wait_for("Готово")
    assert person.balance() == "49.20"


def test_telegram_away_at_delivery_delays_the_picture_and_pays_nothing_twice(stage, person):
    stumble(stage, person, "sendDocument", times=4)

    order(person, f"кот и телеграм {person.id}")

    person.wait_for("Оригинал", patience_s=60)
    assert person.balance() == "49.20"


def test_whoever_writes_while_telegram_stumbles_is_answered(stage, person):
    before = person.last_id()
    stumble(stage, person, "sendMessage", times=2)

    person.say("/balance")

    person.wait_for("⚡50", after=before)


def test_an_order_can_be_cancelled_while_its_provider_is_busy(stage, person):
    busy(stage, person, retry_after="300s")
    nobody_else(stage, person)
    order(person, f"кот подождёт {person.id}")

    person.press(person.wait_for("Модель занята"), "Отменить")

    person.wait_for("возвращено ⚡0.80")
    assert person.balance() == "50"


def stumble(stage, person, operation, *, times):
    """Telegram fails to take what is sent to this person, so many times."""
    stage.fault(
        service="telegram",
        operation=operation,
        match=str(person.id),
        times=times,
        action="respond",
        status=502,
        body={"ok": False, "error_code": 502, "description": "Bad Gateway"},
    )


def busy(stage, person, *, retry_after):
    """Gemini turns this person's next request away."""
    stage.fault(
        service="gemini",
        operation="generateContent",
        match=str(person.id),
        action="respond",
        status=429,
        body={"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": retry_after}]}},
    )


def nobody_else(stage, person):
    """The other route of this person's next request has no money."""
    stage.fault(
        service="fal",
        match=str(person.id),
        action="respond",
        status=403,
        body={"detail": "User is locked. Reason: Exhausted balance."},
    )
