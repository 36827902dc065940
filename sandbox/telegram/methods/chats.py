"""Facts about chats, files and users; reactions and pins.

Source: https://core.telegram.org/bots/api#getchat
"""

from sandbox.telegram.call import Call, Handler
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import DOWNLOAD_BYTES_MAX
from sandbox.telegram.outbox import Json
from sandbox.telegram.state import Chat, now_s

_GIFT_KINDS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


async def get_chat(call: Call) -> Json:
    chat = call.known_chat()
    full: Json = {
        **chat.as_json(),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFT_KINDS, False),
    }
    if "username" in chat.user:
        full["active_usernames"] = [chat.user["username"]]
    if chat.pinned_message_ids:
        full["pinned_message"] = chat.messages[chat.pinned_message_ids[-1]]
    return full


async def get_user_profile_photos(call: Call) -> Json:
    if call.args["user_id"] not in call.world.users:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


async def get_file(call: Call) -> Json:
    stored = call.bot.files.find(call.args["file_id"])
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > DOWNLOAD_BYTES_MAX:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


async def set_message_reaction(call: Call) -> bool:
    chat = call.known_chat()
    message = _existing(chat, call.args["message_id"], "message to react not found")
    message_id = message["message_id"]
    reaction = call.args.get("reaction") or []
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    shown = {"message_id": message_id, "reaction": reaction, "date": now_s()}
    call.world.show(call.bot, chat, "reaction", shown)
    return True


async def pin_chat_message(call: Call) -> bool:
    chat = call.chat_to_write()
    message = _existing(chat, call.args["message_id"], "message to pin not found")
    message_id = message["message_id"]
    if message_id in chat.pinned_message_ids:
        return True
    chat.pinned_message_ids.append(message_id)
    service: Json = {
        "message_id": chat.next_message_id(),
        "from": call.bot.as_user(),
        "chat": chat.as_json(),
        "date": now_s(),
        "pinned_message": message,
    }
    chat.add(service)
    call.world.show_new(call.bot, chat, service)
    return True


async def unpin_chat_message(call: Call) -> bool:
    chat = call.known_chat()
    message_id = call.args.get("message_id")
    if message_id is None and chat.pinned_message_ids:
        chat.pinned_message_ids.pop()
    elif message_id in chat.pinned_message_ids:
        chat.pinned_message_ids.remove(message_id)
    else:
        raise bad_request("message to unpin not found")
    return True


def _existing(chat: Chat, message_id: int, refusal: str) -> Json:
    if message_id not in chat.messages:
        raise bad_request(refusal)
    return chat.messages[message_id]


HANDLERS: dict[str, Handler] = {
    "getChat": get_chat,
    "getUserProfilePhotos": get_user_profile_photos,
    "getFile": get_file,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
}
