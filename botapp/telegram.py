"""The bot as Telegram's client: its one `Bot`, and sending from synchronous workers."""

import asyncio
import threading
from functools import cache
from typing import TypeVar

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.methods import TelegramMethod
from django.conf import settings

from botapp.chat_logger import OutgoingLogMiddleware

T = TypeVar("T")

SEND_TIMEOUT_S = 90.0


def make_bot() -> Bot:
    """A bot bound to the first event loop that uses it."""
    session = AiohttpSession(
        api=TelegramAPIServer.from_base(settings.TELEGRAM_API_BASE_URL), timeout=SEND_TIMEOUT_S
    )
    session.middleware(OutgoingLogMiddleware())
    return Bot(
        settings.TELEGRAM_BOT_TOKEN,
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


def call(method: TelegramMethod[T]) -> T:
    """Send from a worker thread and wait for the answer; raises aiogram's TelegramAPIError."""
    future = asyncio.run_coroutine_threadsafe(_send(method), _worker_loop())
    return future.result(timeout=SEND_TIMEOUT_S + 30)


def download(file_id: str) -> bytes:
    """The bytes of a file somebody sent to the bot (Telegram gives at most 20 MB)."""
    future = asyncio.run_coroutine_threadsafe(_download(file_id), _worker_loop())
    return future.result(timeout=SEND_TIMEOUT_S + 30)


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


@cache
def _worker_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="telegram", daemon=True).start()
    return loop
