"""Magic words: `[[word]]` in a prompt asks the stand-in for a certain misfortune."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.gemini import errors
from sandbox.gemini.errors import GoogleError

_BRACKETS = re.compile(r"\[\[([\w-]+)\]\]")


class Word(StrEnum):
    POLICY = "policy"
    POLICY_END = "policy-end"
    RATE = "429"
    RATE_DAY = "429-day"
    INTERNAL_ONCE = "500"
    INTERNAL_ALWAYS = "500-always"
    OVERLOADED = "503"
    SLOW = "slow"
    FAST = "fast"
    TIMEOUT_AFTER_ACCEPT = "timeout-after-accept"
    GONE = "gone"
    NO_CREDIT = "nocredit"
    NO_IMAGE = "noimage"
    BAD_KEY = "badkey"
    GARBAGE = "garbage"
    UNKNOWN_FINISH = "unknown-finish"


_ONLY_THE_FIRST_TIME = (Word.RATE, Word.INTERNAL_ONCE)


@dataclass(slots=True)
class Magic:
    """Remembers which once-only words a prompt has already had."""

    _spent: set[tuple[str, str]] = field(default_factory=set)

    def take_word(self, *, prompt: str, model: str) -> Word | None:
        word = _find_word(prompt)
        if word in _ONLY_THE_FIRST_TIME:
            if (model, prompt) in self._spent:
                return None
            self._spent.add((model, prompt))
        return word

    def reset(self) -> None:
        self._spent.clear()


def without_words(prompt: str) -> str:
    """The prompt as a person would read it."""
    return " ".join(_BRACKETS.sub(" ", prompt).split())


def find_refusal(word: Word | None, *, model: str, version: str) -> GoogleError | None:
    """The refusal a word asks for, if it asks for one."""
    refusals: dict[Word, Callable[[], GoogleError]] = {
        Word.RATE: lambda: errors.too_many_requests(model),
        Word.RATE_DAY: lambda: errors.day_quota_used_up(model),
        Word.INTERNAL_ONCE: errors.internal,
        Word.INTERNAL_ALWAYS: errors.internal,
        Word.OVERLOADED: errors.overloaded,
        Word.GONE: lambda: errors.no_such_model(model, version),
        Word.NO_CREDIT: errors.no_credit,
        Word.BAD_KEY: errors.bad_key,
    }
    return refusals[word]() if word in refusals else None


def _find_word(prompt: str) -> Word | None:
    known = set(Word)
    return next((Word(found) for found in _BRACKETS.findall(prompt) if found in known), None)
