"""What a link inside a formatted message turns into (TDLib `LinkManager`)."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.telegram.errors import ApiError, bad_request

_HOST = re.compile(r"(?i)(?:[\w-]+\.)+[\w-]{2,}|localhost|\[[0-9a-f:]+\]")
_WEB_SCHEMES = {"http", "https", "ton", "tg", "tonsite"}


def link_entity(url: str) -> dict[str, Any] | None:
    """The type and address of an entity for `url`; None when Telegram drops such a link."""
    parts = urlsplit(url.strip())
    if parts.scheme == "tg" and parts.netloc == "user":
        user_id = _number(url, "id")
        user = {"id": user_id, "is_bot": False, "first_name": str(user_id)}
        return {"type": "text_mention", "user": user}
    checked = checked_link(url)
    return {"type": "text_link", "url": checked} if checked else None


def checked_link(url: str) -> str | None:
    url = url.strip()
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in _WEB_SCHEMES or not parts.netloc:
        return None
    if parts.scheme == "tg":
        return url
    if not parts.hostname or not _HOST.fullmatch(parts.hostname):
        return None
    return parts._replace(path=parts.path or "/").geturl()


def custom_emoji_id(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "tg" or parts.netloc != "emoji":
        raise cant_parse("Custom emoji URL must have an emoji identifier")
    return str(_number(url, "id"))


def cant_parse(reason: str) -> ApiError:
    """The inner sentence keeps its capital letter."""
    return bad_request(f"can't parse entities: {reason}")


def _number(url: str, name: str) -> int:
    values = parse_qs(urlsplit(url).query).get(name, [""])
    if not values[0].isdigit():
        raise cant_parse("Invalid identifier specified")
    return int(values[0])
