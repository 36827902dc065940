"""The input of a model that has a schema of its own: the route says what it calls our things."""

import base64
from collections.abc import Callable
from typing import Any

from botapp.catalog.vocabulary import Field, ParamValue, Role
from botapp.providers.base import InputFile, Job

ROLES = frozenset(Role)


def address(file: InputFile) -> str:
    """Our signed address of the file, or, where there is none, the file itself as a data URI."""
    return file.url or data_uri(file)


def data_uri(file: InputFile) -> str:
    return f"data:{file.mime_type};base64,{base64.b64encode(file.data).decode()}"


def is_given(name: str, value: ParamValue | None) -> bool:
    """Whether a parameter says anything: an empty text and seed 0 leave it to the provider."""
    return value is not None and value != "" and not (name == "seed" and value == 0)


def model_input(
    job: Job, *, prompt_name: str = "prompt", write_file: Callable[[InputFile], str] = address
) -> dict[str, Any]:
    """Prompt, the route's constants, and each field that the job has something for."""
    given = dict(job.constants)
    if job.prompt:
        given[prompt_name] = job.prompt
    for name, field in job.fields.items():
        values = _values(job, name, field, write_file)
        if not values:
            continue
        # Two roles may share one list: first and last frame, for example.
        given[field.name] = given.get(field.name, []) + values if field.as_list else values[0]
    return given


def _values(job: Job, name: str, field: Field, write_file: Callable[[InputFile], str]) -> list[Any]:
    if name in ROLES:
        return [write_file(file) for file in job.inputs_of(Role(name))]
    value = job.params.get(name)
    if value is None or not is_given(name, value):
        return []
    said = field.values.get(value, value)
    return [str(said) if field.as_text else said]
