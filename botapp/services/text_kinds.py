"""What each kind of text task asks of the model, and how its end looks in the chat."""

from collections.abc import Callable
from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from botapp import catalog
from botapp.keyboards import text as text_keyboard
from botapp.models import TextTask
from botapp.providers.base import InputFile
from botapp.providers.gemini_text import Part
from botapp.services import inputs
from botapp.texts import writing as texts

Kind = TextTask.Kind


@dataclass(frozen=True)
class Question:
    """What the model is given, and how it shall answer."""

    parts: tuple[Part, ...]
    system: str


@dataclass(frozen=True)
class Shown:
    text: str
    markup: InlineKeyboardMarkup | None = None


@dataclass(frozen=True)
class Work:
    """One kind of task.

    `ask` loads what the question needs; it raises UnreadableInputError or ProviderError. `show` is
    called with the person's language on, for a task that is done or has failed.
    """

    ask: Callable[[TextTask], Question]
    show: Callable[[TextTask], Shown]


IMPROVE = """You improve prompts for an AI model that makes {media}.
Rewrite the prompt you are given so that the result looks better: keep its subject, its intent and \
every detail it names; add what is missing of composition, light, colour, style{motion}.
Answer with the new prompt only, without quotes, headings or explanations, in the language of the \
prompt, in at most {length_max} characters."""

SAFER = """A model that makes {media} refused the prompt you are given: its safety rules forbid \
something in it. Rewrite the prompt so that it keeps the idea and the mood and breaks no rule: no \
violence, nudity, hatred, real persons or protected characters; name what is harmless instead.
Answer with the new prompt only, without quotes, headings or explanations, in the language of the \
prompt, in at most {length_max} characters."""

VOICE = """Write down what is said in the recording, in the language it is spoken in, with \
punctuation and without filler words. It describes a picture or a film that somebody wants.
Answer with these words only. Where nobody speaks, answer with nothing."""

ANOTHER = "\nMake it clearly different from this earlier version:\n{wishes}"
LENGTH_MAX = 1000


def _improve(task: TextTask) -> Question:
    return _rewrite(task, IMPROVE)


def _make_safer(task: TextTask) -> Question:
    return _rewrite(task, SAFER)


def _transcribe(task: TextTask) -> Question:
    recording = InputFile(inputs.fetch(task.source), task.source["mime_type"])
    return Question((recording,), VOICE)


def _rewrite(task: TextTask, system: str) -> Question:
    card = catalog.find(task.model_slug)
    is_film = card is not None and card.kind is catalog.Kind.VIDEO
    length_max = min(card.prompt_length_max, LENGTH_MAX) if card is not None else LENGTH_MAX
    said = system.format(
        media="films" if is_film else "pictures",
        motion=", the movement of the camera and of what it sees" if is_film else "",
        length_max=length_max,
    )
    if task.wishes:
        said += ANOTHER.format(wishes=task.wishes)
    return Question((task.prompt,), said)


def _show_suggestion(task: TextTask) -> Shown:
    if task.status == TextTask.Status.DONE:
        return Shown(texts.suggestion(task), text_keyboard.suggestion(task))
    return Shown(texts.failed(task))


def _show_heard(task: TextTask) -> Shown:
    if task.status == TextTask.Status.DONE:
        return Shown(texts.heard(task), text_keyboard.heard(task))
    return Shown(texts.failed(task))


# Kinds that live above the services add themselves here when the product starts.
KINDS: dict[str, Work] = {
    Kind.IMPROVE: Work(_improve, _show_suggestion),
    Kind.SAFER: Work(_make_safer, _show_suggestion),
    Kind.VOICE: Work(_transcribe, _show_heard),
}
