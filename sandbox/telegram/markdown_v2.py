"""`parse_mode=MarkdownV2`, with the refusals of the real parser (TDLib `parse_markdown_v2`)."""

import re
from dataclasses import dataclass

from sandbox.telegram.entities import Entity, arrange
from sandbox.telegram.links import cant_parse, custom_emoji_id, link_entity
from sandbox.telegram.utf16 import byte_offset, utf16_length

_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_VERBATIM = ("code", "pre")
# Longer marks first: `__` is an underline, not two italics.
_OPENING = (
    ("```", "pre"),
    ("__", "underline"),
    ("||", "spoiler"),
    ("![", "custom_emoji"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("[", "text_link"),
    ("`", "code"),
)
_CLOSING = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
# How the server calls an entity in its refusals.
_SPOKEN = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_PRE_HEAD = re.compile(r"(?:(?P<language>[^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?")


@dataclass(slots=True)
class _Open:
    kind: str
    offset: int
    source_position: int
    text_start: int
    language: str = ""


def parse_markdown_v2(source: str) -> tuple[str, list[Entity]]:
    """Raises ApiError for a mark that is not closed and a reserved character not escaped."""
    scanner = _Scanner(source)
    scanner.run()
    return "".join(scanner.output), arrange(scanner.entities)


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.output: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> None:
        while self.position < len(self.source):
            self._step()
        if self.open and self.open[-1].kind == "blockquote":
            self._close_quote()
        if self.open:
            raise self._unclosed(self.open[-1])

    def _step(self) -> None:
        character = self.source[self.position]
        following = self.source[self.position + 1 : self.position + 2]
        if character == "\\" and following and ord(following) <= 126:
            self._emit(following, consumed=2)
        elif character not in self._reserved():
            self._emit(character, consumed=1)
        elif character == "\n":
            self._take_line_end()
        elif self._closes(character):
            self._close()
        else:
            self._take_opening()

    def _reserved(self) -> str:
        return "`" if self.open and self.open[-1].kind in _VERBATIM else _RESERVED

    def _emit(self, text: str, *, consumed: int) -> None:
        self.output.append(text)
        self.offset += utf16_length(text)
        self.position += consumed

    def _take_line_end(self) -> None:
        quoted = any(entity.kind == "blockquote" for entity in self.open)
        goes_on = self.source.startswith("\n>", self.position)
        if quoted and not goes_on:
            if self.open[-1].kind != "blockquote":
                raise self._unclosed(self.open[-1])
            self._close_quote()
        self._emit("\n", consumed=1)
        if goes_on:
            if not quoted:
                self._open("blockquote", mark=">")
            else:
                self.position += 1

    def _closes(self, character: str) -> bool:
        if not self.open or self.open[-1].kind == "blockquote":
            return False
        kind = self.open[-1].kind
        if kind == "italic":
            return character == "_" and not self.source.startswith("__", self.position)
        return self.source.startswith(_CLOSING[kind], self.position)

    def _take_opening(self) -> None:
        if self.position == 0 and self.source[0] == ">":
            self._open("blockquote", mark=">")
            return
        for mark, kind in _OPENING:
            if self.source.startswith(mark, self.position):
                self._open(kind, mark=mark)
                return
        raise cant_parse(
            f"Character '{self.source[self.position]}' is reserved and must be escaped"
            " with the preceding '\\'"
        )

    def _open(self, kind: str, *, mark: str) -> None:
        opened = _Open(kind, self.offset, self.position, len(self.output))
        self.position += len(mark)
        if kind == "pre" and (head := _PRE_HEAD.match(self.source, self.position)):
            opened.language = head["language"] or ""
            self.position = head.end()
        self.open.append(opened)

    def _close(self) -> None:
        closed = self.open.pop()
        self.position += len(_CLOSING[closed.kind])
        entity: Entity | None = {"type": closed.kind}
        if closed.kind == "text_link":
            url = self._take_target("a URL") if self._peek() == "(" else self._text_since(closed)
            entity = link_entity(url)
        elif closed.kind == "custom_emoji":
            if self._peek() != "(":
                raise cant_parse("Custom emoji entity must contain a tg://emoji URL")
            url = self._take_target("a custom emoji URL")
            entity = {"type": closed.kind, "custom_emoji_id": custom_emoji_id(url)}
        elif closed.language:
            entity = {"type": "pre", "language": closed.language}
        self._add(closed, entity)

    def _close_quote(self) -> None:
        self._add(self.open.pop(), {"type": "blockquote"})

    def _add(self, closed: _Open, entity: Entity | None) -> None:
        length = self.offset - closed.offset
        if entity and length:
            self.entities.append(entity | {"offset": closed.offset, "length": length})

    def _take_target(self, what: str) -> str:
        begin = self.position = self.position + 1
        target = []
        while self._peek() not in {")", ""}:
            if self._peek() == "\\":
                self.position += 1
            target.append(self._peek())
            self.position += 1
        if self._peek() != ")":
            where = byte_offset(self.source, begin)
            raise cant_parse(f"Can't find end of {what} at byte offset {where}")
        self.position += 1
        return "".join(target)

    def _text_since(self, opened: _Open) -> str:
        return "".join(self.output[opened.text_start :])

    def _peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def _unclosed(self, opened: _Open) -> Exception:
        where = byte_offset(self.source, opened.source_position)
        return cant_parse(f"Can't find end of {_SPOKEN[opened.kind]} entity at byte offset {where}")
