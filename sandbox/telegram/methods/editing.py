"""Changing and deleting messages.

Source: https://core.telegram.org/bots/api#updating-messages
"""

import time
from typing import Any

from sandbox.telegram.call import Call, Handler
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import read_text
from sandbox.telegram.incoming import receive
from sandbox.telegram.markup import check_markup
from sandbox.telegram.methods.sending import caption_fields
from sandbox.telegram.outbox import Json
from sandbox.telegram.state import Chat, now_s

_DELETABLE_FOR_S = 48 * 3600
_DELETED_AT_ONCE_MAX = 100
_MEDIA_FIELDS = ("photo", "video", "animation", "document", "audio", "voice", "sticker")
_CAPTION_FIELDS = ("caption", "caption_entities")
_TEXT_FIELDS = ("text", "entities", "link_preview_options")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


async def edit_text(call: Call) -> Json | bool:
    text, entities = read_text(call.args)
    chat, message = _message_to_edit(call)
    if "text" not in message and any(name in message for name in _MEDIA_FIELDS):
        raise bad_request("there is no text in the message to edit")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if call.args.get("link_preview_options"):
        content["link_preview_options"] = call.args["link_preview_options"]
    return _apply(call, chat, message, (_TEXT_FIELDS, content))


async def edit_caption(call: Call) -> Json | bool:
    content = caption_fields(call.args)
    chat, message = _message_to_edit(call)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    return _apply(call, chat, message, (_CAPTION_FIELDS, content))


async def edit_media(call: Call) -> Json | bool:
    item: Json = call.args["media"]
    caption = caption_fields(item)
    _message_to_edit(call)
    if call.args.get("inline_message_id") and item["media"].startswith("attach://"):
        raise bad_request("can't upload new files to an inline message")
    content = await receive(call, item["type"], item["media"], item) | caption
    # Another call may have changed or deleted it while the file was worked on.
    chat, message = _message_to_edit(call)
    fields = (*_MEDIA_FIELDS, *_CAPTION_FIELDS, *_TEXT_FIELDS)
    return _apply(call, chat, message, (fields, content))


async def edit_markup(call: Call) -> Json | bool:
    chat, message = _message_to_edit(call)
    return _apply(call, chat, message, ((), {}))


async def delete_message(call: Call) -> bool:
    chat = call.known_chat()
    message = chat.messages.get(call.args["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if message["date"] < time.time() - _DELETABLE_FOR_S:
        raise bad_request("message can't be deleted for everyone")
    _delete(call, chat, [message["message_id"]])
    return True


async def delete_messages(call: Call) -> bool:
    """Messages that are not there are skipped."""
    wanted: list[int] = call.args["message_ids"]
    if not 1 <= len(wanted) <= _DELETED_AT_ONCE_MAX:
        raise bad_request("there must be 1-100 message identifiers")
    chat = call.known_chat()
    _delete(
        call,
        chat,
        [message_id for message_id in dict.fromkeys(wanted) if message_id in chat.messages],
    )
    return True


def _delete(call: Call, chat: Chat, message_ids: list[int]) -> None:
    for message_id in message_ids:
        del chat.messages[message_id]
        if message_id in chat.pinned_message_ids:
            chat.pinned_message_ids.remove(message_id)
    if message_ids:
        call.world.show(call.bot, chat, "deleted", {"message_ids": message_ids})


def _message_to_edit(call: Call) -> tuple[Chat, Json]:
    chat, message_id = _place(call)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != call.bot.id or message_id in chat.uneditable:
        raise bad_request("message can't be edited")
    call.world.chat_to_write(call.bot, chat.id)
    return chat, message


def _place(call: Call) -> tuple[Chat, int]:
    inline_message_id = call.args.get("inline_message_id")
    if inline_message_id:
        if inline_message_id not in call.bot.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        chat_id, message_id = call.bot.inline_messages[inline_message_id]
        return call.world.known_chat(call.bot, chat_id), message_id
    chat = call.known_chat()
    if not call.args.get("message_id"):
        raise bad_request("message identifier is not specified")
    return chat, call.args["message_id"]


def _apply(
    call: Call, chat: Chat, message: Json, change: tuple[tuple[str, ...], Json]
) -> Json | bool:
    """Replace the named fields; without `reply_markup` the buttons go away."""
    replaced, content = change
    markup = check_markup(call.args.get("reply_markup"))
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    kept = {name: message[name] for name in message if name not in {*replaced, "reply_markup"}}
    edited = kept | content | ({"reply_markup": markup} if markup else {})
    if _comparable(edited) == _comparable(message):
        raise bad_request(_NOT_MODIFIED)
    if content:
        # New buttons alone leave a message "not edited", as Telegram shows it.
        edited["edit_date"] = now_s()
    chat.add(edited)
    call.world.show(call.bot, chat, "edited", edited)
    return True if call.args.get("inline_message_id") else edited


def _comparable(value: Any) -> Any:
    """The same file is the same content under any of its identifiers."""
    if isinstance(value, dict):
        ignored = {"file_id", "edit_date"}
        return {name: _comparable(part) for name, part in value.items() if name not in ignored}
    if isinstance(value, list):
        return [_comparable(part) for part in value]
    return value


HANDLERS: dict[str, Handler] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
