"""The JSON and event-stream API behind the chat page; tests play users through it as well."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.telegram import chat_deeds
from sandbox.telegram.chat_http import (
    Json,
    RouteHandler,
    WrongRequestError,
    find_bot,
    number,
    read_json,
    required,
    telling,
)
from sandbox.telegram.delivery import Update
from sandbox.telegram.methods.profile import commands_for
from sandbox.telegram.person import ImpossibleError, Person, last_message, unread_count
from sandbox.telegram.rates import LIMITS
from sandbox.telegram.state import Bot, Chat, World

_USER_FIELDS = ("id", "first_name", "last_name", "username", "language_code", "is_premium")
_PERSON = "/chat/api/users/{user_id:\\d+}"


class ChatApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        routes: tuple[tuple[str, str, RouteHandler], ...] = (
            ("GET", "/chat/api/bot", self._bot_info),
            ("GET", "/chat/api/users", self._users),
            ("POST", "/chat/api/users", self._add_user),
            ("GET", "/chat/api/updates", self._updates),
            ("POST", "/chat/api/settings", self._settings),
            ("GET", "/chat/file/{file_id}", self._file),
            ("GET", f"{_PERSON}/messages", self._messages),
            ("GET", f"{_PERSON}/events", self._events),
            ("POST", f"{_PERSON}/{{deed:\\w+}}", self._deed),
        )
        for method, path, handler in routes:
            app.router.add_route(method, path, telling(handler))

    async def _bot_info(self, request: web.Request) -> web.Response:
        bot = find_bot(self._world, request)
        language_code = request.query.get("language_code", "")
        chat = bot.chats.get(number(request, "user_id"))
        return web.json_response(_describe_bot(bot, chat, language_code))

    async def _users(self, request: web.Request) -> web.Response:
        bot = find_bot(self._world, request)
        people = [Person(self._world, bot, user_id) for user_id in self._world.users]
        return web.json_response({"users": [_describe_user(person) for person in people]})

    async def _add_user(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        required(body, "first_name", str)
        given = {name: body[name] for name in _USER_FIELDS if body.get(name)}
        if given.setdefault("id", max(self._world.users) + 1) in self._world.users:
            raise ImpossibleError("there is a user with this id")
        required(given, "id", int)
        user = self._world.add_user(given)
        person = Person(self._world, find_bot(self._world, request), user["id"])
        return web.json_response(_describe_user(person), status=201)

    async def _updates(self, request: web.Request) -> web.Response:
        """The delivery log, oldest first; `after` is the last one already seen.

        `payload=1` shows what was sent as well.
        """
        bot = find_bot(self._world, request)
        after, is_whole = number(request, "after"), request.query.get("payload") == "1"
        shown = [
            _describe_update(update) | ({"payload": update.payload} if is_whole else {})
            for update in bot.delivery.log
            if update.id > after
        ]
        return web.json_response(shown)

    async def _settings(self, request: web.Request) -> web.Response:
        """`rate_limits`: off, burst or strict; `callback_max_age_s`: how long a press waits."""
        body = await read_json(request)
        if "rate_limits" in body:
            if body["rate_limits"] not in LIMITS:
                raise WrongRequestError(f"rate_limits must be one of {', '.join(LIMITS)}")
            self._world.rate_limits = body["rate_limits"]
        if "callback_max_age_s" in body:
            if not isinstance(body["callback_max_age_s"], int | float):
                raise WrongRequestError("callback_max_age_s must be a number of seconds")
            self._world.callback_max_age_s = body["callback_max_age_s"]
        return web.json_response(
            {
                "rate_limits": self._world.rate_limits,
                "callback_max_age_s": self._world.callback_max_age_s,
            }
        )

    async def _file(self, request: web.Request) -> web.Response:
        """Any file of any bot; only the sandbox shows files without a token."""
        file_id = request.match_info["file_id"]
        found = ((bot, bot.files.find(file_id)) for bot in self._world.bots.values())
        bot, stored = next(((bot, file) for bot, file in found if file), (None, None))
        if bot is None or stored is None:
            raise web.HTTPNotFound
        if request.query.get("thumb") and stored.thumbnail_id:
            stored = bot.files.get(stored.thumbnail_id)
        return web.Response(
            body=stored.upload.content,
            content_type=stored.upload.guessed_mime_type,
            headers={
                "X-Content-Type-Options": "nosniff",
                # A page sent as a document must not run as a page of this address.
                "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'",
            },
        )

    async def _messages(self, request: web.Request) -> web.Response:
        chat = self._person(request).chat
        after = number(request, "after")
        if chat.messages:
            chat.read_up_to = max(chat.messages)
        return web.json_response(
            {
                "messages": [
                    chat.messages[number] for number in sorted(chat.messages) if number > after
                ],
                "reply_keyboard": chat.reply_keyboard,
                "chat_action": chat.action,
                "draft": chat.draft,
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request)
        return await self._world.events.stream(request, (person.bot.id, person.chat.id))

    async def _deed(self, request: web.Request) -> web.Response:
        deed = chat_deeds.DEEDS.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        return web.json_response(await deed(self._person(request), request))

    def _person(self, request: web.Request) -> Person:
        bot = find_bot(self._world, request)
        return Person(self._world, bot, int(request.match_info["user_id"]))


def _describe_bot(bot: Bot, chat: Chat | None, language_code: str) -> Json:
    delivery = bot.delivery
    user_id = chat.id if chat else None
    descriptions = bot.profile.descriptions
    return {
        "id": bot.id,
        "username": bot.username,
        "first_name": bot.name(language_code),
        "description": descriptions.get(language_code) or descriptions.get("", ""),
        "commands": commands_for(bot, language_code=language_code, user_id=user_id),
        "menu_button": (chat and chat.menu_button) or bot.profile.menu_button,
        "webhook": {
            "url": delivery.webhook.url if delivery.webhook else "",
            "pending_update_count": len(delivery.pending),
            "last_error_message": delivery.last_error[1] if delivery.last_error else None,
        },
    }


def _describe_user(person: Person) -> Json:
    user: dict[str, Any] = {name: person.chat.user.get(name) for name in _USER_FIELDS}
    return user | {
        "is_premium": bool(user["is_premium"]),
        "blocked": person.chat.blocked,
        "unread": unread_count(person.chat),
        "last_message": last_message(person.chat),
    }


def _describe_update(update: Update) -> Json:
    attempts = [asdict(attempt) for attempt in update.attempts]
    for attempt in attempts:
        del attempt["retry_after_s"]
    return {
        "update_id": update.id,
        "kind": update.kind,
        "user_id": update.user_id,
        "attempts": attempts,
        "delivered": update.delivered,
    }
