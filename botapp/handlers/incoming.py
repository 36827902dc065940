"""What a message brings: the picture or film in it, or in the message it answers."""

from aiogram import F
from aiogram.types import Animation, Document, Message, Video

from botapp import db_threads
from botapp.business import drafts, generation
from botapp.catalog import Kind
from botapp.models import TgUser

MEDIA = F.photo | F.video | F.animation | F.document
_ANSWERED = F.reply_to_message
ANSWERED_MEDIA = _ANSWERED.photo | _ANSWERED.video | _ANSWERED.animation | _ANSWERED.document
# Bots can fetch no more: https://core.telegram.org/bots/api#getfile
DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024


def source_of(message: Message) -> drafts.Source | None:
    """None when the message has neither a picture nor a film."""
    if message.photo:
        largest = message.photo[-1]
        return drafts.Source(
            media=Kind.IMAGE,
            file_id=largest.file_id,
            mime_type="image/jpeg",
            size_bytes=largest.file_size,
            width=largest.width,
            height=largest.height,
        )
    # An animation has a document of itself beside it.
    film = message.video or message.animation
    return _source(film, film.duration) if film else _from_document(message.document)


def check_size(source: drafts.Source) -> None:
    """Raises FileTooLargeError for what Telegram would not give us."""
    if (source.size_bytes or 0) > DOWNLOAD_BYTES_MAX:
        raise generation.FileTooLargeError(bytes_max=DOWNLOAD_BYTES_MAX)


async def replied_to(message: Message, user: TgUser) -> drafts.Source | None:
    """The result, or any picture or film, that this message is a reply to."""
    earlier = message.reply_to_message
    if earlier is None:
        return None
    result = await db_threads.run(drafts.recall, user_id=user.pk, message_id=earlier.message_id)
    if result is not None:
        return result
    source = source_of(earlier)
    if source is not None:
        check_size(source)
    return source


def _from_document(document: Document | None) -> drafts.Source | None:
    kinds = {"image": Kind.IMAGE, "video": Kind.VIDEO}
    mime_type = (document.mime_type if document else "") or ""
    kind = kinds.get(mime_type.split("/", maxsplit=1)[0])
    return _source(document, None, kind) if document and kind else None


def _source(
    file: Video | Animation | Document, seconds: float | None, kind: Kind = Kind.VIDEO
) -> drafts.Source:
    return drafts.Source(
        media=kind,
        file_id=file.file_id,
        mime_type=file.mime_type,
        size_bytes=file.file_size,
        seconds=seconds,
    )
