"""Reads a prompt as Midjourney does: words, then flags such as `--ar 16:9`."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.midjourney.pictures import (
    STYLIZATION_MAX,
    VARIETY_MAX,
    VERSIONS,
    WEIRDNESS_MAX,
    Style,
)

# An em dash counts as two hyphens.
_DASHES = re.compile(r"(?:^|\s)(?:--|—)(?=[A-Za-z])")
_SPEEDS = {"fast": "fast", "relax": "relaxed", "turbo": "turbo"}


class BadFlagError(Exception):
    """Midjourney would not understand it; the text is what it would say."""


def read_prompt(prompt: str) -> tuple[str, Style]:
    """The words and the style of a prompt. Raises BadFlagError."""
    words, *flags = _DASHES.split(prompt)
    asked: dict[str, Any] = {}
    for flag in flags:
        name, _, value = flag.strip().partition(" ")
        if name in _SPEEDS and not value:
            asked["speed"] = _SPEEDS[name]
        elif name in _READERS:
            field, read = _READERS[name]
            asked[field] = read(value.strip(), name)
        else:
            raise BadFlagError(f"Invalid parameter: Unrecognized argument(s): --{flag.strip()}")
    return " ".join(words.split()), Style(**asked)


def _ratio(value: str, name: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d{0,2}):([1-9]\d{0,2})", value)
    if found is None:
        raise _invalid(name, value)
    return int(found[1]), int(found[2])


def _number(maximum: int) -> Callable[[str, str], int]:
    def read(value: str, name: str) -> int:
        if not value.isdecimal() or int(value) > maximum:
            raise _invalid(name, value)
        return int(value)

    return read


def _version(value: str, name: str) -> str:
    version = f"niji{value}" if name == "niji" else value
    if version not in VERSIONS:
        raise _invalid(name, value)
    return version


def _invalid(name: str, value: str) -> BadFlagError:
    return BadFlagError(f"Invalid parameter: Invalid value provided for argument --{name}: {value}")


_READERS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "ar": ("ratio", _ratio),
    "aspect": ("ratio", _ratio),
    "v": ("version", _version),
    "niji": ("version", _version),
    "s": ("stylization", _number(STYLIZATION_MAX)),
    "stylize": ("stylization", _number(STYLIZATION_MAX)),
    "w": ("weirdness", _number(WEIRDNESS_MAX)),
    "weird": ("weirdness", _number(WEIRDNESS_MAX)),
    "c": ("variety", _number(VARIETY_MAX)),
    "chaos": ("variety", _number(VARIETY_MAX)),
}
