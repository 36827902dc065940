"""The only reader of the environment: typed access, and one error that lists all that is wrong."""

import math
import os
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from django.utils.module_loading import import_string

T = TypeVar("T")

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class MisconfiguredError(Exception):
    """The environment is incomplete or malformed; the text lists every variable concerned."""


@dataclass
class Env:
    """Reads variables, remembers their names and what is wrong; `check()` raises once for all.

    An empty variable counts as unset, as deployment panels cannot unset one.
    """

    source: Mapping[str, str] = field(default_factory=lambda: os.environ)
    problems: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None) -> str:
        return self._read(name, str, default, fallback="")

    def integer(self, name: str, default: int | None = None, *, minimum: int = 0) -> int:
        return self._read(
            name, lambda raw: _at_least(_whole(raw), minimum), default, fallback=minimum
        )

    def number(self, name: str, default: float | None = None) -> float:
        return self._read(name, lambda raw: _at_least(_number(raw), 0.0), default, fallback=0.0)

    def flag(self, name: str, *, default: bool) -> bool:
        return self._read(name, _flag, default, fallback=False)

    def words(self, name: str, default: str | None = None) -> list[str]:
        """A list separated by commas; blanks around and between are dropped."""
        raw = self.text(name, default)
        return [word.strip() for word in raw.split(",") if word.strip()]

    def numbers_by_name(self, name: str, default: str) -> dict[str, int]:
        """`name=1,other=2`: whole numbers, at least 1, by name."""
        return self._read(name, _numbers_by_name, _numbers_by_name(default), fallback={})

    def url(self, name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
        # Well-formed, so that settings may be read to the end and one error names everything.
        fallback = f"{schemes[0]}:///"
        return self._read(name, lambda raw: _url(raw, schemes), default, fallback=fallback)

    def base64(self, name: str, default: bytes | None = None) -> bytes:
        return self._read(name, _base64, default, fallback=b"")

    def dsn(self, name: str, default: str | None = None) -> str:
        return self._read(name, _dsn, default, fallback="")

    def choice(self, name: str, default: str, *, options: tuple[str, ...]) -> str:
        return self._read(name, lambda raw: _one_of(raw, options), default, fallback=default)

    def check(self) -> None:
        """Raise one error naming every problem met so far."""
        if self.problems:
            raise MisconfiguredError("Fix the environment:\n  - " + "\n  - ".join(self.problems))

    def _read(self, name: str, parse: Callable[[str], T], default: T | None, *, fallback: T) -> T:
        self.names.append(name)
        raw = self.source.get(name, "").strip()
        if not raw:
            if default is None:
                self.problems.append(f"{name} is missing")
                return fallback
            return default
        try:
            return parse(raw)
        except ValueError as error:
            self.problems.append(f"{name} is malformed: {error}")
            return fallback


def _at_least(value: T, minimum: T) -> T:
    if value < minimum:  # type: ignore[operator]  # both int or both float
        raise ValueError(f"must be at least {minimum}")
    return value


def _whole(raw: str) -> int:
    # Python's own message quotes the value, which may be a secret in the wrong variable.
    try:
        return int(raw)
    except ValueError:
        raise ValueError("expected a whole number") from None


def _numbers_by_name(raw: str) -> dict[str, int]:
    pairs = (pair.partition("=") for pair in raw.split(",") if pair.strip())
    return {name.strip(): _at_least(_whole(number), 1) for name, _, number in pairs}


def _number(raw: str) -> float:
    try:
        number = float(raw)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("expected a number")
    return number


def _flag(raw: str) -> bool:
    word = raw.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("expected true or false")


def _url(raw: str, schemes: tuple[str, ...]) -> str:
    # The value may hold a password: the message names only what was expected.
    expected = ValueError(f"expected an address starting with {' or '.join(schemes)}://")
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise expected from None
    if parts.scheme not in schemes or port == 0:
        raise expected
    lacking = _find_lack(parts)
    if lacking:
        raise ValueError(lacking)
    return raw.rstrip("/")


def _find_lack(parts: SplitResult) -> str:
    """What an address of this scheme cannot do without; the others have defaults."""
    path = parts.path.strip("/")
    match parts.scheme:
        case "http" | "https" if not parts.hostname:
            return f"expected a host after {parts.scheme}://"
        case "s3" if not (parts.hostname and path):
            return "expected s3://host/bucket"
        case "file" if parts.netloc or not path:
            return "expected file:///folder"
    return ""


def _base64(raw: str) -> bytes:
    try:
        # Panels and terminals break long values into lines.
        return b64decode("".join(raw.split()), validate=True)
    except ValueError:
        raise ValueError("expected base64") from None


def _dsn(raw: str) -> str:
    try:
        import_string("sentry_sdk.utils.Dsn")(raw)
    except ValueError:
        raise ValueError("expected https://key@host/project, as Sentry shows it") from None
    return raw


def _one_of(raw: str, options: tuple[str, ...]) -> str:
    if raw not in options:
        raise ValueError(f"expected one of {', '.join(options)}")
    return raw


def provide_defaults(values: Mapping[str, str]) -> None:
    """Give variables a value where the environment has none (light and test profiles)."""
    for name, value in values.items():
        os.environ.setdefault(name, value)
