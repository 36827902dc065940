"""When Telegram takes no more for a moment, it is asked again; for longer, the caller decides."""

import gc
import threading
import weakref
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiogram.exceptions import ClientDecodeError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import DeleteMessage, SendMessage
from asgiref.sync import async_to_sync
from celery.signals import worker_shutdown

from botapp import telegram

METHOD = SendMessage(chat_id=1, text="кот")


@pytest.fixture
def slept(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr("botapp.telegram.asyncio.sleep", sleep)
    return waits


def ask(refusals, retry_after):
    """The answer of a Telegram that refuses so many times first."""
    return after([TelegramRetryAfter(METHOD, "Too Many Requests", retry_after)] * refusals)


def after(failures):
    left = list(failures)

    async def make_request(bot, method):
        if left:
            raise left.pop()
        return "sent"

    return async_to_sync(telegram.PatientMiddleware())(make_request, None, METHOD)


def test_a_short_wait_is_waited(slept):
    assert ask(refusals=2, retry_after=1) == "sent"
    assert slept == [1, 1]


def test_a_long_wait_is_the_callers_business(slept):
    with pytest.raises(TelegramRetryAfter):
        ask(refusals=1, retry_after=30)
    assert slept == []


def test_nobody_waits_for_ever(slept):
    with pytest.raises(TelegramRetryAfter):
        ask(refusals=9, retry_after=1)
    assert slept == [1, 1]


def test_a_stumbling_telegram_is_asked_again_soon(slept):
    assert after([TelegramServerError(METHOD, "Bad Gateway")] * 2) == "sent"
    assert sum(slept) <= 1


def test_a_telegram_that_is_away_is_the_callers_business(slept):
    with pytest.raises(TelegramServerError):
        after([TelegramServerError(METHOD, "Bad Gateway")] * 9)
    assert sum(slept) <= 1


@pytest.mark.parametrize(
    ("status", "error"), [(502, TelegramServerError), (200, ClientDecodeError)]
)
def test_a_page_of_a_gateway_is_a_stumble(status, error):
    bot = telegram.make_bot()
    with pytest.raises(error):
        bot.session.check_response(bot, METHOD, status, "<html>Bad Gateway</html>")


def test_every_bot_of_ours_is_patient():
    middlewares = list(telegram.make_bot().session.middleware)
    assert any(isinstance(one, telegram.PatientMiddleware) for one in middlewares)


@pytest.fixture
def line(settings):
    """Telegram at the other end of a line; set when the bot has hung up."""
    hung_up = threading.Event()

    class Telegram(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = b'{"ok": true, "result": true}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def finish(self):
            super().finish()
            hung_up.set()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Telegram)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    settings.TELEGRAM_API_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    telegram.worker_bot.cache_clear()
    yield hung_up
    telegram.hang_up()
    telegram.worker_bot.cache_clear()
    server.shutdown()
    server.server_close()
    serving.join()


def test_a_worker_that_stops_hangs_up(db, line):
    assert telegram.call(DeleteMessage(chat_id=1, message_id=1))
    assert not line.is_set()

    worker_shutdown.send(sender=None)

    assert line.wait(5)


def test_how_an_answer_is_read_is_worked_out_once():
    """Each time takes 60 ms of the event loop, in which nobody else is answered."""
    bot = telegram.make_bot()
    sent = (
        '{"ok": true, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}'
    )

    reader = weakref.ref(type(bot.session.check_response(bot, METHOD, 200, sent)))
    gc.collect()

    assert reader() is not None
