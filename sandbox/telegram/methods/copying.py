"""Copying and forwarding messages. Source: https://core.telegram.org/bots/api#copymessage"""

from sandbox.telegram.call import Call, Handler
from sandbox.telegram.errors import bad_request
from sandbox.telegram.methods.sending import caption_fields
from sandbox.telegram.outbox import Json, post

_SERVICE = ("web_app_data", "pinned_message")
_OF_THE_PLACE = {
    "message_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "reply_markup",
    "reply_to_message",
    "media_group_id",
    "forward_origin",
}


async def copy_message(call: Call) -> Json:
    source = _source(call, "copy")
    content = _content(source)
    if "text" not in content and "caption" in call.args:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= caption_fields(call.args)
    message = post(call.world, call.bot, call.chat_to_write(), call.args, content)
    return {"message_id": message["message_id"]}


async def forward_message(call: Call) -> Json:
    source = _source(call, "forward")
    origin = source.get("forward_origin") or {
        "type": "user",
        "date": source["date"],
        "sender_user": source["from"],
    }
    content = _content(source) | {"forward_origin": origin}
    return post(call.world, call.bot, call.chat_to_write(), call.args, content)


def _source(call: Call, verb: str) -> Json:
    chat = call.world.known_chat(call.bot, call.args["from_chat_id"])
    message = chat.messages.get(call.args["message_id"])
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if any(name in message for name in _SERVICE):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _content(message: Json) -> Json:
    return {name: message[name] for name in message if name not in _OF_THE_PLACE}


HANDLERS: dict[str, Handler] = {"copyMessage": copy_message, "forwardMessage": forward_message}
