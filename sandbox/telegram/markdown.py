"""The old `parse_mode=Markdown` (TDLib `parse_markdown`): no nesting, four kinds of marks."""

import re

from sandbox.telegram.entities import Entity, arrange
from sandbox.telegram.links import cant_parse, link_entity
from sandbox.telegram.utf16 import byte_offset, utf16_length

_ESCAPED = re.compile(r"\\([_*`\[])")
_PLAIN = re.compile(r"[^\\_*`\[]+")
_PRE = re.compile(
    r"```(?:(?P<language>[^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?(?P<text>.*?)```", re.DOTALL
)
_SPAN = re.compile(r"(?P<mark>[_*`])(?P<text>.*?)(?P=mark)", re.DOTALL)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\](?:\((?P<url>[^)]*)\)?)?", re.DOTALL)
_TYPE_OF_MARK = {"_": "italic", "*": "bold", "`": "code"}


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Raises ApiError when a mark is not closed."""
    output: list[str] = []
    entities: list[Entity] = []
    offset = position = 0
    while position < len(source):
        text, entity, position = _read(source, position)
        length = utf16_length(text)
        if entity and length:
            entities.append(entity | {"offset": offset, "length": length})
        output.append(text)
        offset += length
    return "".join(output), arrange(entities)


def _read(source: str, position: int) -> tuple[str, Entity | None, int]:
    if match := _ESCAPED.match(source, position) or _PLAIN.match(source, position):
        return match.group(match.lastindex or 0), None, match.end()
    if source[position] == "\\":
        return "\\", None, position + 1
    return _read_marked(source, position)


def _read_marked(source: str, position: int) -> tuple[str, Entity | None, int]:
    pattern = _SPAN
    if source.startswith("```", position):
        pattern = _PRE
    elif source[position] == "[":
        pattern = _LINK
    match = pattern.match(source, position)
    if match is None:
        where = byte_offset(source, position)
        raise cant_parse(f"Can't find end of the entity starting at byte offset {where}")
    return match["text"], _entity(pattern, match), match.end()


def _entity(pattern: re.Pattern[str], match: re.Match[str]) -> Entity | None:
    if pattern is _LINK:
        return link_entity(match["url"] or match["text"])
    if pattern is _SPAN:
        return {"type": _TYPE_OF_MARK[match["mark"]]}
    language = match["language"]
    return {"type": "pre", "language": language} if language else {"type": "pre"}
