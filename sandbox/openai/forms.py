"""Bodies as they come: JSON, or a multipart form with files."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.openai.errors import OpenAiError

Upload = web.FileField


@dataclass(frozen=True, slots=True)
class Form:
    """`files` keep the order they came in, each under the name of its part."""

    fields: dict[str, Any]
    files: tuple[tuple[str, Upload], ...] = field(default=())

    def files_named(self, *names: str) -> list[Upload]:
        return [file for name, file in self.files if name in names]


async def read_form(request: web.Request) -> Form:
    """Raises OpenAiError 400 for what is neither JSON nor a form."""
    if request.content_type.startswith("multipart/"):
        posted = await request.post()
        files = [(name, part) for name, part in posted.items() if isinstance(part, Upload)]
        texts = {name: part for name, part in posted.items() if isinstance(part, str)}
        return Form(texts, tuple(files))
    try:
        parsed = json.loads(await request.read())
    except ValueError as error:
        raise OpenAiError(400, None, "We could not parse the JSON body.") from error
    if not isinstance(parsed, dict):
        raise OpenAiError(400, None, "The JSON body must be an object.")
    return Form({name: content for name, content in parsed.items() if content is not None})
