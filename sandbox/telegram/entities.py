"""Message entities: putting parsed ones in order and finding links and commands in plain text.

Source: https://core.telegram.org/bots/api#messageentity and TDLib's `MessageEntity.cpp`.
"""

import re
from typing import Any

from sandbox.telegram.utf16 import utf16_length

Entity = dict[str, Any]

_OPAQUE = {"code", "pre", "text_link", "text_mention"}
_VERBATIM = {"code", "pre"}
_NESTING_ORDER = (
    "blockquote",
    "expandable_blockquote",
    "pre",
    "code",
    "text_link",
    "text_mention",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "custom_emoji",
)
_FOUND_IN_TEXT = (
    ("url", re.compile(r"(?i)\bhttps?://[^\s<>\"]*[^\s<>\".,!?;:)\]]")),
    ("email", re.compile(r"(?i)\b[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+\b")),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?\b")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop white space around the text, as the server does, and move the entities along."""
    shift = utf16_length(text) - utf16_length(text.lstrip())
    trimmed = text.strip()
    end = utf16_length(trimmed)
    moved = []
    for entity in entities:
        first = max(0, entity["offset"] - shift)
        last = min(end, entity["offset"] - shift + entity["length"])
        if last > first:
            moved.append(entity | {"offset": first, "length": last - first})
    return trimmed, arrange(moved)


def arrange(entities: list[Entity]) -> list[Entity]:
    """Outer before inner; nothing inside code; no entity inside another of its own type."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=_order):
        if not any(_swallows(outer, entity) for outer in kept):
            kept.append(entity)
    return kept


def add_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add the addresses, commands, mentions and hashtags that Telegram finds by itself."""
    taken = [entity for entity in entities if entity["type"] in _OPAQUE]
    found: list[Entity] = []
    for kind, pattern in _FOUND_IN_TEXT:
        for match in pattern.finditer(text):
            entity = {
                "type": kind,
                "offset": utf16_length(text[: match.start()]),
                "length": utf16_length(match.group()),
            }
            if not any(_overlap(entity, other) for other in (*taken, *found)):
                found.append(entity)
    return arrange([*entities, *found])


def _order(entity: Entity) -> tuple[int, int, int]:
    kind = entity["type"]
    rank = _NESTING_ORDER.index(kind) if kind in _NESTING_ORDER else len(_NESTING_ORDER)
    return entity["offset"], -entity["length"], rank


def _swallows(outer: Entity, inner: Entity) -> bool:
    if not _overlap(outer, inner):
        return False
    return outer["type"] in _VERBATIM or outer["type"] == inner["type"]


def _overlap(one: Entity, other: Entity) -> bool:
    one_end = one["offset"] + one["length"]
    other_end = other["offset"] + other["length"]
    return bool(one["offset"] < other_end and other["offset"] < one_end)
