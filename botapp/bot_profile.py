"""How the bot introduces itself to Telegram: webhook, commands in both languages, menu button.

Plain HTTP calls: a deployment runs this once, and loading the whole bot library for it would take
longer than all the rest of the release.
"""

from collections.abc import Iterator
from typing import Any

import httpx
from django.conf import settings
from django.utils import translation

from botapp.models import Language
from botapp.texts import menu

WEBHOOK_PATH = "/api/telegram/webhook"
MINI_APP_PATH = "/miniapp/?screen=create"
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
CONNECTIONS_MAX = 40
TIMEOUT_S = 30.0


class TelegramRefusedError(Exception):
    """Telegram did not take a call; the text is its own description."""


def write_webhook() -> str:
    """Tell Telegram where to send updates; returns the address. Raises TelegramRefusedError."""
    url = f"{settings.PUBLIC_BASE_URL}{WEBHOOK_PATH}"
    _call(
        "setWebhook",
        {
            "url": url,
            "secret_token": settings.TG_WEBHOOK_SECRET,
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": CONNECTIONS_MAX,
        },
    )
    return url


def write_profile() -> None:
    """Commands and menu button; safe to repeat. Raises TelegramRefusedError."""
    for arguments in _commands():
        _call("setMyCommands", arguments)
    _call("setChatMenuButton", {"menu_button": _menu_button()})


def _commands() -> Iterator[dict[str, Any]]:
    for language in Language:
        with translation.override(language):
            commands = [{"command": name, "description": text} for name, text in menu.commands()]
        arguments = {"commands": commands, "scope": {"type": "all_private_chats"}}
        # English is also what people of all other languages see.
        yield arguments if language == Language.EN else arguments | {"language_code": language}


def _menu_button() -> dict[str, Any]:
    """Opens the mini app. One text for everybody, until a chat gets its own at Start."""
    with translation.override(Language.RU):
        text = menu.mini_app_button()
    return {
        "type": "web_app",
        "text": text,
        "web_app": {"url": f"{settings.PUBLIC_BASE_URL}{MINI_APP_PATH}"},
    }


def _call(method: str, arguments: dict[str, Any]) -> None:
    address = f"{settings.TELEGRAM_API_BASE_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/{method}"
    try:
        answer = httpx.post(address, json=arguments, timeout=TIMEOUT_S).json()
    except (httpx.HTTPError, ValueError) as error:
        # Not the error itself: its text holds the address, and with it the token.
        raise TelegramRefusedError(f"{method}: {type(error).__name__}") from None
    if not answer.get("ok"):
        raise TelegramRefusedError(f"{method}: {answer.get('description')}")
