"""Reads an order for a video and refuses what the API refuses (facts: 3.6)."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.jobs import BadInputError, Input, Opened, as_input, open_input, read_input
from sandbox.openai.errors import bad_image, invalid, missing, no_such_model
from sandbox.openai.forms import Form

MODELS = (
    "sora-2",
    "sora-2-pro",
    "sora-2-2025-10-06",
    "sora-2-pro-2025-10-06",
    "sora-2-2025-12-08",
)
_SECONDS = ("4", "8", "12")
_SIZES = ("720x1280", "1280x720", "1024x1792", "1792x1024")


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoQuestion:
    model: str
    prompt: str
    seconds: str
    size: str
    first: Opened | None = None

    @property
    def pixels(self) -> tuple[int, int]:
        width, height = self.size.split("x")
        return int(width), int(height)


async def read_video_question(form: Form) -> VideoQuestion:
    """Raises OpenAiError for an order that the model would not take."""
    model = str(form.fields.get("model", MODELS[0]))
    if model not in MODELS:
        raise no_such_model(model)
    question = VideoQuestion(
        model=model,
        prompt=read_prompt(form),
        seconds=_read_choice(form, "seconds", _SECONDS),
        size=_read_choice(form, "size", _SIZES),
        first=await _read_reference(form),
    )
    if question.first and (question.first.width, question.first.height) != question.pixels:
        message = "Inpaint image must match the requested width and height."
        raise invalid("input_reference", message)
    return question


def read_prompt(form: Form) -> str:
    prompt = form.fields.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise missing("prompt")
    return prompt


def _read_choice(form: Form, name: str, choices: tuple[str, ...]) -> str:
    chosen = str(form.fields.get(name, choices[0]))
    if chosen not in choices:
        known = ", ".join(f"'{choice}'" for choice in choices)
        raise invalid(name, f"Invalid value: '{chosen}'. Supported values are: {known}.")
    return chosen


async def _read_reference(form: Form) -> Opened | None:
    """A file, or an object with the address of one."""
    try:
        found = await _find_reference(form)
        return None if found is None else await open_input(found)
    except BadInputError as error:
        raise bad_image("input_reference", "The reference could not be read.") from error


async def _find_reference(form: Form) -> Input | None:
    if uploads := form.files_named("input_reference"):
        return as_input(uploads[0].file.read())
    address = form.fields.get("input_reference[image_url]")
    given = form.fields.get("input_reference")
    if given is not None:
        address = _address_in(given)
    return None if address is None else await read_input(str(address))


def _address_in(given: Any) -> str:
    if isinstance(given, str) and given.startswith("{"):
        given = json.loads(given)
    return str(given.get("image_url")) if isinstance(given, dict) else str(given)
