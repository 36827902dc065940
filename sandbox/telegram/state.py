"""Everything the Telegram stand-in remembers: users, bots, chats, messages. All in memory.

Users exist once; a bot has its own chats, messages and files, as in Telegram. Only private chats
are played, and the id of a private chat is the id of its user.
"""

import asyncio
import itertools
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sandbox.telegram.delivery import Attempt, Delivery, Webhook
from sandbox.telegram.errors import ApiError, bad_request, forbidden
from sandbox.telegram.events import Events
from sandbox.telegram.files import FileStore
from sandbox.telegram.rates import Rates

Json = dict[str, Any]

_BOT_NAME = "NanoBanana Sandbox"
_BOT_USERNAME = "NanoBananaSandboxBot"
# The real limit is not published; queued callbacks live as long.
_CALLBACK_MAX_AGE_S = 150.0
_ACTION_SHOWN_S = 5.0

_UPDATE_IDS_SINCE_S = 1_735_689_600

WebhookOfBot = Callable[[str, Webhook, Json], Awaitable[Attempt]]

_KNOWN_USERS: tuple[Json, ...] = (
    {"id": 1001, "first_name": "Алиса", "username": "alice", "language_code": "ru"},
    {"id": 1002, "first_name": "Борис", "username": "boris", "language_code": "ru"},
    {"id": 1003, "first_name": "Emma", "username": "emma", "language_code": "en"},
    {"id": 1004, "first_name": "Вера", "language_code": "ru", "is_premium": True},
)


@dataclass(slots=True)
class Chat:
    """A private chat of one bot with one user."""

    user: Json
    started: bool = False
    blocked: bool = False
    messages: dict[int, Json] = field(default_factory=dict)
    # Messages with a reply keyboard can't be edited, though the keyboard is not shown in them.
    uneditable: set[int] = field(default_factory=set)
    reply_keyboard: Json | None = None
    action: str | None = None
    action_timer: asyncio.TimerHandle | None = None
    draft: Json | None = None
    menu_button: Json | None = None
    pinned_message_ids: list[int] = field(default_factory=list)
    read_up_to: int = 0
    instance: str = field(default_factory=lambda: str(secrets.randbits(62)))
    _message_ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def id(self) -> int:
        return int(self.user["id"])

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def add(self, message: Json) -> None:
        self.messages[message["message_id"]] = message

    def as_json(self) -> Json:
        names = ("id", "first_name", "last_name", "username")
        return {name: self.user[name] for name in names if name in self.user} | {"type": "private"}


@dataclass(slots=True)
class CallbackQuery:
    user_id: int
    asked_at: float
    answered: bool = False


@dataclass(slots=True)
class Profile:
    """What the set… and get… methods of a bot keep, by language where Telegram does so."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "default"})


@dataclass(slots=True)
class Bot:
    token: str
    delivery: Delivery
    files: FileStore
    profile: Profile = field(default_factory=Profile)
    chats: dict[int, Chat] = field(default_factory=dict)
    callback_queries: dict[str, CallbackQuery] = field(default_factory=dict)
    web_app_queries: dict[str, int] = field(default_factory=dict)
    inline_messages: dict[str, tuple[int, int]] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)

    @property
    def id(self) -> int:
        return bot_id(self.token)

    @property
    def username(self) -> str:
        return _BOT_USERNAME

    def name(self, language_code: str = "") -> str:
        names = self.profile.names
        return names.get(language_code) or names.get("") or _BOT_NAME

    def as_user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name(),
            "username": self.username,
        }


class World:
    """All users and bots of one sandbox."""

    def __init__(self, *, bot_token: str, call_webhook: WebhookOfBot, time_scale: float) -> None:
        self._bot_token = bot_token
        self._call_webhook = call_webhook
        self._time_scale = time_scale
        # Never used twice, neither after a reset nor after a restart.
        self._update_ids = itertools.count(int((time.time() - _UPDATE_IDS_SINCE_S) * 10))
        self.events = Events()
        self.fill()

    def fill(self) -> None:
        self.users: dict[int, Json] = {}
        for user in _KNOWN_USERS:
            self.add_user(user)
        self.bots: dict[str, Bot] = {}
        self.latest_token = self._bot_token
        self.rate_limits = "burst"
        self.callback_max_age_s = _CALLBACK_MAX_AGE_S
        self.bot(self._bot_token)

    def reset(self) -> None:
        """Forget people and all that was said or waits; pages that listen stay connected.

        What bots registered stays, as it would at Telegram: a running bot goes on getting updates.
        """
        self.close()
        registered = list(self.bots.values())
        self.fill()
        for known in registered:
            bot = self.bot(known.token)
            bot.profile = known.profile
            bot.delivery.register_as(known.delivery)

    def close(self) -> None:
        for bot in self.bots.values():
            bot.delivery.close()
            for chat in bot.chats.values():
                if chat.action_timer:
                    chat.action_timer.cancel()

    async def stop(self) -> None:
        """As close, and wait until every delivery has ended."""
        self.close()
        for bot in self.bots.values():
            await bot.delivery.wait_closed()

    def add_user(self, user: Json) -> Json:
        known = {"id": int(user["id"]), "is_bot": False} | user
        self.users[known["id"]] = known
        return known

    def bot(self, token: str) -> Bot:
        """Any well-formed token is a bot from its first use on; a second secret for it is not."""
        if token not in self.bots:
            if any(bot.id == bot_id(token) for bot in self.bots.values()):
                raise ApiError(401, "Unauthorized")
            delivery = Delivery(
                partial(self._call_webhook, token), self._update_ids, time_scale=self._time_scale
            )
            self.bots[token] = Bot(token, delivery, FileStore())
        self.latest_token = token
        return self.bots[token]

    def find_bot(self, wanted_id: int | None) -> Bot | None:
        """The bot with this id; without one the bot of the settings."""
        if wanted_id is None:
            return self.bots.get(self._bot_token) or self.bots.get(self.latest_token)
        return next((bot for bot in self.bots.values() if bot.id == wanted_id), None)

    def chat_of_user(self, bot: Bot, user_id: int) -> Chat:
        """The chat as its user sees it, opened when needed. Raises KeyError for an unknown user."""
        if user_id not in bot.chats:
            bot.chats[user_id] = Chat(self.users[user_id])
        return bot.chats[user_id]

    def chat_to_write(self, bot: Bot, chat_id: Any) -> Chat:
        """The chat a bot may send to; raises ApiError when there is none or it may not."""
        chat = self.known_chat(bot, chat_id)
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def known_chat(self, bot: Bot, chat_id: Any) -> Chat:
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        try:
            return self.chat_of_user(bot, int(chat_id))
        except (ValueError, KeyError) as error:
            raise bad_request("chat not found") from error

    def count_messages(self, bot: Bot, chat: Chat, messages: int) -> None:
        """Raises 429 when the bot sends faster than the chosen limits allow."""
        bot.rates.count(self.rate_limits, chat_id=chat.id, messages=messages)

    def set_action(self, bot: Bot, chat: Chat, action: str | None) -> None:
        """Show what the bot is doing; it ends by itself after five seconds."""
        if chat.action_timer:
            chat.action_timer.cancel()
            chat.action_timer = None
        if action:
            chat.action_timer = asyncio.get_running_loop().call_later(
                _ACTION_SHOWN_S, self.set_action, bot, chat, None
            )
        if action != chat.action:
            chat.action = action
            self.show(bot, chat, "chat_action", {"action": action})

    def show_new(self, bot: Bot, chat: Chat, message: Json) -> None:
        """A new message is on every open page, and whatever the bot was doing has ended."""
        if self.events.is_watched((bot.id, chat.id)):
            chat.read_up_to = message["message_id"]
        self.show(bot, chat, "message", message)

    def show(self, bot: Bot, chat: Chat, event: str, data: Any) -> None:
        """Tell the pages on which this chat is open."""
        self.events.publish((bot.id, chat.id), event, data)


def bot_id(token: str) -> int:
    return int(token.partition(":")[0])


def now_s() -> int:
    return int(time.time())
