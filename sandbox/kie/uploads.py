"""Files that are put on kie's own shelf, to be named as inputs afterwards (provider notes, 7.3)."""

import mimetypes
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from sandbox.jobs import BadInputError, Input, as_input, read_input
from sandbox.kie.errors import invalid


@dataclass(frozen=True, slots=True)
class Shelved:
    """A work that was never drawn: the bytes that were uploaded."""

    mime: str
    filename: str
    content: bytes

    def draw(self) -> bytes:
        return self.content


async def read_form(request: web.Request) -> tuple[Shelved, str]:
    form = await request.post()
    file = form.get("file")
    if not isinstance(file, FileField):
        raise invalid("file is required")
    name = str(form.get("fileName") or file.filename)
    shelved = _shelved(_as_input(file.file.read()), name)
    return shelved, str(form.get("uploadPath", ""))


async def read_given(body: dict[str, Any], name: str) -> tuple[Shelved, str]:
    """`name` is the field with the address or the data URI."""
    given = body.get(name)
    if not isinstance(given, str) or not given:
        raise invalid(f"{name} is required")
    try:
        found = await read_input(given)
    except BadInputError as error:
        raise invalid(f"{name}: {error}") from error
    return _shelved(found, str(body.get("fileName") or "")), str(body.get("uploadPath", ""))


def shown(shelved: Shelved, folder: str, url: str) -> dict[str, Any]:
    return {
        "success": True,
        "code": 200,
        "msg": "File uploaded successfully",
        "data": {
            "fileName": shelved.filename,
            "filePath": f"{folder.strip('/')}/{shelved.filename}",
            "downloadUrl": url,
            "fileSize": len(shelved.content),
            "mimeType": shelved.mime,
        },
    }


def _as_input(content: bytes) -> Input:
    try:
        return as_input(content)
    except BadInputError as error:
        raise invalid(f"file: {error}") from error


def _shelved(found: Input, name: str) -> Shelved:
    safe = name.replace("/", "_") or f"upload{mimetypes.guess_extension(found.mime) or ''}"
    return Shelved(found.mime, safe, found.content)
