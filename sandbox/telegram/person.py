"""What a person does in a chat with the bot; each deed becomes an update.

Source of the shapes: https://core.telegram.org/bots/api#update
"""

import secrets
import time
from typing import Any

from sandbox.telegram import media
from sandbox.telegram.entities import add_found
from sandbox.telegram.files import Upload
from sandbox.telegram.state import Bot, CallbackQuery, Chat, World, now_s

Json = dict[str, Any]

WEB_APP_DATA_BYTES_MAX = 4096


class ImpossibleError(Exception):
    """A person could not do this in Telegram: no such button, the bot is blocked and so on."""


class UnknownUserError(Exception):
    """Nobody (or no bot) has this id here."""


class Person:
    """One user in the chat with one bot. Raises UnknownUserError."""

    def __init__(self, world: World, bot: Bot, user_id: int) -> None:
        if user_id not in world.users:
            raise UnknownUserError(f"there is no user {user_id}")
        self.world = world
        self.bot = bot
        self.chat = world.chat_of_user(bot, user_id)

    @property
    def user(self) -> Json:
        names = ("id", "is_bot", "first_name", "last_name", "username", "language_code")
        shown = {name: self.chat.user[name] for name in names if name in self.chat.user}
        return shown | ({"is_premium": True} if self.chat.user.get("is_premium") else {})

    def send_text(self, text: str, *, reply_to_message_id: int | None = None) -> Json:
        if not text.strip():
            raise ImpossibleError("a message needs a text")
        content: Json = {"text": text.strip()}
        entities = add_found(content["text"], [])
        if entities:
            content["entities"] = entities
        return self.send(content, reply_to_message_id=reply_to_message_id)

    async def send_files(self, kind: str, uploads: list[Upload], fields: Json) -> list[Json]:
        """One message for each file; several photos make an album, the caption is on the first."""
        self._must_not_block()
        contents = [
            await media.store(self.bot.files, kind, upload, options=fields) for upload in uploads
        ]
        caption = str(fields.get("caption") or fields.get("text") or "").strip()
        if caption:
            contents[0]["caption"] = caption
            entities = add_found(caption, [])
            if entities:
                contents[0]["caption_entities"] = entities
        if len(contents) > 1:
            group_id = str(secrets.randbits(54))
            contents = [{"media_group_id": group_id} | content for content in contents]
        return [self.send(content) for content in contents]

    def send(self, content: Json, *, reply_to_message_id: int | None = None) -> Json:
        self._must_not_block()
        message: Json = {
            "message_id": self.chat.next_message_id(),
            "from": self.user,
            "chat": self.chat.as_json(),
            "date": now_s(),
        }
        if reply_to_message_id in self.chat.messages:
            message["reply_to_message"] = self.chat.messages[reply_to_message_id]
        message |= content
        self.chat.started = True
        self.chat.add(message)
        self.chat.read_up_to = message["message_id"]
        self.world.show(self.bot, self.chat, "message", message)
        self.bot.delivery.add("message", message, lane=("chat", self.chat.id), user_id=self.chat.id)
        return message

    def press_data(self, message_id: int, data: str) -> str:
        """Press a callback button, also one that is gone or never was. Gives the query's id."""
        self._must_not_block()
        message = self.chat.messages.get(message_id) or {
            "message_id": message_id,
            "chat": self.chat.as_json(),
            "date": 0,
        }
        query_id = str(secrets.randbits(62))
        self.bot.callback_queries[query_id] = CallbackQuery(self.chat.id, time.monotonic())
        query = {
            "id": query_id,
            "from": self.user,
            "message": message,
            "chat_instance": self.chat.instance,
            "data": data,
        }
        lane = ("callback_query", self.chat.id)
        self.bot.delivery.add("callback_query", query, lane=lane, user_id=self.chat.id)
        return query_id

    def inline_button(self, message_id: int, row: int, column: int) -> Json:
        message = self.chat.messages.get(message_id, {})
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        return _button(rows, row, column)

    def reply_button(self, row: int, column: int) -> Json:
        return _button((self.chat.reply_keyboard or {}).get("keyboard", []), row, column)

    def used_reply_keyboard(self) -> None:
        if self.chat.reply_keyboard and self.chat.reply_keyboard.get("one_time_keyboard"):
            self.chat.reply_keyboard = None
            self.world.show(self.bot, self.chat, "reply_keyboard", None)

    def share_contact(self) -> Json:
        contact = {
            "phone_number": f"+7900{self.chat.id:07d}",
            "first_name": self.chat.user["first_name"],
            "user_id": self.chat.id,
        }
        return self.send({"contact": contact})

    def send_web_app_data(self, data: str, button_text: str) -> Json:
        if len(data.encode()) > WEB_APP_DATA_BYTES_MAX:
            raise ImpossibleError("WebApp.sendData takes up to 4096 bytes")
        return self.send({"web_app_data": {"data": data, "button_text": button_text}})

    def set_blocked(self, *, blocked: bool) -> None:
        """Tell the bot by my_chat_member, as Telegram does."""
        if blocked == self.chat.blocked:
            return
        self.chat.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "chat": self.chat.as_json(),
            "from": self.user,
            "date": now_s(),
            "old_chat_member": self._membership(before),
            "new_chat_member": self._membership(after),
        }
        lane = ("chat", self.chat.id)
        self.bot.delivery.add("my_chat_member", change, lane=lane, user_id=self.chat.id)

    def _membership(self, status: str) -> Json:
        member: Json = {"user": self.bot.as_user(), "status": status}
        return member | ({"until_date": 0} if status == "kicked" else {})

    def _must_not_block(self) -> None:
        if self.chat.blocked:
            raise ImpossibleError("the user has blocked the bot")


def last_message(chat: Chat) -> Json | None:
    return chat.messages[max(chat.messages)] if chat.messages else None


def unread_count(chat: Chat) -> int:
    return sum(
        message_id > chat.read_up_to and message["from"]["id"] != chat.id
        for message_id, message in chat.messages.items()
    )


def _button(rows: list[list[Json]], row: int, column: int) -> Json:
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise ImpossibleError("there is no such button")
    return rows[row][column]
