import asyncio
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.db import OperationalError, connections, transaction

from botapp import error_tracker
from botapp.models import BotErrorEvent
from botapp.providers.base import Failure, ProviderError

INIT_DATA = (
    "query_id=AAE&user=%7B%22id%22%3A1001%2C%22first_name%22%3A%22A%22%7D"
    "&auth_date=1777636800&signature=abc&hash=0123456789abcdef"
)
GOOGLE_KEY = "AIzaSyA-not-a-real-key-0123456789abcdefg"

log = logging.getLogger("botapp.services.example")


@pytest.fixture
def threaded(transactional_db):
    """A recorder as in production: its own thread, its own connection."""
    recorder = error_tracker.Recorder(in_thread=True)
    yield recorder
    recorder.wait()
    # The test database cannot be dropped while the thread is connected.
    recorder.record(record_of("bye"))
    recorder.wait()


@pytest.fixture
def operators_chat(settings):
    """Telegram as far as an alert needs it: remembers what was posted."""
    posted = []

    class Telegram(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Telegram)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.TELEGRAM_API_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ERROR_ALERT_CHAT_ID = 77
    yield posted
    server.shutdown()
    server.server_close()
    thread.join()


def record_of(message, *, level=logging.ERROR, **extra):
    return log.makeRecord(log.name, level, __file__, 1, message, (), None, "place", extra)


def explode(text):
    raise ValueError(text)


def fail(**extra):
    try:
        explode("unexpected")
    except ValueError:
        log.exception("Could not store the result", extra=extra)


def test_a_logged_error_becomes_an_event_with_its_place_and_trace(alice):
    fail(chat_id=alice.chat_id, provider="gemini")

    event = BotErrorEvent.objects.get()
    assert event.message == "Could not store the result"
    assert (event.error_class, event.severity, event.origin) == (
        "ValueError",
        "error",
        "generation",
    )
    assert event.handler == "botapp.services.example:fail"
    assert "ValueError: unexpected" in event.stacktrace
    assert (event.user, event.chat_id) == (alice, alice.chat_id)
    assert event.extra == {"provider": "gemini"}


def test_odd_requests_of_strangers_are_no_failures_of_ours(client, db, operators_chat):
    invented = client.get("/miniapp/", headers={"host": "invented.example"})
    stuffed = client.post("/admin/login/", {f"field{number}": "x" for number in range(1001)})

    assert (invented.status_code, stuffed.status_code) == (400, 400)
    assert not BotErrorEvent.objects.exists()
    assert operators_chat == []


def test_a_warning_is_not_an_event(db):
    log.warning("The provider is slow")

    assert not BotErrorEvent.objects.exists()


@pytest.mark.parametrize(
    "secret",
    [
        settings.TELEGRAM_BOT_TOKEN,
        settings.TG_WEBHOOK_SECRET,
        settings.PROVIDERS["gemini"]["api_key"],
        settings.LAVA_API_KEY,
        settings.LAVA_WEBHOOK_API_KEYS[1],
        settings.METRICS_TOKEN,
        settings.SECRET_KEY,
        "987654321:AAAnotherBotsToken_0123456789abcdefgh",
        GOOGLE_KEY,
        INIT_DATA,
    ],
)
def test_secrets_never_arrive_in_an_event(db, secret):
    try:
        explode(f"POST https://api.telegram.org/bot{secret}/x?key={secret}")
    except ValueError:
        log.exception("Could not call %s", secret, extra={"address": f"https://x/{secret}/y"})
    log.error("Refused, header was: tma %s", secret)

    for event in BotErrorEvent.objects.all():
        kept = f"{event.message} {event.stacktrace} {event.extra}"
        assert secret not in kept
        assert "first_name" not in kept
        assert "***" in kept


def test_an_error_inside_an_event_loop_is_written_at_the_flush(db):
    error_tracker.flush()  # what other tests left
    BotErrorEvent.objects.all().delete()

    async def handler():
        fail()

    asyncio.run(handler())
    assert not BotErrorEvent.objects.exists()

    error_tracker.flush()
    assert BotErrorEvent.objects.count() == 1


def test_the_thread_writes_what_an_event_loop_logs(threaded):
    async def handler():
        threaded.record(record_of("inside a loop"))

    asyncio.run(handler())
    threaded.wait()

    assert BotErrorEvent.objects.get().message == "inside a loop"


def test_an_error_outlives_the_transaction_it_was_logged_in(threaded):
    with transaction.atomic():
        threaded.record(record_of("inside a transaction"))
        threaded.wait()
        transaction.set_rollback(True)

    assert BotErrorEvent.objects.get().message == "inside a transaction"


def test_a_flood_of_one_error_from_many_threads_is_one_row_with_a_number(threaded):
    def flood():
        for _ in range(500):
            threaded.record(record_of("the provider is away"))
        connections.close_all()

    threads = [threading.Thread(target=flood) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    threaded.wait()
    wait_until(lambda: BotErrorEvent.objects.get().extra.get("repeats") == 1999)


def test_a_flood_of_different_errors_is_bounded(transactional_db):
    recorder = error_tracker.Recorder(in_thread=True)
    # The thread stands still: as if the database hung.
    recorder._ensure_thread = lambda: None

    for number in range(3000):
        recorder.record(record_of(f"error {number}"))

    assert recorder._queue.qsize() == 500


def test_an_order_that_is_not_committed_yet_does_not_lose_the_error(threaded):
    threaded.record(record_of("about an order", generation_id=424242))
    threaded.wait()

    event = BotErrorEvent.objects.get()
    assert event.gen_request_id is None
    assert event.extra["generation_id"] == 424242


def test_what_happens_while_the_database_is_away_is_told_at_once_and_recorded_after_it(
    threaded, operators_chat, monkeypatch
):
    recording = sys.modules[error_tracker.Recorder.__module__]
    monkeypatch.setattr(recording, "AGAIN_S", 0.01)
    save, failures, told = recording._save, [OperationalError("away")] * 3, []

    def save_later(values):
        told.append(len(operators_chat))
        if failures:
            raise failures.pop()
        return save(values)

    monkeypatch.setattr(recording, "_save", save_later)
    threaded.record(record_of("the database is away"))
    threaded.record(record_of("and so is the order"))
    threaded.wait()

    recorded = BotErrorEvent.objects.values_list("message", flat=True)
    assert sorted(recorded) == ["and so is the order", "the database is away"]
    # Both are of one kind, of which operators hear once: before the first could be recorded.
    assert told == [0, 1, 1, 1, 1]


def test_operators_are_told_once_per_cooldown_and_without_secrets(db, operators_chat):
    for _ in range(3):
        fail(address=f"/bot{settings.TELEGRAM_BOT_TOKEN}/sendMessage")

    assert BotErrorEvent.objects.count() == 3
    assert len(operators_chat) == 1
    assert "Could not store the result" in operators_chat[0]
    assert settings.TELEGRAM_BOT_TOKEN not in operators_chat[0]


def refuse(failure, provider="gemini"):
    error = ProviderError(failure, "as told by the provider")
    return log.makeRecord(
        *(log.name, logging.ERROR, __file__, 1, "Provider failed: %s", (failure.value,)),
        (type(error), error, None),
        "refuse",
        extra={"provider": provider},
    )


def test_different_refusals_of_a_provider_are_different_failures(threaded, operators_chat):
    for failure in (Failure.AUTH, Failure.MODEL_GONE, Failure.AUTH):
        threaded.record(refuse(failure))
    threaded.wait()

    rows = BotErrorEvent.objects.order_by("pk").values_list("message", "extra__failure")
    assert list(rows) == [
        ("Provider failed: auth", "auth"),
        ("Provider failed: model_gone", "model_gone"),
    ]
    assert ["auth" in text for text in operators_chat] == [True, False]


def test_the_same_refusal_of_two_providers_is_two_failures(threaded, operators_chat):
    for provider in ("kling", "fal", "kling"):
        threaded.record(refuse(Failure.NO_PROVIDER_MONEY, provider))
    threaded.wait()

    providers = BotErrorEvent.objects.order_by("pk").values_list("extra__provider", flat=True)
    assert list(providers) == ["kling", "fal"]
    assert len(operators_chat) == 2


def test_a_failure_without_an_exception_alarms_too(db, operators_chat):
    logging.getLogger("lavatop.inbox").error(
        "A payment does not fit its order", extra={"origin": "payment"}
    )

    assert "does not fit its order" in operators_chat[0]


def test_an_alert_that_cannot_be_sent_does_not_disturb(db, settings):
    settings.ERROR_ALERT_CHAT_ID = 77

    fail()

    assert BotErrorEvent.objects.count() == 1


def wait_until(is_true, timeout_s=10.0):
    pause = threading.Event()
    for _ in range(int(timeout_s / 0.1)):
        if is_true():
            return
        pause.wait(0.1)
    assert is_true()
