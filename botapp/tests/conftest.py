"""Words for bot tests: `say`, `press`, what the bot `sent`; the only fakes stand at the network."""

import base64
import io
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import respx
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import GetFile, GetMe, TelegramMethod
from aiogram.types import (
    Chat,
    Document,
    File,
    InlineKeyboardMarkup,
    Message,
    PhotoSize,
    User,
    Video,
)
from asgiref.sync import async_to_sync
from django.conf import settings as product_settings
from django.db import connection
from PIL import Image

from botapp import api, dispatcher, tasks, telegram
from botapp.business import generation
from botapp.catalog import CARDS
from botapp.models import AIModel, GenRequest, TgUser
from botapp.services import submission
from botapp.tests.cards import CardReader
from conftest import give_tokens

BOT_CHAT_TYPE = "private"


class RememberingSession(BaseSession):
    """Answers as Telegram would and remembers every call; `refuse` scripts refusals."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.answers: list[Message] = []
        self.refusals: dict[str, list[type[TelegramAPIError]]] = {}
        self.files: dict[str, bytes] = {}
        self.message_ids = itertools.count(1000)

    def refuse(self, method: str, error: type[TelegramAPIError], times: int = 1) -> None:
        self.refusals.setdefault(method, []).extend([error] * times)

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:
        self.calls.append(method)
        name = type(method).__name__
        if self.refusals.get(name):
            raise self.refusals[name].pop(0)(method=method, message="refused by the test")
        if isinstance(method, GetFile):
            return File(file_id=method.file_id, file_unique_id="u", file_path=method.file_id)
        if isinstance(method, GetMe):
            return User(id=1, is_bot=True, first_name="Banana", username="banana_test_bot")
        if name == "SendMediaGroup":
            return [self._message(method, one.type.value) for one in method.media]
        if name.startswith(("Send", "Edit")) and name != "SendChatAction":
            self.answers.append(self._message(method))
            return self.answers[-1]
        return True

    def _message(self, method: Any, kind: str = "") -> Message:
        """What the chat shows: a text, or media of the kind that was sent."""
        message_id = getattr(method, "message_id", None) or next(self.message_ids)
        name = type(method).__name__
        kind = kind or (method.media.type.value if name == "EditMessageMedia" else name[4:].lower())
        markup = getattr(method, "reply_markup", None)
        return Message(
            message_id=message_id,
            date=datetime.now(UTC),
            chat=Chat(id=method.chat_id, type=BOT_CHAT_TYPE),
            text=getattr(method, "text", None),
            reply_markup=markup if isinstance(markup, InlineKeyboardMarkup) else None,
            **_media(kind, f"{kind}{message_id}"),
        )

    async def stream_content(self, url: str, *args: Any, **kwargs: Any) -> Any:
        yield self.files[url.rsplit("/", maxsplit=1)[-1]]

    async def close(self) -> None:
        return


def _media(kind: str, file_id: str) -> dict[str, Any]:
    """The field of a message that holds a file of this kind; no field for texts."""
    size: dict[str, Any] = {"width": 1, "height": 1}
    match kind:
        case "photo":
            return {"photo": [PhotoSize(file_id=file_id, file_unique_id="u", **size)]}
        case "video":
            return {"video": Video(file_id=file_id, file_unique_id="v", duration=1, **size)}
        case "document":
            return {"document": Document(file_id=file_id, file_unique_id="d")}
        case _:
            return {}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[RememberingSession]:
    """Telegram: what the bot sent it, from handlers and from workers."""
    session = RememberingSession()
    for bot in (dispatcher.get_bot(), telegram.worker_bot()):
        monkeypatch.setattr(bot, "session", session)
    yield session
    storage = dispatcher.get_dispatcher().storage
    assert isinstance(storage, MemoryStorage)
    storage.storage.clear()


class Chatter:
    """A person at the phone."""

    update_ids = itertools.count(1)
    message_ids = itertools.count(1)

    def __init__(self, chat_id: int, first_name: str, language_code: str = "ru") -> None:
        self.chat_id = chat_id
        self.person = {
            "id": chat_id,
            "is_bot": False,
            "first_name": first_name,
            "language_code": language_code,
        }

    def say(self, text: str, **fields: Any) -> int:
        return self.send({"message": self.message(text=text, **fields)})

    def send_photo(
        self, file_id: str, *, size: tuple[int, int] = (1280, 960), **fields: Any
    ) -> int:
        width, height = size
        photo = {"file_id": file_id, "file_unique_id": file_id, "width": width, "height": height}
        return self.send({"message": self.message(photo=[photo], **fields)})

    def press(self, data: str, *, message_id: int = 500, query_id: str = "") -> int:
        number = next(self.update_ids)
        return self.send(
            {
                "callback_query": {
                    "id": query_id or str(number),
                    "from": self.person,
                    "chat_instance": "1",
                    "data": data,
                    "message": self.message(message_id=message_id, text="buttons"),
                }
            },
            update_id=number,
        )

    def message(self, **fields: Any) -> dict[str, Any]:
        return {
            "message_id": next(self.message_ids),
            "date": 1795000000,
            "chat": {"id": self.chat_id, "type": "private"},
            "from": self.person,
        } | fields

    def send(self, update: dict[str, Any], *, update_id: int | None = None) -> int:
        body = {"update_id": next(self.update_ids) if update_id is None else update_id} | update
        return deliver_update(json.dumps(body).encode())


def deliver_update(body: bytes, secret: str = "") -> int:
    proof = (secret or product_settings.TG_WEBHOOK_SECRET).encode()
    return async_to_sync(api.receive_update)(secret=proof, body=body)


@pytest.fixture
def phone(sent: RememberingSession, alice: TgUser) -> Chatter:
    """Alice's phone."""
    return Chatter(alice.chat_id, "Алиса")


@pytest.fixture
def card(phone: Chatter, sent: RememberingSession) -> CardReader:
    """The draft's latest card on Alice's phone."""
    return CardReader(phone, sent)


@pytest.fixture
def rich(alice: TgUser, settings: Any) -> TgUser:
    """Alice with tokens for anything, and every model of the catalog on sale."""
    everybody: dict[str, Any] = {route.provider: {} for one in CARDS for route in one.routes}
    settings.PROVIDERS = everybody | settings.PROVIDERS
    give_tokens(alice, 100_000)
    AIModel.objects.update(is_active=True)
    return alice


@pytest.fixture
def gemini(settings: Any) -> Iterator[respx.Route]:
    """Gemini draws a real picture, and nobody else does; a test may script another answer."""
    settings.PROVIDERS = {"gemini": settings.PROVIDERS["gemini"]}
    with respx.mock(
        base_url=settings.PROVIDERS["gemini"]["base_url"], assert_all_called=False
    ) as mock:
        route = mock.post(path__regex=r"/v1/models/.+:generateContent")
        route.respond(json=picture_answer())
        yield route


def drop_connection() -> None:
    """Postgres ends this thread's connection, as when it is restarted."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.get_backend_pid()])
    other.close()


def picture_answer(size: tuple[int, int] = (64, 48)) -> dict[str, Any]:
    """What generateContent answers when all is well (providers.md 1.3)."""
    data = base64.b64encode(png(size)).decode()
    inline = {"inlineData": {"mimeType": "image/png", "data": data}}
    content = {"parts": [{"text": "Here it is"}, inline]}
    return {"candidates": [{"finishReason": "STOP", "content": content}], "responseId": "r1"}


def png(size: tuple[int, int] = (64, 48)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "orange").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def work(sent: RememberingSession) -> Callable[[], None]:
    """What a worker does with everything that is due."""

    def do() -> None:
        for kind in AIModel.Type.values:
            while submission.submit_next(kind=kind) is not None:
                pass
        for order in GenRequest.objects.all():
            tasks.deliver_generation(generation_id=order.pk)

    return do


def place(user: TgUser, prompt: str = "кот в скафандре", **fields: Any) -> GenRequest:
    number = GenRequest.objects.count()
    defaults: dict[str, Any] = {"model_slug": "nano-banana", "key": f"test:{number}"}
    new = generation.NewOrder(
        user_id=user.pk, chat_id=user.chat_id, prompt=prompt, **(defaults | fields)
    )
    return generation.start(new).order
