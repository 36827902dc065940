"""The bot itself: its name, texts, commands and menu button.

Source: https://core.telegram.org/bots/api#setmycommands
"""

import json
import re
from collections.abc import Callable
from functools import partial

from sandbox.telegram.call import Call, Handler
from sandbox.telegram.errors import bad_request
from sandbox.telegram.markup import web_app_url
from sandbox.telegram.outbox import Json
from sandbox.telegram.state import Bot, Profile

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_COMMANDS_MAX = 100
_COMMAND_DESCRIPTION_MAX = 256
_DEFAULT_SCOPE = '{"type": "default"}'
_PRIVATE_SCOPE = '{"type": "all_private_chats"}'


async def get_me(call: Call) -> Json:
    return call.bot.as_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


async def set_my_commands(call: Call) -> bool:
    commands: list[Json] = call.args["commands"]
    if len(commands) > _COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = [_checked_command(command) for command in commands]
    call.bot.profile.commands[_place(call)] = kept
    return True


async def get_my_commands(call: Call) -> list[Json]:
    return call.bot.profile.commands.get(_place(call), [])


async def delete_my_commands(call: Call) -> bool:
    call.bot.profile.commands.pop(_place(call), None)
    return True


def commands_for(bot: Bot, *, language_code: str = "", user_id: int | None = None) -> list[Json]:
    """What a user sees: the narrowest scope wins, inside it their own language."""
    scopes = [_PRIVATE_SCOPE, _DEFAULT_SCOPE]
    if user_id is not None:
        scopes.insert(0, json.dumps({"type": "chat", "chat_id": user_id}))
    for scope in scopes:
        for language in (language_code, ""):
            if (scope, language) in bot.profile.commands:
                return bot.profile.commands[scope, language]
    return []


async def set_chat_menu_button(call: Call) -> bool:
    button: Json = call.args.get("menu_button") or {"type": "default"}
    if button["type"] == "web_app":
        if not button.get("text"):
            raise bad_request("menu button text must be non-empty")
        web_app_url(button["web_app"]["url"])
    if call.args.get("chat_id"):
        chat = call.known_chat()
        chat.menu_button = button
        call.world.show(call.bot, chat, "menu_button", button)
    else:
        call.bot.profile.menu_button = button
    return True


async def get_chat_menu_button(call: Call) -> Json:
    if call.args.get("chat_id"):
        return call.known_chat().menu_button or call.bot.profile.menu_button
    return call.bot.profile.menu_button


async def set_text(
    choose: Callable[[Profile], dict[str, str]], name: str, length_max: int, call: Call
) -> bool:
    text = call.args.get(name, "")
    if len(text) > length_max:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    texts = choose(call.bot.profile)
    language_code = call.args.get("language_code", "")
    if text:
        texts[language_code] = text
    else:
        texts.pop(language_code, None)
    return True


async def get_text(choose: Callable[[Profile], dict[str, str]], name: str, call: Call) -> Json:
    texts = choose(call.bot.profile)
    fallback = call.bot.name() if name == "name" else ""
    return {name: texts.get(call.args.get("language_code", "")) or texts.get("") or fallback}


def _checked_command(command: Json) -> Json:
    name = str(command["command"]).removeprefix("/")
    description = str(command["description"])
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _COMMAND_DESCRIPTION_MAX:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _place(call: Call) -> tuple[str, str]:
    scope = call.args.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        scope = scope | {"chat_id": call.world.known_chat(call.bot, scope["chat_id"]).id}
    return json.dumps(scope), call.args.get("language_code", "")


def _names(profile: Profile) -> dict[str, str]:
    return profile.names


def _descriptions(profile: Profile) -> dict[str, str]:
    return profile.descriptions


def _short_descriptions(profile: Profile) -> dict[str, str]:
    return profile.short_descriptions


HANDLERS: dict[str, Handler] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyName": partial(set_text, _names, "name", 64),
    "getMyName": partial(get_text, _names, "name"),
    "setMyDescription": partial(set_text, _descriptions, "description", 512),
    "getMyDescription": partial(get_text, _descriptions, "description"),
    "setMyShortDescription": partial(set_text, _short_descriptions, "short_description", 120),
    "getMyShortDescription": partial(get_text, _short_descriptions, "short_description"),
}
