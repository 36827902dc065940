"""How many requests Django works on at once, through its own ASGI handler on real Postgres."""

import asyncio
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from botapp import health, request_slots
from botapp.models import BotErrorEvent

SLOTS = 6
NARROW_SLOTS = 2


class Counter:
    """How many are inside now, and how many were at most."""

    def __init__(self):
        self.now = self.most = 0
        self._lock = threading.Lock()

    @contextmanager
    def inside(self):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            yield
        finally:
            with self._lock:
                self.now -= 1


class Stage:
    """Who is inside the views below; `gate` lets the held ones go."""

    def __init__(self):
        self.everybody, self.held = Counter(), Counter()
        self.gate = threading.Event()


stage = Stage()


def quick(_request):
    with stage.everybody.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.03)")
    return HttpResponse("done")


def held(_request):
    with stage.everybody.inside(), stage.held.inside():
        assert stage.gate.wait(20)
    return HttpResponse("done")


urlpatterns = [
    path("quick", quick),
    path("held", held),
    path("api/miniapp/payments", held),
    path("api/health/live", health.live),
]


@pytest.fixture(autouse=True)
def _stage(settings, monkeypatch, transactional_db):
    stage.__init__()
    settings.ROOT_URLCONF = __name__
    settings.WEB_REQUESTS_MAX = SLOTS
    monkeypatch.setattr(request_slots, "WAIT_S_MAX", 0.5)
    yield
    stage.gate.set()


def browse(visit):
    """What `visit` returns, given a browser on a fresh handler."""

    async def run():
        transport = httpx.ASGITransport(app=request_slots.BoundedHandler())
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as browser:
            return await visit(browser)

    return asyncio.run(run())


async def until(is_true):
    async with asyncio.timeout(10):
        while not is_true():
            await asyncio.sleep(0.01)


def test_many_at_once_are_all_answered_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(request_slots, "WAIT_S_MAX", 20)

    async def visit(browser):
        return await asyncio.gather(*(browser.get("/quick") for _ in range(60)))

    answers = browse(visit)

    assert {answer.status_code for answer in answers} == {200}
    assert 1 < stage.everybody.most <= SLOTS


def test_who_finds_no_slot_is_asked_to_come_back_and_nobody_is_alarmed():
    async def visit(browser):
        waiting = [asyncio.ensure_future(browser.get("/held")) for _ in range(SLOTS)]
        await until(lambda: stage.held.now == SLOTS)
        refused = await browser.get("/api/miniapp/payments", headers={"Accept-Language": "en"})
        page = await browser.get("/quick")
        alive = await browser.get("/api/health/live")
        stage.gate.set()
        return refused, page, alive, await asyncio.gather(*waiting)

    refused, page, alive, answered = browse(visit)

    assert refused.status_code == page.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json()["error"]["code"] == "busy"
    assert "Please try again" in refused.json()["error"]["message"]
    assert "Попробуйте" in page.text
    assert alive.status_code == 200
    assert [answer.status_code for answer in answered] == [200] * SLOTS
    assert not BotErrorEvent.objects.exists()


def test_what_waits_for_lava_leaves_slots_to_everybody_else():
    async def visit(browser):
        paying = [asyncio.ensure_future(browser.get("/api/miniapp/payments")) for _ in range(30)]
        await until(lambda: stage.held.now == NARROW_SLOTS)
        answer = await browser.get("/quick")
        stage.gate.set()
        return answer, await asyncio.gather(*paying)

    answer, paid = browse(visit)

    assert answer.status_code == 200
    assert stage.held.most == NARROW_SLOTS
    assert [one.status_code for one in paid].count(200) >= NARROW_SLOTS


def test_who_hangs_up_keeps_the_slot_until_the_thread_is_done():
    async def visit(_browser):
        handler = request_slots.BoundedHandler()
        gone = [asyncio.ensure_future(hang_up_on(handler, "/held")) for _ in range(SLOTS)]
        await until(lambda: stage.held.now == SLOTS)
        later = asyncio.ensure_future(hang_up_on(handler, "/held"))
        started_s = time.monotonic()
        await asyncio.sleep(0.3)
        # The event loop was never held up, and nobody came in beside them.
        is_awake = time.monotonic() - started_s < 1
        stage.gate.set()
        await asyncio.gather(*gone, later)
        return is_awake

    assert browse(visit)
    assert stage.held.most == SLOTS


async def hang_up_on(handler, address):
    async def send(_message):
        pass

    await handler(scope_of(address), hold_line(hangs_up_after_s=0.1), send)


def test_a_slow_reader_holds_neither_a_slot_nor_a_connection():
    async def visit(_browser):
        # Earlier tests of this worker may have left connections open, which end when they will.
        before = await asyncio.to_thread(count_other_connections)
        handler = request_slots.BoundedHandler()
        sending = []
        is_read = asyncio.Event()

        async def send(message):
            sending.append(message["type"])
            await is_read.wait()

        readers = [
            asyncio.ensure_future(handler(scope_of("/quick"), hold_line(), send))
            for _ in range(SLOTS * 2)
        ]
        await until(lambda: len(sending) == SLOTS * 2)
        while_reading = await asyncio.to_thread(count_other_connections)
        is_read.set()
        await asyncio.gather(*readers)
        return while_reading - before

    assert browse(visit) <= 0


def count_other_connections():
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return cursor.fetchone()[0]
    finally:
        connection.close()


def scope_of(address):
    return {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }


def hold_line(hangs_up_after_s=3600.0):
    """An ASGI `receive` of a client that asks, stays for so long, and is gone."""
    messages = [{"type": "http.request"}, {"type": "http.disconnect"}]

    async def receive():
        if len(messages) == 1:
            await asyncio.sleep(hangs_up_after_s)
        return messages.pop(0)

    return receive
