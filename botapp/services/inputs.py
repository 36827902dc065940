"""What a person gave for an order: loaded, checked for its role, and stripped of metadata."""

from dataclasses import replace

import aiohttp
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from botapp import catalog, telegram
from botapp.business import generation
from botapp.models import GenRequest
from botapp.providers.base import Failure, InputFile, ProviderError
from botapp.services import files, pictures
from botapp.services.pictures import UnreadableInputError

__all__ = ["UnreadableInputError", "load", "with_urls"]


def load(order: GenRequest) -> tuple[InputFile, ...]:
    """The order's inputs, ready for any provider. Raises UnreadableInputError for a broken one,
    ProviderError(TRANSIENT) when Telegram is away: nothing was sent to a provider yet."""
    card = catalog.BY_SLUG[order.ai_model.slug]
    roles = generation.roles(card, order.source_media, catalog.Mode(order.generation_type))
    return tuple(
        _prepare(_load(source), role)
        for source, role in zip(order.source_media, roles, strict=True)
    )


def with_urls(order: GenRequest, given: tuple[InputFile, ...]) -> tuple[InputFile, ...]:
    """The same with signed addresses of ours, for providers that fetch their inputs."""
    return tuple(
        replace(file, url=files.url_for(_store(order, index, file)))
        for index, file in enumerate(given)
    )


def _prepare(data: bytes, role: catalog.Role) -> InputFile:
    clean, mime_type = pictures.clean(data)
    return InputFile(clean, mime_type, role)


def _store(order: GenRequest, index: int, file: InputFile) -> str:
    key = f"inputs/{order.run_code}/{index}.{pictures.EXTENSIONS[file.mime_type]}"
    return default_storage.save(key, ContentFile(file.data))


def _load(source: dict[str, str]) -> bytes:
    if "storage_key" in source:
        try:
            return files.read(source["storage_key"])
        except FileNotFoundError as error:
            raise UnreadableInputError("the stored file is gone") from error
    try:
        return telegram.download(source["file_id"])
    except TelegramBadRequest as error:
        raise UnreadableInputError(error.message) from error
    except (TelegramAPIError, aiohttp.ClientError, TimeoutError) as error:
        raise ProviderError(Failure.TRANSIENT, f"Telegram: {type(error).__name__}") from error
