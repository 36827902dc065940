"""Where things stand in a provider's JSON, as data.

A path is names and numbers with dots between: `data.outputs.*.url`. `*` is every item of a list
or of an object; `a|b` is `a`, or `b` where `a` is absent, null or empty. A text on the way is JSON
inside JSON (kie answers so) and is entered like the rest. What does not fit the path is not there.
"""

from collections.abc import Iterator
from typing import Any

from botapp.providers.base import parse_json


def find(body: Any, path: str) -> Any:
    """The first value at the path, or None."""
    return next(_values(body, path), None)


def find_text(body: Any, path: str) -> str:
    """The first value as text; empty when there is none."""
    value = find(body, path)
    return "" if value is None else str(value)


def find_texts(body: Any, path: str) -> list[str]:
    """All texts at the path; a list at its end counts as its items."""
    found: list[str] = []
    for value in _values(body, path):
        items = value if isinstance(value, list) else [value]
        found += [item for item in items if isinstance(item, str) and item]
    return found


def _values(body: Any, path: str) -> Iterator[Any]:
    for alternative in filter(None, path.split("|")):
        values = [v for v in _walk(body, alternative.split(".")) if v not in (None, "", [], {})]
        if values:
            return iter(values)
    return iter(())


def _walk(value: Any, names: list[str]) -> Iterator[Any]:
    if not names:
        yield value
        return
    inside = _opened(value)
    name, rest = names[0], names[1:]
    for item in _items(inside, name):
        yield from _walk(item, rest)


def _opened(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value)
    except ValueError:
        return None


def _items(inside: Any, name: str) -> list[Any]:
    if isinstance(inside, list):
        inside = {str(number): item for number, item in enumerate(inside)}
    if not isinstance(inside, dict):
        return []
    return list(inside.values()) if name == "*" else [inside[name]] if name in inside else []
