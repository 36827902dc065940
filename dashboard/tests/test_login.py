"""Guessing an operator's password: ten times, then a pause; nobody is kept out for good."""

import hashlib
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from dashboard import login
from dashboard.login import COOKIE, GUESSES_MAX, WINDOW_S

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def operators(db):
    for name in ("olga", "ivan"):
        User.objects.create_superuser(name, password="right")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Three minutes of a window are left; `clock.now` moves it."""

    class Clock:
        now = (time.time() // WINDOW_S + 1) * WINDOW_S - 180

        def time(self):
            return self.now

    monkeypatch.setattr(login, "time", Clock())
    return login.time


def enter(name="olga", said="wrong", address=HOME, browser=None):
    """From a new browser if none is given; the proxy adds the last hop, the rest may be a lie."""
    return (browser or Client()).post(
        reverse("admin:login"),
        {"username": name, "password": said},
        headers={"X-Forwarded-For": f"10.0.0.1, {address}"},
    )


def guess(times=GUESSES_MAX, **how):
    assert {enter(**how).status_code for _ in range(times)} == {200}


def test_after_ten_guesses_the_right_password_is_refused_as_well(clock):
    guess()

    refused = enter(said="right")

    assert refused.status_code == 429
    assert refused.content.decode().endswith("через 3 мин.")
    assert refused["Retry-After"] == "180"
    assert "sessionid" not in refused.cookies


def test_another_name_from_another_address_may_enter():
    guess()

    assert enter("ivan", "right", ELSEWHERE).status_code == 302


def test_the_next_window_begins_anew(clock):
    guess()
    assert enter(said="right").status_code == 429

    clock.now += 181

    assert enter(said="right").status_code == 302


def test_one_address_guesses_at_all_names_together():
    for number in range(GUESSES_MAX):
        guess(1, name=f"name{number}")

    assert enter("ivan", "right").status_code == 429
    assert enter("ivan", "right", ELSEWHERE).status_code == 302


@pytest.mark.parametrize("spelling", ["olga", " olga ", "ｏｌｇａ"])
def test_all_addresses_guess_at_one_name_together(spelling):
    for number in range(GUESSES_MAX):
        guess(1, name=spelling, address=f"198.51.100.{number}")

    assert enter("olga", "right").status_code == 429


def test_what_an_address_is_refused_counts_at_no_name():
    guess(name="nobody")
    for _ in range(GUESSES_MAX):
        assert enter("olga").status_code == 429

    assert enter("olga", "right", ELSEWHERE).status_code == 302


def test_success_clears_the_count_and_is_none_itself():
    guess(GUESSES_MAX - 1)
    for _ in range(3):
        assert enter(said="right").status_code == 302

    guess(GUESSES_MAX, address=ELSEWHERE)


def test_strangers_cannot_keep_an_operator_out_of_the_usual_browser():
    usual = Client()
    assert enter(said="right", browser=usual).status_code == 302
    guess()

    assert enter(said="right").status_code == 429
    assert enter(said="right", browser=usual).status_code == 302


def test_whoever_sits_at_the_usual_browser_guesses_no_oftener():
    usual = Client()
    enter(said="right", browser=usual)
    guess(browser=usual)

    assert enter(said="right", browser=usual).status_code == 429


def test_the_mark_of_one_operator_is_none_for_another():
    usual = Client()
    enter("ivan", "right", browser=usual)
    guess()

    assert enter(said="right", browser=usual).status_code == 429


def test_a_forged_mark_is_none():
    forger = Client()
    enter("ivan", "right", browser=forger)
    mark = forger.cookies[COOKIE]
    olga = hashlib.sha256(b"olga").hexdigest()
    forged = olga + mark.value[len(olga) :]
    mark.set(COOKIE, forged, forged)
    guess()

    assert enter(said="right", browser=forger).status_code == 429


def test_without_redis_the_door_is_open(settings):
    away = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": away}

    guess(GUESSES_MAX + 1)

    assert enter(said="right").status_code == 302


def test_the_form_is_shown_and_strange_names_are_no_failures():
    guess()

    assert Client().get(reverse("admin:login")).status_code == 200
    for name in ("", "\0", "x" * 5000):
        assert enter(name, address=ELSEWHERE).status_code == 200
