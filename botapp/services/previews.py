"""What an order made, to look at in the chat: a picture, an album, a film that plays."""

import logging

from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.methods import EditMessageMedia, SendMediaGroup, SendMessage, SendPhoto, SendVideo
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)

from botapp import keyboards
from botapp.business import balance, generation
from botapp.models import GenRequest, GenResult
from botapp.services import files, pictures, sending, status_message
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)


def show(order: GenRequest, results: list[GenResult]) -> None:
    """Show what was not shown yet; each message is recorded as soon as it is sent."""
    if is_album(results):
        for first in range(0, len(results), sending.ALBUM_MAX):
            _show_album(order, results[first : first + sending.ALBUM_MAX])
        return
    for result in results:
        if result.preview_message_id is None:
            _show_one(order, result)


def show_receipt(order: GenRequest, results: list[GenResult]) -> None:
    """Below an album, which can have no buttons of its own: what it cost, and what to do next."""
    if is_album(results) and not _is_below(order, results):
        text = texts.receipt(order, balance=balance.get_balance(user_id=order.user_id))
        status_message.show_below(order, text, _buttons(order))


def show_caption_below(order: GenRequest, results: list[GenResult]) -> None:
    """Below files that came without anything to look at: what a preview's caption says."""
    if not _is_below(order, results):
        text = texts.result(order, balance=balance.get_balance(user_id=order.user_id))
        status_message.show_below(order, text, _buttons(order))


def _is_below(order: GenRequest, results: list[GenResult]) -> bool:
    """Messages of a chat are numbered in order: a status message below all is the receipt."""
    sent = (
        message_id
        for result in results
        for message_id in (result.preview_message_id, result.document_message_id)
    )
    return (order.status_message_id or 0) > max(message_id or 0 for message_id in sent)


def is_album(results: list[GenResult]) -> bool:
    return len(results) > 1 and not any(sending.is_film(result) for result in results)


def _show_album(order: GenRequest, group: list[GenResult]) -> None:
    """All or nothing: what is in the group is sent together and recorded together."""
    if group[0].preview_message_id is not None:
        return
    captions = [texts.album(order) if result.index == 0 else None for result in group]
    media = [
        InputMediaPhoto(media=_photo(result), caption=caption)
        for result, caption in zip(group, captions, strict=True)
    ]
    try:
        if len(media) > 1:
            sent = sending.send(order, SendMediaGroup(chat_id=order.chat_id, media=list(media)))
        else:
            photo = SendPhoto(chat_id=order.chat_id, photo=media[0].media, caption=captions[0])
            sent = [sending.send(order, photo)]
    except TelegramBadRequest:
        # One odd shape spoils the album; the originals follow as files.
        logger.warning("Telegram refused an album", extra={"generation_id": order.pk})
        return
    for result, message in zip(group, sent, strict=True):
        _record(result, message)


def _show_one(order: GenRequest, result: GenResult) -> None:
    """The status message turns into the first result; the others are messages of their own."""
    if sending.is_film(result) and result.size_bytes > sending.UPLOAD_BYTES_MAX:
        _give_link(order, result)
        return
    caption = texts.result(order, balance=balance.get_balance(user_id=order.user_id))
    media = _media(order, result, caption)
    try:
        sent = _edit_status(order, result, media) or _send_new(order, media)
    except TelegramEntityTooLarge:
        if not sending.is_film(result):
            raise
        _give_link(order, result)
        return
    if sent is not None:
        _record(result, sent)
        return
    # The original follows as a file; here are its price and the buttons.
    result.preview_message_id = _say(order, result, caption)
    result.save(update_fields=["preview_message_id"])


def _edit_status(
    order: GenRequest, result: GenResult, media: InputMediaPhoto | InputMediaVideo
) -> Message | None:
    if result.index or order.status_message_id is None:
        return None
    method = EditMessageMedia(
        chat_id=order.chat_id,
        message_id=order.status_message_id,
        media=media,
        reply_markup=_buttons(order),
    )
    try:
        edited = sending.send(order, method)
    except TelegramBadRequest:
        logger.info("The status message is gone", extra={"generation_id": order.pk})
        return None
    # `True` is the answer for messages of inline mode, which ours are not.
    return edited if isinstance(edited, Message) else None


def _send_new(order: GenRequest, media: InputMediaPhoto | InputMediaVideo) -> Message | None:
    chat_id, markup = order.chat_id, _buttons(order)
    method: SendPhoto | SendVideo
    if isinstance(media, InputMediaVideo):
        method = SendVideo(
            chat_id=chat_id,
            video=media.media,
            caption=media.caption,
            thumbnail=media.thumbnail,
            width=media.width,
            height=media.height,
            duration=media.duration,
            supports_streaming=True,
            reply_markup=markup,
        )
    else:
        method = SendPhoto(
            chat_id=chat_id, photo=media.media, caption=media.caption, reply_markup=markup
        )
    try:
        return sending.send(order, method)
    except TelegramBadRequest:
        # An odd shape makes a bad photo, an odd encoding a bad film.
        logger.warning("Telegram refused a preview", extra={"generation_id": order.pk})
        return None


def _media(order: GenRequest, result: GenResult, caption: str) -> InputMediaPhoto | InputMediaVideo:
    if not sending.is_film(result):
        return InputMediaPhoto(media=_photo(result), caption=caption)
    small = files.read(result.thumbnail_key) if result.thumbnail_key else None
    return InputMediaVideo(
        media=sending.upload(order, result),
        caption=caption,
        thumbnail=BufferedInputFile(small, "thumbnail.jpg") if small else None,
        width=result.width,
        height=result.height,
        duration=max(1, round(result.duration_s or 0)),
        supports_streaming=True,
    )


def _photo(result: GenResult) -> BufferedInputFile:
    return BufferedInputFile(pictures.preview(files.read(result.storage_key)), "preview.jpg")


def _give_link(order: GenRequest, result: GenResult) -> None:
    """The film is too big for Telegram: the link stands for the preview and for the original."""
    caption = texts.result(order, balance=balance.get_balance(user_id=order.user_id))
    text = f"{caption}\n\n{sending.link_text(result)}"
    result.preview_message_id = result.document_message_id = _say(order, result, text)
    result.save(update_fields=["preview_message_id", "document_message_id"])


def _say(order: GenRequest, result: GenResult, text: str) -> int:
    """In place of a preview; the status message speaks of the first result only."""
    markup = _buttons(order)
    if result.index == 0:
        return status_message.show(order, text, markup)
    method = SendMessage(chat_id=order.chat_id, text=text, reply_markup=markup)
    return sending.send(order, method).message_id


def _buttons(order: GenRequest) -> InlineKeyboardMarkup:
    return keyboards.after_result(order, extra=generation.upgrade_price(order))


def _record(result: GenResult, sent: Message) -> None:
    shown = sent.photo[-1] if sent.photo else sent.video
    result.preview_message_id = sent.message_id
    result.preview_file_id = shown.file_id if shown else ""
    result.save(update_fields=["preview_message_id", "preview_file_id"])
