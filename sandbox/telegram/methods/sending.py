"""send… methods. Source: https://core.telegram.org/bots/api#available-methods"""

import secrets
from functools import partial

from sandbox.telegram.call import Call, Handler
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import read_caption, read_text
from sandbox.telegram.incoming import receive
from sandbox.telegram.markup import check_markup
from sandbox.telegram.outbox import Json, post, put

_ALBUM_MAX = 10
_ALBUM_MIN = 2
_ALBUM_KINDS = {"photo", "video", "document", "audio"}
# These make albums only with their own kind.
_UNMIXED_KINDS = {"document", "audio"}
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


async def send_message(call: Call) -> Json:
    text, entities = read_text(call.args)
    chat = call.chat_to_write()
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    return post(call.world, call.bot, chat, call.args, content)


async def send_file(kind: str, call: Call) -> Json:
    """sendPhoto, sendDocument and their like: one file with a caption."""
    caption = caption_fields(call.args)
    chat = call.chat_to_write()
    check_markup(call.args.get("reply_markup"))
    fields = await receive(call, kind, str(call.args[kind]), call.args)
    return post(call.world, call.bot, chat, call.args, fields | caption)


async def send_sticker(call: Call) -> Json:
    chat = call.chat_to_write()
    fields = await receive(call, "sticker", str(call.args["sticker"]), call.args)
    return post(call.world, call.bot, chat, call.args, fields)


async def send_media_group(call: Call) -> list[Json]:
    items: list[Json] = call.args["media"]
    _check_album(items)
    captions = [caption_fields(item) for item in items]
    chat = call.chat_to_write()
    contents = [
        await receive(call, item["type"], item["media"], item) | caption
        for item, caption in zip(items, captions, strict=True)
    ]
    call.world.count_messages(call.bot, chat, len(items))
    group = {"media_group_id": str(secrets.randbits(54))}
    return [put(call.world, call.bot, chat, call.args, group | content) for content in contents]


async def send_chat_action(call: Call) -> bool:
    if call.args["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.set_action(call.bot, call.chat_to_write(), call.args["action"])
    return True


async def send_message_draft(call: Call) -> bool:
    """A preview that grows while the bot writes; the final text comes by sendMessage."""
    if not call.args["draft_id"]:
        raise bad_request("draft_id must be non-zero")
    text, entities = read_text(call.args, may_be_empty=True)
    chat = call.chat_to_write()
    chat.draft = {"draft_id": call.args["draft_id"], "text": text, "entities": entities}
    call.world.show(call.bot, chat, "draft", chat.draft)
    return True


def caption_fields(args: Json) -> Json:
    caption, entities = read_caption(args)
    fields: Json = {"caption": caption} if caption else {}
    if entities:
        fields["caption_entities"] = entities
    return fields


def _check_album(items: list[Json]) -> None:
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > _ALBUM_MAX:
        raise bad_request("too many messages to send as an album")
    if len(items) < _ALBUM_MIN:
        raise bad_request("media group must include 2-10 items")
    kinds = {item["type"] for item in items}
    for kind in kinds:
        if kind not in _ALBUM_KINDS:
            raise bad_request(f"can't parse InputMedia: type \"{kind}\" can't be used in an album")
        if kind in _UNMIXED_KINDS and len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")


HANDLERS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendPhoto": partial(send_file, "photo"),
    "sendDocument": partial(send_file, "document"),
    "sendVideo": partial(send_file, "video"),
    "sendAnimation": partial(send_file, "animation"),
    "sendAudio": partial(send_file, "audio"),
    "sendVoice": partial(send_file, "voice"),
    "sendSticker": send_sticker,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "sendMessageDraft": send_message_draft,
}
