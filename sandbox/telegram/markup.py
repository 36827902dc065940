"""Rules of keyboards that no schema holds.

Source: https://core.telegram.org/bots/api#inlinekeyboardbutton
"""

from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.errors import ApiError, bad_request

Json = dict[str, Any]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}

_CALLBACK_DATA_BYTES_MAX = 64
_COPY_TEXT_LENGTH_MAX = 256
_BUTTONS_MAX = 100
_INLINE_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
# For these an empty text is a meaningful value.
_MAY_BE_EMPTY = ("switch_inline_query", "switch_inline_query_current_chat")


def check_markup(markup: Json | None, *, is_private: bool = True) -> Json | None:
    """Return the markup as a message keeps it; raises ApiError."""
    if not markup:
        return None
    rows = [row for row in markup.get("inline_keyboard", []) if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > _BUTTONS_MAX:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_inline_button(button, is_private=is_private)
    for row in markup.get("keyboard", []):
        for button in row:
            _check_reply_button(button)
    if "inline_keyboard" in markup:
        return {"inline_keyboard": rows} if rows else None
    return markup


def web_app_url(url: str) -> str:
    """Mini apps need HTTPS; the sandbox also opens them from this machine."""
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return url


def _check_inline_button(button: Json, *, is_private: bool) -> None:
    if not button.get("text", "").strip():
        raise _cant_parse("Inline keyboard button text is empty")
    actions = [name for name in _INLINE_ACTIONS if _is_used(button, name)]
    if not actions:
        raise _cant_parse("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _cant_parse("exactly one action field must be used")
    _check_action(button, is_private=is_private)


def _is_used(button: Json, name: str) -> bool:
    value = button.get(name)
    if name in _MAY_BE_EMPTY:
        return value is not None
    return value not in (None, "", False)


def _check_action(button: Json, *, is_private: bool) -> None:
    if len(button.get("callback_data", "").encode()) > _CALLBACK_DATA_BYTES_MAX:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _is_openable(button["url"]):
        raise bad_request(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        )
    if "copy_text" in button:
        length = len(button["copy_text"].get("text", ""))
        if not 1 <= length <= _COPY_TEXT_LENGTH_MAX:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if "web_app" in button:
        if not is_private:
            raise bad_request("BUTTON_TYPE_INVALID")
        web_app_url(button["web_app"].get("url", ""))


def _check_reply_button(button: Json) -> None:
    if not button.get("text", "").strip():
        raise bad_request("can't parse keyboard button: Keyboard button text must not be empty")
    if "web_app" in button:
        web_app_url(button["web_app"].get("url", ""))


def _is_openable(url: str) -> bool:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme == "tg":
        return True
    host = parts.hostname or ""
    return parts.scheme in {"http", "https", "ton"} and ("." in host or host in LOOPBACK)


def _cant_parse(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
