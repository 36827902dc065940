"""Reads the arguments of a method call and checks them against aiogram's model of the method."""

import json
import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiohttp import web
from pydantic import BaseModel, ValidationError

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.files import Upload

Json = dict[str, Any]
MethodModel = type[TelegramMethod[Any]]

# The models want an open file here, but over the wire comes `attach://…`: kept as extra fields.
_FILE_ONLY = {"thumbnail": "thumbnail_reference", "certificate": "certificate_reference"}
_UNPARSABLE = {
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "media": "can't parse media JSON object",
    "commands": "can't parse commands JSON object",
}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "from_chat_id": "chat_id is empty",
    "file_id": "invalid file_id",
    "media": "there are no messages to send",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
_FILES = {"photo", "document", "video", "animation", "audio", "voice", "sticker", "video_note"}


def _load_models() -> Iterator[tuple[str, MethodModel]]:
    for name in aiogram.methods.__all__:
        model = getattr(aiogram.methods, name)
        if "__api_method__" in vars(model) and model is not TelegramMethod:
            yield model.__api_method__.lower(), model


METHODS: dict[str, MethodModel] = dict(_load_models())


async def read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """Arguments from the address and from the body, and the files of a multipart form."""
    arguments: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        arguments |= await _read_json(request)
    elif request.method == "POST":
        for name, field in (await request.post()).items():
            if isinstance(field, web.FileField):
                content = field.file.read()
                filename, mime_type = field.filename, field.content_type
                uploads[name] = Upload(content=content, filename=filename, mime_type=mime_type)
            else:
                arguments[name] = field.decode() if isinstance(field, bytearray) else field
    for name in uploads:
        arguments.setdefault(name, f"attach://{name}")
    return arguments, uploads


def check(model: MethodModel, arguments: Json) -> Json:
    """The arguments with nested JSON decoded and numbers as numbers. Raises ApiError."""
    prepared = {
        name: _decode(model, name, value)
        for name, value in arguments.items()
        if value not in (None, "") or name in {"url", "text", "caption"}
    }
    try:
        checked = model.model_validate(_rename_files(prepared))
    except ValidationError as error:
        raise _refusal(error) from error
    return checked.model_dump(mode="json", exclude_unset=True, exclude_none=True)


async def _read_json(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise ApiError(400, "Bad Request: can't parse JSON object") from error
    if not isinstance(body, dict):
        raise ApiError(400, "Bad Request: object expected")
    return body


def _decode(model: MethodModel, name: str, value: Any) -> Any:
    field = model.model_fields.get(name)
    if field is None:
        return value
    if isinstance(value, str) and _is_nested(field.annotation):
        try:
            return json.loads(value)
        except ValueError as error:
            raise _unparsable(name) from error
    if isinstance(value, int | float) and not _is_nested(field.annotation):
        # Scalars of a JSON body mean the same as those of a form.
        return json.dumps(value)
    return value


def _is_nested(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is list:
        return True
    if origin in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        return any(_is_nested(part) for part in get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _rename_files(value: Any) -> Any:
    if isinstance(value, dict):
        return {_FILE_ONLY.get(name, name): _rename_files(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_rename_files(part) for part in value]
    return value


def _refusal(error: ValidationError) -> ApiError:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "missing" and len(first["loc"]) == 1:
        if name in _FILES:
            return bad_request(f"there is no {name.replace('_', ' ')} in the request")
        return bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
    if name in {"entities", "caption_entities"}:
        return bad_request("can't parse entities: field is of a wrong type")
    if name == "reply_markup":
        return bad_request(_markup_fault(error))
    return _unparsable(name)


def _markup_fault(error: ValidationError) -> str:
    """Say which kind of button is wrong when the markup itself could be told."""
    for problem in error.errors():
        path = [str(part) for part in problem["loc"]]
        if "inline_keyboard" in path and len(path) > 3:
            return (
                "can't parse inline keyboard button:"
                f' Field "{path[-1]}" is invalid ({problem["msg"]})'
            )
    return _UNPARSABLE["reply_markup"]


def _unparsable(name: str) -> ApiError:
    return bad_request(_UNPARSABLE.get(name, f"can't parse {name}"))
