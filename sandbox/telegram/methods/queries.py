"""Answers to pressed buttons and to mini apps.

Source: https://core.telegram.org/bots/api#answercallbackquery
"""

import secrets
import time

from sandbox.telegram.call import Call, Handler
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import read_caption, read_text
from sandbox.telegram.incoming import receive
from sandbox.telegram.markup import check_markup
from sandbox.telegram.outbox import Json
from sandbox.telegram.state import now_s

_ANSWER_LENGTH_MAX = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_CACHED = {
    "photo": ("photo_file_id", "photo_url"),
    "document": ("document_file_id", "document_url"),
    "video": ("video_file_id", "video_url"),
    "gif": ("gif_file_id", "gif_url"),
    "mpeg4_gif": ("mpeg4_file_id", "mpeg4_url"),
    "audio": ("audio_file_id", "audio_url"),
    "voice": ("voice_file_id", "voice_url"),
}
_KIND_OF_RESULT = {"gif": "animation", "mpeg4_gif": "animation"}


async def answer_callback_query(call: Call) -> bool:
    text = call.args.get("text", "")
    if len(text) > _ANSWER_LENGTH_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    query_id = call.args["callback_query_id"]
    query = call.bot.callback_queries.get(query_id)
    age_max_s = call.world.callback_max_age_s
    if query is None or query.answered or time.monotonic() - query.asked_at > age_max_s:
        raise bad_request(_TOO_OLD)
    query.answered = True
    chat = call.world.chat_of_user(call.bot, query.user_id)
    show_alert = bool(call.args.get("show_alert"))
    answer = {
        "callback_query_id": query_id,
        "text": text,
        "show_alert": show_alert,
        "url": call.args.get("url"),
    }
    call.world.show(call.bot, chat, "callback_answered", answer)
    if text:
        toast = {name: answer[name] for name in ("text", "show_alert", "callback_query_id")}
        call.world.show(call.bot, chat, "toast", toast)
    return True


async def answer_web_app_query(call: Call) -> Json:
    """The result is sent on behalf of the user, into their chat with the bot."""
    query_id = call.args["web_app_query_id"]
    user_id = call.bot.web_app_queries.get(query_id)
    if user_id is None:
        raise bad_request(_TOO_OLD)
    chat = call.world.chat_to_write(call.bot, user_id)
    result: Json = call.args["result"]
    markup = check_markup(result.get("reply_markup"), is_private=False)
    content = await _result_content(call, result)
    del call.bot.web_app_queries[query_id]
    message: Json = {
        "message_id": chat.next_message_id(),
        "from": chat.user,
        "chat": chat.as_json(),
        "date": now_s(),
        "via_bot": call.bot.as_user(),
    }
    message |= content | ({"reply_markup": markup} if markup else {})
    chat.add(message)
    call.world.show_new(call.bot, chat, message)
    sent: Json = {"inline_message_id": secrets.token_urlsafe(18)}
    call.bot.inline_messages[sent["inline_message_id"]] = (chat.id, message["message_id"])
    return sent


async def _result_content(call: Call, result: Json) -> Json:
    shown = result.get("input_message_content")
    if shown:
        text, entities = read_text(shown | {"text": shown.get("message_text", "")})
        return {"text": text} | ({"entities": entities} if entities else {})
    names = _CACHED.get(result["type"])
    if names is None:
        raise bad_request("can't parse inline query result: unsupported type")
    reference = next((str(result[name]) for name in names if result.get(name)), "")
    kind = _KIND_OF_RESULT.get(result["type"], str(result["type"]))
    caption, entities = read_caption(result)
    content = await receive(call, kind, reference, result)
    if caption:
        content |= {"caption": caption}
    return content | ({"caption_entities": entities} if entities else {})


HANDLERS: dict[str, Handler] = {
    "answerCallbackQuery": answer_callback_query,
    "answerWebAppQuery": answer_web_app_query,
}
