"""Results that Telegram has already: sent again by their `file_id`, nothing is uploaded."""

from collections.abc import Iterable, Sequence

from aiogram.types import (
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    MediaUnion,
    Message,
)

from botapp.models import GenResult
from botapp.services import sending

Media = InputMediaPhoto | InputMediaVideo | InputMediaDocument


def preview(result: GenResult, caption: str | None = None) -> Media | None:
    """What can be looked at, else the original; None for what Telegram has not got."""
    if not result.preview_file_id:
        return original(result, caption)
    if sending.is_film(result):
        return InputMediaVideo(media=result.preview_file_id, caption=caption)
    return InputMediaPhoto(media=result.preview_file_id, caption=caption)


def original(result: GenResult, caption: str | None = None) -> InputMediaDocument | None:
    if not result.document_file_id:
        return None
    return InputMediaDocument(media=result.document_file_id, caption=caption)


def first_preview(results: Iterable[GenResult], caption: str) -> Media | None:
    """What stands for the whole work."""
    found = (preview(result, caption) for result in results)
    return next((media for media in found if media is not None), None)


async def send_one(
    message: Message, media: Media, markup: InlineKeyboardMarkup | None = None
) -> None:
    if isinstance(media, InputMediaPhoto):
        await message.answer_photo(media.media, caption=media.caption, reply_markup=markup)
    elif isinstance(media, InputMediaVideo):
        await message.answer_video(media.media, caption=media.caption, reply_markup=markup)
    else:
        await message.answer_document(media.media, caption=media.caption, reply_markup=markup)


async def send_all(message: Message, files: Sequence[Media]) -> None:
    """In albums; documents stand in no album with pictures and films
    (https://core.telegram.org/bots/api#sendmediagroup)."""
    documents = [one for one in files if isinstance(one, InputMediaDocument)]
    shown = [one for one in files if not isinstance(one, InputMediaDocument)]
    for group in (*_albums(shown), *_albums(documents)):
        if len(group) == 1:
            await send_one(message, group[0])
        else:
            album: list[MediaUnion] = list(group)
            await message.answer_media_group(album)


async def send_links(message: Message, results: Iterable[GenResult]) -> None:
    """Where to fetch what Telegram has not got."""
    for result in results:
        await message.answer(sending.link_text(result))


def _albums(files: Sequence[Media]) -> list[Sequence[Media]]:
    size = sending.ALBUM_MAX
    return [files[start : start + size] for start in range(0, len(files), size)]
