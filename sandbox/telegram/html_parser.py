"""`parse_mode=HTML`, with the refusals of the real parser (TDLib `MessageEntity.cpp`)."""

import re
from dataclasses import dataclass

from sandbox.telegram.entities import Entity, arrange
from sandbox.telegram.links import cant_parse, link_entity
from sandbox.telegram.utf16 import byte_offset, utf16_length

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
# The attribute a tag is read for, and the beginning that its value must have.
_ARGUMENT_OF_TAG = {
    "a": ("href", ""),
    "code": ("class", "language-"),
    "span": ("class", "tg-"),
    "tg-emoji": ("emoji-id", ""),
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>\d+)|(?P<name>[A-Za-z]+));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"\s*")


@dataclass(slots=True)
class _OpenTag:
    name: str
    argument: str
    offset: int
    text_start: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Raises ApiError naming the byte offset of the first wrong tag."""
    scanner = _Scanner(source)
    scanner.run()
    return "".join(scanner.output), arrange(scanner.entities)


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.output: list[str] = []
        self.offset = 0
        self.open_tags: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def run(self) -> None:
        while self.position < len(self.source):
            if self.source[self.position] != "<":
                self._take_text()
            elif self.source.startswith("</", self.position):
                self._take_end_tag()
            else:
                self._take_start_tag()
        if self.open_tags:
            raise cant_parse(
                f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"'
            )

    def _take_text(self) -> None:
        text, self.position = _read_character(self.source, self.position)
        self.output.append(text)
        self.offset += utf16_length(text)

    def _take_start_tag(self) -> None:
        begin = self.position
        at = f"at byte offset {byte_offset(self.source, begin)}"
        self.position += 1
        name = self._take(_TAG_NAME).lower()
        if self.position == len(self.source):
            raise cant_parse(f"Unclosed start tag {at}")
        if name not in _ENTITY_OF_TAG:
            raise cant_parse(f'Unsupported start tag "{name}" {at}')
        argument = self._take_attributes(name, at)
        if name == "span" and argument != "spoiler":
            raise cant_parse(f'Tag "span" must have class "tg-spoiler" {at}')
        self.open_tags.append(_OpenTag(name, argument, self.offset, len(self.output)))

    def _take_attributes(self, tag: str, at: str) -> str:
        argument = ""
        wanted, beginning = _ARGUMENT_OF_TAG.get(tag, ("", ""))
        while True:
            self._take(_SPACE)
            if self._peek() == ">":
                self.position += 1
                return argument
            name = self._take(_ATTRIBUTE_NAME)
            if tag == "blockquote" and name == "expandable":
                argument = name
                continue
            value = self._take_value(tag, name, at)
            if name == wanted and value.startswith(beginning):
                argument = value.removeprefix(beginning)

    def _take_value(self, tag: str, name: str, at: str) -> str:
        if not name:
            raise cant_parse(f'Empty attribute name in the tag "{tag}" {at}')
        self._take(_SPACE)
        if self._peek() != "=":
            raise cant_parse(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" {at}'
            )
        self.position += 1
        self._take(_SPACE)
        quote = self._peek()
        value = self._take_quoted(quote) if quote in {"'", '"'} else self._take_token()
        if self.position >= len(self.source):
            raise cant_parse(f"Unclosed start tag {at}")
        return value

    def _take_quoted(self, quote: str) -> str:
        self.position += 1
        value = []
        while self._peek() not in {quote, ""}:
            text, self.position = _read_character(self.source, self.position)
            value.append(text)
        self.position += 1
        return "".join(value)

    def _take_token(self) -> str:
        begin = self.position
        token = self._take(_NAME_TOKEN).lower()
        if self._peek() not in {"", ">"} and not self._peek().isspace():
            where = byte_offset(self.source, begin)
            raise cant_parse(f"Unexpected end of name token at byte offset {where}")
        return token

    def _take_end_tag(self) -> None:
        where = byte_offset(self.source, self.position)
        if not self.open_tags:
            raise cant_parse(f"Unexpected end tag at byte offset {where}")
        self.position += 2
        name = self._take(_TAG_NAME).lower()
        self._take(_SPACE)
        if self._peek() != ">":
            raise cant_parse(f"Unclosed end tag at byte offset {where}")
        self.position += 1
        tag = self.open_tags.pop()
        if name and name != tag.name:
            raise cant_parse(
                f'Unmatched end tag at byte offset {where}, expected "</{tag.name}>",'
                f' found "</{name}>"'
            )
        if self.offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        entity: Entity = {
            "type": _ENTITY_OF_TAG[tag.name],
            "offset": tag.offset,
            "length": self.offset - tag.offset,
        }
        if tag.name == "a":
            link = link_entity(tag.argument or "".join(self.output[tag.text_start :]))
            if link is None:
                return
            entity |= link
        elif tag.name == "tg-emoji":
            if not tag.argument.isdigit():
                raise cant_parse("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.argument
        elif tag.argument == "expandable":
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code" and tag.argument and self._is_inside_pre():
            entity["language"] = tag.argument
        self._add(entity)

    def _is_inside_pre(self) -> bool:
        return any(tag.name == "pre" for tag in self.open_tags)

    def _add(self, entity: Entity) -> None:
        """A `code` with a language that fills its `pre` makes one entity with the language."""
        inner = self.entities[-1] if self.entities else {}
        same_place = all(inner.get(name) == entity[name] for name in ("offset", "length"))
        if entity["type"] == "pre" and same_place and "language" in inner:
            inner["type"] = "pre"
        else:
            self.entities.append(entity)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.position)
        assert match is not None  # every pattern here also matches nothing
        self.position = match.end()
        return match.group()

    def _peek(self) -> str:
        return self.source[self.position : self.position + 1]


def _read_character(source: str, position: int) -> tuple[str, int]:
    """One character of text and where the next one starts; an unknown reference stays as it is."""
    if match := _REFERENCE.match(source, position):
        if match["name"]:
            decoded = _NAMED.get(match["name"])
        else:
            decoded = _from_code(int(match["hex"] or match["decimal"], 16 if match["hex"] else 10))
        if decoded:
            return decoded, match.end()
    return source[position], position + 1


def _from_code(code: int) -> str | None:
    is_surrogate = 0xD800 <= code <= 0xDFFF
    return chr(code) if 0 < code < 0x10FFFF and not is_surrogate else None
