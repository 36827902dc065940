"""The outside part of a person's own data: the export is sent, stored files are deleted."""

import json
import logging

from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.methods import SendDocument
from aiogram.types import BufferedInputFile
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from botapp import telegram
from botapp.business import personal_data, users
from botapp.models import TgUser
from botapp.texts import preferences as texts

logger = logging.getLogger(__name__)


def send_export(*, user_id: int) -> None:
    """The person gets a JSON file with everything we know."""
    person = TgUser.objects.select_related("settings").get(pk=user_id)
    data = personal_data.export(user_id=user_id)
    body = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
    with translation.override(person.settings.interface_language):
        caption = texts.export_caption()
    document = BufferedInputFile(body, "my-data.json")
    try:
        telegram.call(SendDocument(chat_id=person.chat_id, document=document, caption=caption))
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=person.chat_id, blocked=True)
    except TelegramAPIError:
        # The button is still there: asking again is harmless.
        logger.warning("An export was not sent", extra={"chat_id": person.chat_id})


def delete_files() -> None:
    """Delete the files of people who erased their data; what fails is left for the next time."""
    results, uploads = personal_data.files_to_delete()
    for result in results.iterator():
        if _are_deleted(result.storage_key, result.thumbnail_key):
            personal_data.mark_deleted(result)
    for upload in uploads.iterator():
        if _are_deleted(upload.storage_key):
            upload.delete()


def _are_deleted(*keys: str) -> bool:
    """False when the storage is away or refuses: one file's trouble is not all the others'."""
    try:
        for key in filter(None, keys):
            default_storage.delete(key)
    except (OSError, BotoCoreError, ClientError):
        logger.exception("A file of a person who left was not deleted")
        return False
    return True
