"""What a provider made: fetched, recognised by its bytes, measured, stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore

from botapp.business import generation
from botapp.models import AIModel, GenRequest
from botapp.providers import transport
from botapp.providers.base import Failure, Finished, ProviderError
from botapp.services import files, films, pictures
from botapp.services.pictures import UnreadableInputError

PICTURE_BYTES_MAX = 64 * 1024 * 1024
# A film may have half a gigabyte: only so many are in memory at once.
IN_MEMORY = BoundedSemaphore(3)


@dataclass(frozen=True)
class Measured:
    """What the bytes of a result are, and a small picture of them."""

    mime_type: str
    width: int
    height: int
    thumbnail: bytes
    duration_s: float | None = None


def store(order: GenRequest, finished: Finished, *, first: int | None = None) -> None:
    """Keep the results, as many as were paid for, after those that are stored already.

    `first` is the index of a job's first result where the job may have been stored in part.

    Raises ProviderError: EMPTY_RESULT when one is not to be had or is not what was ordered,
    TRANSIENT when it cannot be fetched at this moment.
    """
    stored = set(order.results.values_list("index", flat=True))
    index = len(stored) if first is None else first
    for item in finished.media:
        with IN_MEMORY:
            for data in _pieces(transport.download(item), finished):
                if index == order.results_expected:
                    return
                if index not in stored:
                    file = _store_one(order, index, data)
                    generation.add_result(generation_id=order.pk, file=file)
                index += 1


def _pieces(data: bytes, finished: Finished) -> Iterator[bytes]:
    """A grid of pictures is cut: each of them is a result of its own."""
    side = finished.metadata.get("grid_side", 1)
    if side == 1:
        yield data
        return
    try:
        yield from pictures.cut(data, side=side)
    except UnreadableInputError as error:
        raise ProviderError(Failure.EMPTY_RESULT, f"the grid is {error}") from error


def _store_one(order: GenRequest, index: int, data: bytes) -> generation.StoredFile:
    try:
        measured = MEASURES[AIModel.Type(order.ai_model.type)](data)
    except UnreadableInputError as error:
        raise ProviderError(Failure.EMPTY_RESULT, f"the result is {error}") from error
    key = f"results/{order.run_code}/{index}"
    return generation.StoredFile(
        index=index,
        storage_key=files.store(f"{key}.{files.EXTENSIONS[measured.mime_type]}", data),
        mime_type=measured.mime_type,
        size_bytes=len(data),
        width=measured.width,
        height=measured.height,
        duration_s=measured.duration_s,
        thumbnail_key=files.store(f"{key}-small.jpg", measured.thumbnail),
    )


def _measure_picture(data: bytes) -> Measured:
    if len(data) > PICTURE_BYTES_MAX:
        raise UnreadableInputError(f"a picture of {len(data)} bytes")
    picture = pictures.recognise(data)
    if picture is None or picture.mime_type not in files.EXTENSIONS:
        raise UnreadableInputError("not a picture")
    return Measured(picture.mime_type, picture.width, picture.height, pictures.thumbnail(data))


def _measure_film(data: bytes) -> Measured:
    # How many bytes a film may have is the download's limit.
    film = films.probe(data)
    return Measured(film.mime_type, film.width, film.height, films.thumbnail(data), film.duration_s)


MEASURES: dict[AIModel.Type, Callable[[bytes], Measured]] = {
    AIModel.Type.IMAGE: _measure_picture,
    AIModel.Type.VIDEO: _measure_film,
}
