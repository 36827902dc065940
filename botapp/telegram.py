"""The bot as Telegram's client: its one `Bot`, and sending from synchronous workers."""

import asyncio
import threading
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import Update
from django.conf import settings

from botapp import db_threads
from botapp.chat_logger import OutgoingLogMiddleware

T = TypeVar("T")

# Uploading a result takes its time; a person in the chat is answered or told quickly.
SEND_TIMEOUT_S = 90.0
ANSWER_TIMEOUT_S = 15.0
HANG_UP_TIMEOUT_S = 5.0
WAIT_MAX_S = 3
STUMBLE_WAIT_S = 0.5
WAITS_MAX = 2

_starting = threading.Lock()


def make_bot(*, timeout_s: float = SEND_TIMEOUT_S) -> Bot:
    """A bot bound to the first event loop that uses it."""
    session = _Session(
        api=TelegramAPIServer.from_base(settings.TELEGRAM_API_BASE_URL), timeout=timeout_s
    )
    session.middleware(OutgoingLogMiddleware())
    session.middleware(LateAnswerMiddleware())
    session.middleware(PatientMiddleware())
    return Bot(
        settings.TELEGRAM_BOT_TOKEN,
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


def prepare() -> None:
    """Build what the first updates and answers would otherwise wait for: 0.2 s."""
    Update.model_rebuild()
    for method in (SendMessage, EditMessageText):
        _answer_type(method.__returning__)


class _Session(AiohttpSession):
    def check_response(
        self, bot: Bot, method: TelegramMethod[T], status_code: int, content: str
    ) -> Response[T]:
        _answer_type(method.__returning__)
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            # A gateway in front of Telegram answers with a page of its own.
            if status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            raise TelegramServerError(method, f"HTTP {status_code}") from error


@cache
def _answer_type(returned: Any) -> type[Response[Any]]:
    """Held for good: pydantic forgets a type that nobody holds, and aiogram asks for it anew with
    every answer; building it takes 60 ms of the event loop (pydantic, `_internal/_generics.py`)."""
    return Response[returned]


class LateAnswerMiddleware(BaseRequestMiddleware):
    """A press answered too late has lost its spinner already: nothing is wrong with that.

    Without this, the handler of a redelivered press would stop at its very first line.
    """

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any] | Any:
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as error:
            if isinstance(method, AnswerCallbackQuery) and "query is too old" in error.message:
                return True
            raise


class PatientMiddleware(BaseRequestMiddleware):
    """Telegram takes about one message a second for a chat: it is asked again when it says, and
    soon when it stumbles (a gateway of theirs answers 502 for a moment now and then).

    Longer waits are the caller's business (payments_telegram.md B4).
    """

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any] | Any:
        for _ in range(WAITS_MAX):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > WAIT_MAX_S:
                    raise
                await asyncio.sleep(error.retry_after)
            except TelegramServerError:
                await asyncio.sleep(STUMBLE_WAIT_S)
        return await make_request(bot, method)


def call(method: TelegramMethod[T]) -> T:
    """Send from a worker thread and wait for the answer; raises aiogram's TelegramAPIError."""
    future = asyncio.run_coroutine_threadsafe(_send(method), _worker_loop())
    try:
        return future.result(timeout=SEND_TIMEOUT_S + 30)
    finally:
        # What was sent is recorded though Postgres was restarted meanwhile.
        db_threads.replace_broken_connection()


def download(file_id: str) -> bytes:
    """The bytes of a file somebody sent to the bot (Telegram gives at most 20 MB)."""
    future = asyncio.run_coroutine_threadsafe(_download(file_id), _worker_loop())
    return future.result(timeout=SEND_TIMEOUT_S + 30)


def hang_up() -> None:
    """End the connections of this process's worker threads, once none of them sends any more."""
    if worker_bot.cache_info().currsize:
        closing = worker_bot().session.close()
        asyncio.run_coroutine_threadsafe(closing, _worker_loop()).result(timeout=HANG_UP_TIMEOUT_S)


async def _send(method: TelegramMethod[T]) -> T:
    return await worker_bot()(method)


async def _download(file_id: str) -> bytes:
    content = await worker_bot().download(file_id, timeout=int(SEND_TIMEOUT_S))
    if content is None:
        raise ValueError("a download without a destination returns its content")
    return content.read()


@cache
def worker_bot() -> Bot:
    """The bot of this process's worker threads, used on their one loop only."""
    return make_bot()


def _worker_loop() -> asyncio.AbstractEventLoop:
    # `cache` alone lets two first calls each start a loop; the bot's session belongs to one only.
    with _starting:
        return _start_loop()


@cache
def _start_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="telegram", daemon=True).start()
    return loop
