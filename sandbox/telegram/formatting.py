"""From what a bot sends (`text` + `parse_mode` or `entities`) to what a message holds."""

from typing import Any

from sandbox.telegram.entities import Entity, add_found, trim
from sandbox.telegram.errors import bad_request
from sandbox.telegram.html_parser import parse_html
from sandbox.telegram.links import cant_parse, link_entity
from sandbox.telegram.markdown import parse_markdown
from sandbox.telegram.markdown_v2 import parse_markdown_v2
from sandbox.telegram.utf16 import utf16_length

TEXT_LENGTH_MAX = 4096
CAPTION_LENGTH_MAX = 1024

_PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}
_FOUND_BY_THE_SERVER = {"url", "email", "bot_command", "mention", "hashtag", "cashtag"}


def read_text(args: dict[str, Any], *, may_be_empty: bool = False) -> tuple[str, list[Entity]]:
    """The text of a message without its marks; raises ApiError when empty or too long."""
    source = args.get("text") or ""
    text, entities = _parse(source, args.get("parse_mode"), args.get("entities"))
    if not text and not may_be_empty:
        raise bad_request("text must be non-empty" if source.strip() else "message text is empty")
    if utf16_length(text) > TEXT_LENGTH_MAX:
        raise bad_request("message is too long")
    return text, entities


def read_caption(args: dict[str, Any]) -> tuple[str, list[Entity]]:
    text, entities = _parse(
        args.get("caption") or "", args.get("parse_mode"), args.get("caption_entities")
    )
    if utf16_length(text) > CAPTION_LENGTH_MAX:
        raise bad_request("message caption is too long")
    return text, entities


def _parse(
    source: str, parse_mode: str | None, given: list[Entity] | None
) -> tuple[str, list[Entity]]:
    mode = (parse_mode or "").lower()
    if mode and mode != "none":
        if mode not in _PARSERS:
            raise bad_request("unsupported parse_mode")
        text, entities = _PARSERS[mode](source)
    else:
        text, entities = source, _check_given(source, given or [])
    text, entities = trim(text, entities)
    return text, add_found(text, entities)


def _check_given(text: str, given: list[Entity]) -> list[Entity]:
    end = utf16_length(text)
    kept = []
    for entity in given:
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > end:
            raise cant_parse(
                f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of"
                f" the text at UTF-16 offset {entity['offset'] + entity['length']}"
            )
        if entity["type"] == "text_link" and link_entity(entity.get("url", "")) is None:
            raise bad_request("ENTITY_URL_INVALID")
        if entity["type"] not in _FOUND_BY_THE_SERVER:
            kept.append(entity)
    return kept
