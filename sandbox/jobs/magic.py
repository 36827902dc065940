"""Magic words: `[[word]]` in a prompt asks any AI stand-in for a certain misfortune."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

_BRACKETS = re.compile(r"\[\[([\w-]+)\]\]")

Chosen = TypeVar("Chosen")


class Word(StrEnum):
    """What each word means in general; how it looks is the manner of each provider."""

    # Refused at submit.
    POLICY = "policy"
    BAD_PARAMETER = "badparam"
    BAD_KEY = "badkey"
    NO_CREDIT = "nocredit"
    RATE = "429"
    RATE_ALWAYS = "429-always"
    RATE_DAY = "429-day"
    INTERNAL_ONCE = "500"
    INTERNAL_ALWAYS = "500-always"
    OVERLOADED = "503"
    GONE = "gone"
    GARBAGE = "garbage"
    # The job exists, but its submit answer is lost.
    TIMEOUT_AFTER_ACCEPT = "timeout-after-accept"
    # How the job runs.
    SLOW = "slow"
    FAST = "fast"
    NEVER = "never"
    POLL_BREAKS = "500-poll"
    UNKNOWN_STATUS = "unknown-status"
    # How the job ends.
    POLICY_END = "policy-end"
    FAIL = "fail"
    NO_IMAGE = "noimage"
    EXPIRED = "expired"
    UNKNOWN_FINISH = "unknown-finish"
    # How the callback goes.
    HOOK_EARLY = "hook-early"
    HOOK_TWICE = "hook-twice"
    HOOK_BAD_SIGNATURE = "hook-badsig"
    HOOK_OLD = "hook-old"
    HOOK_LATE = "hook-late"
    HOOK_NONE = "hook-none"


Words = frozenset[Word]

_ONLY_THE_FIRST_TIME = frozenset({Word.RATE, Word.INTERNAL_ONCE})


@dataclass(slots=True)
class Magic:
    """Remembers which once-only words a prompt has already had."""

    _spent: set[tuple[Word, str, str]] = field(default_factory=set)

    def take_words(self, *, prompt: str, model: str) -> Words:
        """The words of a submitted prompt; a once-only word is there the first time only."""
        words = _find_words(prompt)
        once = {(word, model, prompt) for word in words & _ONLY_THE_FIRST_TIME}
        spent_before = {word for word, *_ in once & self._spent}
        self._spent |= once
        return words - spent_before

    def reset(self) -> None:
        self._spent.clear()


def without_words(prompt: str) -> str:
    """The prompt as a person would read it."""
    return " ".join(_BRACKETS.sub(" ", prompt).split())


def pick(words: Words, table: Mapping[Word, Chosen]) -> Chosen | None:
    """The first entry of the table whose word was said."""
    return next((chosen for word, chosen in table.items() if word in words), None)


def _find_words(prompt: str) -> Words:
    known = set(Word)
    return frozenset(Word(found) for found in _BRACKETS.findall(prompt) if found in known)
