"""Puts a bot's message into a chat: number, date, reply, keyboard, and the pages that show it."""

from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.markup import check_markup
from sandbox.telegram.state import Bot, Chat, World, now_s

Json = dict[str, Any]

_PASSED_ON = (
    "message_thread_id",
    "show_caption_above_media",
    "has_spoiler",
    "link_preview_options",
)


def post(world: World, bot: Bot, chat: Chat, args: Json, content: Json) -> Json:
    """Send `content` as a new message of the bot. Raises ApiError and then changes nothing."""
    check_markup(args.get("reply_markup"))
    world.count_messages(bot, chat, 1)
    return put(world, bot, chat, args, content)


def put(world: World, bot: Bot, chat: Chat, args: Json, content: Json) -> Json:
    """As `post`, for a message that was counted already."""
    markup = check_markup(args.get("reply_markup"))
    replied = _replied_message(chat, args)
    message: Json = {
        "message_id": chat.next_message_id(),
        "from": bot.as_user(),
        "chat": chat.as_json(),
        "date": now_s(),
    }
    if replied:
        message["reply_to_message"] = replied
    if args.get("protect_content"):
        message["has_protected_content"] = True
    message |= {name: args[name] for name in _PASSED_ON if args.get(name)} | content
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    chat.add(message)
    chat.draft = None
    world.set_action(bot, chat, None)
    world.show_new(bot, chat, message)
    if markup and "inline_keyboard" not in markup:
        _show_keyboard(world, bot, chat, markup, message["message_id"])
    return message


def _replied_message(chat: Chat, args: Json) -> Json | None:
    reply = args.get("reply_parameters") or {}
    message_id = reply.get("message_id") or args.get("reply_to_message_id")
    if not message_id:
        return None
    if message_id in chat.messages:
        found = chat.messages[message_id]
        return {name: found[name] for name in found if name != "reply_to_message"}
    if reply.get("allow_sending_without_reply") or args.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _show_keyboard(world: World, bot: Bot, chat: Chat, markup: Json, message_id: int) -> None:
    chat.uneditable.add(message_id)
    if "keyboard" in markup:
        chat.reply_keyboard = markup
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    world.show(bot, chat, "reply_keyboard", chat.reply_keyboard)
