"""Refusals of the Interactions API: a word instead of a status (notes, section 1.8)."""

from typing import Any

from sandbox.gemini import errors, refusals
from sandbox.gemini.errors import GoogleError
from sandbox.jobs import Word, Words


class InteractionError(GoogleError):
    """Answered as `{"error": {"code": "invalid_request", "message": "..."}}`."""

    def __init__(self, code: int, word: str, message: str) -> None:
        super().__init__(code, "", message)
        self.word = word

    def as_json(self) -> dict[str, Any]:
        return {"error": {"code": self.word, "message": str(self)}}


def invalid(message: str) -> InteractionError:
    return InteractionError(400, "invalid_request", message)


def no_such_interaction(interaction_id: str) -> InteractionError:
    return InteractionError(404, "not_found", f"Interaction {interaction_id} not found.")


def blocked() -> InteractionError:
    return invalid("The request was blocked by the safety policy: prohibited content.")


def find_refusal(words: Words, *, model: str, version: str) -> GoogleError | None:
    """What the magic words of the prompt ask for, if it is a refusal."""
    if Word.POLICY in words:
        return blocked()
    return refusals.find_refusal(words, model=model, version=version)


def broken() -> GoogleError:
    return errors.internal()
