"""What a person gave for an order: loaded, checked for its role, and stripped of metadata."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import aiohttp
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest

from botapp import catalog, telegram
from botapp.business import generation, media_rules
from botapp.business.errors import BusinessError
from botapp.catalog import Role
from botapp.models import GenRequest
from botapp.providers.base import Failure, InputFile, ProviderError
from botapp.services import files, films, pictures
from botapp.services.pictures import UnreadableInputError

__all__ = ["UnfitInputError", "UnreadableInputError", "fetch", "load", "with_urls"]


class UnfitInputError(Exception):
    """A picture that the model would refuse. The text is the reason, for operators."""


def load(order: GenRequest) -> tuple[InputFile, ...]:
    """The order's inputs, ready for any provider. Raises UnreadableInputError for a broken one,
    UnfitInputError for one whose size was not known before, ProviderError(TRANSIENT) when Telegram
    is away: nothing was sent to a provider yet."""
    card = catalog.BY_SLUG[order.ai_model.slug]
    roles = generation.roles(card, order.source_media, catalog.Mode(order.generation_type))
    loaded: dict[int, InputFile] = {}
    # A mask is made to fit its picture, wherever it stands among the inputs.
    for index in sorted(range(len(roles)), key=lambda index: roles[index] is Role.MASK):
        slot = card.slot(roles[index]) or catalog.Slot()
        data = fetch(order.source_media[index])
        loaded[index] = _prepare(data, roles[index], slot, loaded.values())
    return tuple(loaded[index] for index in range(len(roles)))


def with_urls(order: GenRequest, given: tuple[InputFile, ...]) -> tuple[InputFile, ...]:
    """The same with signed addresses of ours, for providers that fetch their inputs."""
    if given:
        generation.note_inputs_stored(generation_id=order.pk)
    return tuple(
        replace(file, url=files.url_for(_store(order, index, file), lifetime=files.INPUT_LIFETIME))
        for index, file in enumerate(given)
    )


def folder(order: GenRequest) -> str:
    """Where the copies lie that providers fetch."""
    return f"inputs/{order.run_code}"


def _prepare(data: bytes, role: Role, slot: catalog.Slot, others: Iterable[InputFile]) -> InputFile:
    match role:
        case Role.VIDEO:
            return InputFile(_clean_film(data, slot), films.find_type(data) or "", role)
        case Role.MASK:
            mask = pictures.clean_mask(data, size=_masked(others), bytes_max=slot.bytes_max)
            return InputFile(mask, "image/png", role)
        case _:
            clean, mime_type = pictures.clean(data, bytes_max=slot.bytes_max)
            _check_picture(clean, slot)
            return InputFile(clean, mime_type, role)


def _check_picture(clean: bytes, slot: catalog.Slot) -> None:
    if not slot.side_min and not slot.ratio_max:
        return
    picture = pictures.recognise(clean)
    if picture is None:
        raise UnreadableInputError("a picture that cannot be written")
    try:
        media_rules.check_picture(slot, picture.width, picture.height)
    except BusinessError as error:
        raise UnfitInputError(f"{picture.width} × {picture.height}: {error}") from error


def _clean_film(data: bytes, slot: catalog.Slot) -> bytes:
    mime_type = films.find_type(data)
    if mime_type not in slot.mime_types:
        raise UnreadableInputError(f"the model takes no {mime_type or 'file of this kind'}")
    if len(data) > slot.bytes_max:
        raise UnreadableInputError(f"a film of {len(data)} bytes, at most {slot.bytes_max}")
    duration_s = films.probe(data).duration_s
    if duration_s < slot.seconds_min or (slot.seconds_max and duration_s > slot.seconds_max):
        limits = f"{slot.seconds_min} to {slot.seconds_max} s"
        raise UnreadableInputError(f"a film of {duration_s:.1f} s, the model takes {limits}")
    return films.strip(data)


def _masked(others: Iterable[InputFile]) -> tuple[int, int]:
    """The size of the picture that the mask covers: the first."""
    first = next((file for file in others if file.role is Role.IMAGE), None)
    picture = pictures.recognise(first.data) if first else None
    if picture is None:
        raise UnreadableInputError("a mask without a picture")
    return picture.width, picture.height


def _store(order: GenRequest, index: int, file: InputFile) -> str:
    key = f"{folder(order)}/{index}.{files.EXTENSIONS[file.mime_type]}"
    return files.store_once(key, file.data)


def fetch(source: Mapping[str, str]) -> bytes:
    """The bytes of what somebody gave, as they are. Raises as `load`."""
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
