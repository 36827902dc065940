"""What an order made, exactly as it was made: files that Telegram does not compress."""

from aiogram.exceptions import TelegramEntityTooLarge
from aiogram.methods import SendDocument, SendMediaGroup, SendMessage
from aiogram.types import InputMediaDocument, Message

from botapp.models import GenRequest, GenResult
from botapp.services import sending
from botapp.texts import generation as texts

# One request holds a whole album.
ALBUM_BYTES_MAX = sending.UPLOAD_BYTES_MAX


def send(order: GenRequest, results: list[GenResult]) -> None:
    """Send what was not sent yet; each message is recorded as soon as it is sent."""
    for group in _groups(results):
        missing = [result for result in group if result.document_message_id is None]
        if missing:
            _send_group(order, missing)


def _groups(results: list[GenResult]) -> list[list[GenResult]]:
    """Albums, always the same for the same results."""
    groups: list[list[GenResult]] = []
    for result in results:
        last = groups[-1] if groups else []
        weight = sum(one.size_bytes for one in last) + result.size_bytes
        if last and len(last) < sending.ALBUM_MAX and weight <= ALBUM_BYTES_MAX:
            last.append(result)
        else:
            groups.append([result])
    return groups


def _send_group(order: GenRequest, group: list[GenResult]) -> None:
    """All or nothing: what is in the group is sent together and recorded together."""
    if len(group) == 1:
        _send_one(order, group[0])
        return
    media = [
        InputMediaDocument(
            media=sending.upload(order, result),
            caption=texts.original(result, is_one_of_many=True),
            disable_content_type_detection=True,
        )
        for result in group
    ]
    try:
        sent = sending.send(order, SendMediaGroup(chat_id=order.chat_id, media=list(media)))
    except TelegramEntityTooLarge:
        for result in group:
            _send_one(order, result)
        return
    for result, message in zip(group, sent, strict=True):
        _record(result, message)


def _send_one(order: GenRequest, result: GenResult) -> None:
    if result.size_bytes > sending.UPLOAD_BYTES_MAX:
        _give_link(order, result)
        return
    method = SendDocument(
        chat_id=order.chat_id,
        document=sending.upload(order, result),
        caption=texts.original(result),
        disable_content_type_detection=True,
    )
    try:
        sent = sending.send(order, method)
    except TelegramEntityTooLarge:
        _give_link(order, result)
    else:
        _record(result, sent)


def _give_link(order: GenRequest, result: GenResult) -> None:
    method = SendMessage(chat_id=order.chat_id, text=sending.link_text(result))
    _record(result, sending.send(order, method))


def _record(result: GenResult, sent: Message) -> None:
    result.document_message_id = sent.message_id
    result.document_file_id = sent.document.file_id if sent.document else ""
    result.save(update_fields=["document_message_id", "document_file_id"])
