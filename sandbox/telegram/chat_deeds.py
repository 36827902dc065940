"""POST /chat/api/users/{id}/<deed>: what the chat page asks a person to do."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.telegram import web_apps
from sandbox.telegram.chat_http import Json, WrongRequestError, read_json, required
from sandbox.telegram.files import Upload
from sandbox.telegram.person import ImpossibleError, Person

Deed = Callable[[Person, web.Request], Awaitable[Json]]

_KINDS = ("photo", "document", "video", "voice", "sticker", "audio", "animation")
_ALBUM_MAX = 10


async def send(person: Person, request: web.Request) -> Json:
    if request.content_type.startswith("multipart/"):
        return {"messages": await _send_form(person, request)}
    body = await read_json(request)
    reply_to = body.get("reply_to_message_id")
    if "content" in body:
        # A dice, a place, a forwarded post: the fields of the message as Telegram names them.
        content = required(body, "content", dict)
        return {"messages": [person.send(content, reply_to_message_id=reply_to)]}
    text = required(body, "text", str)
    return {"messages": [person.send_text(text, reply_to_message_id=reply_to)]}


async def press(person: Person, request: web.Request) -> Json:
    body = await read_json(request)
    message_id = required(body, "message_id", int)
    if "callback_data" in body:
        data = required(body, "callback_data", str)
        return {"callback_query_id": person.press_data(message_id, data)}
    row, column = required(body, "row", int), required(body, "column", int)
    button = person.inline_button(message_id, row, column)
    if "callback_data" in button:
        return {"callback_query_id": person.press_data(message_id, button["callback_data"])}
    if "web_app" in button:
        return {"web_app": web_apps.open_with_proof(person, button["web_app"]["url"])}
    return _without_update(button)


async def keyboard(person: Person, request: web.Request) -> Json:
    body = await read_json(request)
    button = person.reply_button(required(body, "row", int), required(body, "column", int))
    if "web_app" in button:
        return {"web_app": web_apps.open_without_proof(button["web_app"]["url"])}
    if any(name.startswith("request_") and name != "request_contact" for name in button):
        raise ImpossibleError("the sandbox does not play this request button")
    if button.get("request_contact"):
        message = person.share_contact()
    else:
        message = person.send_text(button["text"])
    person.used_reply_keyboard()
    return {"messages": [message]}


async def web_app(person: Person, request: web.Request) -> Json:
    body = await read_json(request)
    auth_date = body.get("auth_date")
    match required(body, "source", str):
        case "menu":
            url = web_apps.menu_url(person)
            return web_apps.open_with_proof(person, url, auth_date=auth_date)
        case "link":
            url = body.get("url") or web_apps.menu_url(person)
            start_param = str(body.get("start_param") or "")
            return web_apps.open_by_link(person, url, start_param=start_param, auth_date=auth_date)
        case "url":
            url = required(body, "url", str)
            return web_apps.open_with_proof(person, url, auth_date=auth_date)
        case unknown:
            raise WrongRequestError(f"source {unknown} is none of menu, link, url")


async def web_app_data(person: Person, request: web.Request) -> Json:
    body = await read_json(request)
    data, button_text = required(body, "data", str), required(body, "button_text", str)
    return {"messages": [person.send_web_app_data(data, button_text)]}


async def block(person: Person, request: web.Request) -> Json:
    body = await read_json(request)
    person.set_blocked(blocked=required(body, "blocked", bool))
    return {"blocked": person.chat.blocked}


async def updates(person: Person, request: web.Request) -> Json:
    """Inject a raw update, or send an earlier one again under its old number."""
    body = await read_json(request)
    delivery = person.bot.delivery
    if "repeat_update_id" in body:
        attempts = await delivery.redeliver(
            required(body, "repeat_update_id", int),
            times=int(body.get("times", 1)),
            parallel=bool(body.get("parallel")),
        )
        return {"attempts": [asdict(attempt) for attempt in attempts]}
    payload = required(body, "update", dict)
    update = delivery.add_raw(payload, lane=("raw", person.chat.id), user_id=person.chat.id)
    return {"update_id": update.id}


async def _send_form(person: Person, request: web.Request) -> list[Json]:
    form = await request.post()
    fields: Json = {
        name: value for name, value in form.items() if not isinstance(value, web.FileField)
    }
    kind = next((kind for kind in _KINDS if kind in form), None)
    if kind is None:
        return [person.send_text(str(fields.get("text", "")))]
    uploads = [_upload(part) for part in form.getall(kind) if isinstance(part, web.FileField)]
    if not 1 <= len(uploads) <= (_ALBUM_MAX if kind == "photo" else 1):
        raise WrongRequestError("1 to 10 photos or one other file can be sent at once")
    if "duration" in fields:
        fields["duration"] = int(fields["duration"])
    return await person.send_files(kind, uploads, fields)


def _upload(part: web.FileField) -> Upload:
    return Upload(content=part.file.read(), filename=part.filename, mime_type=part.content_type)


def _without_update(button: Json) -> Json:
    """Buttons that the app itself handles; the bot learns nothing of them."""
    if "disabled" in button:
        raise ImpossibleError("the button is disabled")
    if "login_url" in button:
        return {"url": button["login_url"]["url"]}
    if "copy_text" in button:
        return {"copy_text": button["copy_text"]["text"]}
    told: Any = {name: button[name] for name in button if name not in {"text", "style"}}
    return dict(told)


DEEDS: dict[str, Deed] = {
    "send": send,
    "press": press,
    "keyboard": keyboard,
    "web_app": web_app,
    "web_app_data": web_app_data,
    "block": block,
    "updates": updates,
}
