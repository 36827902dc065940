"""The operators' login, with a brake on guessing passwords.

So many guesses per address and per name in each window of the clock. A browser that logged in
before is counted by itself: a stranger who guesses at an operator's name, or shares a proxy's
address with them, cannot keep them out. Without Redis nobody is counted, and everybody may log in.
"""

import hashlib
import logging
import secrets
import time
import unicodedata
from dataclasses import dataclass

from django.contrib import admin
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from redis import RedisError

from botapp import counting
from botapp.remote_address import remote_ip

GUESSES_MAX = 10
WINDOW_S = 10 * 60
COOKIE = "logged_in_here"
COOKIE_S = 90 * 24 * 3600

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Guess:
    """What is guessed at: the digest of a name; and the cache keys that count it."""

    name: str
    shared: tuple[str, ...]
    own: str


def login(request: HttpRequest) -> HttpResponse:
    """Django's own; 429 for whoever has guessed too often, whatever the password."""
    if request.method != "POST":
        return admin.site.login(request)
    guess = _read(request)
    if not _is_allowed(guess):
        return _come_later()
    response = admin.site.login(request)
    if isinstance(response, HttpResponseRedirect):
        _forget(guess)
        _mark(response, guess, is_secure=request.is_secure())
    return response


def _read(request: HttpRequest) -> Guess:
    # As Django's form reads it: no other spelling of a name is another name.
    said = unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()
    name = hashlib.sha256(said.encode()).hexdigest()
    window = int(time.time()) // WINDOW_S
    browser = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_S) or ""
    if browser.startswith(f"{name}:"):
        return Guess(name, shared=(), own=f"login:browser:{browser}:{window}")
    address = f"login:address:{remote_ip(request)}:{window}"
    return Guess(name, shared=(address,), own=f"login:name:{name}:{window}")


def _is_allowed(guess: Guess) -> bool:
    try:
        # Counted before it is tried: parallel ones are not more. Guesses that the address may not
        # make any more are none at the name.
        return all(
            counting.count(key, window_s=2 * WINDOW_S) <= GUESSES_MAX
            for key in (*guess.shared, guess.own)
        )
    except RedisError:
        logger.warning("Nobody counts the guesses at passwords: Redis is away")
        return True


def _forget(guess: Guess) -> None:
    """The right password was no guess."""
    try:
        cache.delete(guess.own)
        for key in guess.shared:
            cache.decr(key)
    except (RedisError, ValueError):
        logger.warning("A login counts as a guess: Redis is away, or was emptied meanwhile")


def _mark(response: HttpResponse, guess: Guess, *, is_secure: bool) -> None:
    response.set_signed_cookie(
        COOKIE,
        f"{guess.name}:{secrets.token_hex(8)}",
        max_age=COOKIE_S,
        path=reverse("admin:login"),
        secure=is_secure,
        httponly=True,
        samesite="Lax",
    )


def _come_later() -> HttpResponse:
    wait_s = WINDOW_S - int(time.time()) % WINDOW_S
    minutes = -(-wait_s // 60)
    return HttpResponse(
        f"Слишком много попыток входа. Вход откроется через {minutes} мин.",
        status=429,
        headers={"Retry-After": str(wait_s), "Cache-Control": "no-store"},
        content_type="text/plain; charset=utf-8",
    )
