"""Which refusal of the Gemini API a magic word asks for."""

from collections.abc import Callable

from sandbox.gemini import errors
from sandbox.gemini.errors import GoogleError
from sandbox.jobs.magic import Word, Words, pick


def find_refusal(words: Words, *, model: str, version: str) -> GoogleError | None:
    """The refusal the words ask for, if they ask for one."""
    refusals: dict[Word, Callable[[], GoogleError]] = {
        Word.RATE: lambda: errors.too_many_requests(model),
        Word.RATE_ALWAYS: lambda: errors.too_many_requests(model),
        Word.RATE_DAY: lambda: errors.day_quota_used_up(model),
        Word.INTERNAL_ONCE: errors.internal,
        Word.INTERNAL_ALWAYS: errors.internal,
        Word.OVERLOADED: errors.overloaded,
        Word.GONE: lambda: errors.no_such_model(model, version),
        Word.NO_CREDIT: errors.no_credit,
        Word.BAD_KEY: errors.bad_key,
        Word.BAD_PARAMETER: lambda: errors.invalid_field(
            "generation_config", "Invalid value at 'generation_config'."
        ),
    }
    make = pick(words, refusals)
    return None if make is None else make()
