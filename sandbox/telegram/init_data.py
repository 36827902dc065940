"""The signed `initData` of a mini app and the address it is opened by.

Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from sandbox.telegram import ed25519

# The stand-in's own key; Telegram's is known only to Telegram.
_SEED = bytes(range(32))
PUBLIC_KEY = ed25519.public_key(_SEED)

_USER_FIELDS = ("id", "first_name", "last_name", "username", "language_code", "is_premium")
_VERSION = "9.1"
_PLATFORM = "web"
_THEME = {
    "bg_color": "#ffffff",
    "text_color": "#000000",
    "hint_color": "#707579",
    "link_color": "#3390ec",
    "button_color": "#3390ec",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#f4f4f5",
    "header_bg_color": "#ffffff",
    "bottom_bar_bg_color": "#ffffff",
    "accent_text_color": "#3390ec",
    "section_bg_color": "#ffffff",
    "section_header_text_color": "#707579",
    "section_separator_color": "#e4e4e5",
    "subtitle_text_color": "#707579",
    "destructive_text_color": "#e53935",
}


def sign(token: str, fields: Mapping[str, str]) -> str:
    """The query string with `signature` (for third parties) and `hash` (for the bot) added."""
    signed = dict(fields)
    signed["signature"] = signature(int(token.partition(":")[0]), fields)
    signed["hash"] = data_hash(token, signed)
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in signed.items())


def data_hash(token: str, fields: Mapping[str, str]) -> str:
    """HMAC over every field, `signature` included."""
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return hmac.new(secret, _check_string(fields).encode(), hashlib.sha256).hexdigest()


def signature(bot_id: int, fields: Mapping[str, str]) -> str:
    """Ed25519, base64url without padding: can be checked without the token."""
    message = f"{bot_id}:WebAppData\n{_check_string(fields)}"
    raw = ed25519.sign(_SEED, message.encode())
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def user_json(user: Mapping[str, Any]) -> str:
    """The user as Telegram writes it: no spaces, slashes escaped, letters as they are."""
    shown = {name: user[name] for name in _USER_FIELDS if user.get(name)}
    shown["allows_write_to_pm"] = True
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")


def launch_url(url: str, init_data: str, *, start_param: str = "") -> str:
    """The address of the mini app with the launch values in its fragment."""
    parts = urlsplit(url)
    launch = {
        "tgWebAppData": init_data,
        "tgWebAppVersion": _VERSION,
        "tgWebAppPlatform": _PLATFORM,
        "tgWebAppThemeParams": json.dumps(_THEME, separators=(",", ":")),
    }
    query = parts.query
    if start_param:
        launch["tgWebAppStartParam"] = start_param
        given = f"tgWebAppStartParam={quote(start_param, safe='')}"
        query = f"{query}&{given}" if query else given
    fragment = "&".join(f"{name}={quote(value, safe='')}" for name, value in launch.items())
    if parts.fragment:
        fragment = f"{parts.fragment}&{fragment}"
    return parts._replace(query=query, fragment=fragment).geturl()


def _check_string(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
