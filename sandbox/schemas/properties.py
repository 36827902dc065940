"""What one field of an input may hold, and what is wrong with what it was given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    WHOLE = "whole"
    FLAG = "flag"
    PICTURE = "picture"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """`maximum` counts characters of a text, pictures of a list, and bounds a number."""

    kind: Kind
    required: bool = False
    default: Any = None
    options: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Flaw:
    """`type` is pydantic's name of the mistake."""

    name: str
    type: str
    message: str


def check(
    properties: Mapping[str, Property], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Flaw]]:
    """All values with the defaults, and all flaws; fields that nobody knows are left out."""
    values = {name: item.default for name, item in properties.items() if item.default is not None}
    flaws = []
    for name, item in properties.items():
        if given.get(name) is None:
            flaws += [Flaw(name, "missing", "Field required")] if item.required else []
            continue
        wrong = _CHECKS[item.kind](item, given[name])
        if wrong is not None:
            flaws.append(Flaw(name, *wrong))
        values[name] = given[name]
    return values, flaws


_Wrong = tuple[str, str] | None


def _text(item: Property, value: object) -> _Wrong:
    if not isinstance(value, str):
        return "string_type", "Input should be a valid string"
    if item.required and not value:
        return "string_too_short", "String should have at least 1 character"
    if len(value) > item.maximum:
        return "string_too_long", f"String should have at most {item.maximum} characters"
    return None


def _choice(item: Property, value: object) -> _Wrong:
    if isinstance(value, str) and value in item.options:
        return None
    listed = ", ".join(f"'{option}'" for option in item.options)
    return "literal_error", f"Input should be one of {listed}"


def _whole(item: Property, value: object) -> _Wrong:
    if not isinstance(value, int) or isinstance(value, bool):
        return "int_type", "Input should be a valid integer"
    if value < item.minimum:
        return "greater_than_equal", f"Input should be greater than or equal to {item.minimum}"
    if value > item.maximum:
        return "less_than_equal", f"Input should be less than or equal to {item.maximum}"
    return None


def _flag(_item: Property, value: object) -> _Wrong:
    return None if isinstance(value, bool) else ("bool_type", "Input should be a valid boolean")


def _picture(_item: Property, value: object) -> _Wrong:
    return None if isinstance(value, str) else ("string_type", "Input should be a valid string")


def _pictures(item: Property, value: object) -> _Wrong:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return "list_type", "Input should be a valid list"
    if len(value) < max(1, item.minimum):
        return "too_short", "List should have at least 1 item"
    if len(value) > item.maximum:
        return "too_long", f"List should have at most {item.maximum} items"
    return None


_CHECKS: dict[Kind, Callable[[Property, object], _Wrong]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
    Kind.PICTURE: _picture,
    Kind.PICTURES: _pictures,
}
