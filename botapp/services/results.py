"""What a provider made: fetched, recognised by its bytes, stored."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from botapp.business import generation
from botapp.models import GenRequest
from botapp.providers import transport
from botapp.providers.base import Failure, Media, ProviderError
from botapp.services import pictures


def store(order: GenRequest, media: tuple[Media, ...]) -> None:
    """Keep the results, as many as were paid for, after those that are stored already.

    Raises ProviderError(EMPTY_RESULT) when one cannot be had or is not what was ordered.
    """
    first = order.results.count()
    for index, item in enumerate(media[: order.results_expected - first], start=first):
        file = _store_one(order, index, transport.download(item))
        generation.add_result(generation_id=order.pk, file=file)


def _store_one(order: GenRequest, index: int, data: bytes) -> generation.StoredFile:
    picture = pictures.recognise(data)
    if picture is None or picture.mime_type not in pictures.EXTENSIONS:
        raise ProviderError(Failure.EMPTY_RESULT, "the result is not a picture")
    key = f"results/{order.run_code}/{index}.{pictures.EXTENSIONS[picture.mime_type]}"
    return generation.StoredFile(
        index=index,
        storage_key=default_storage.save(key, ContentFile(data)),
        mime_type=picture.mime_type,
        size_bytes=len(data),
        width=picture.width,
        height=picture.height,
    )
