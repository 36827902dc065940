"""The outside part of a person's own data: the export is sent, stored files are deleted."""

import json
import logging
from datetime import datetime

from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.methods import SendDocument
from aiogram.types import BufferedInputFile
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from botapp import telegram
from botapp.business import personal_data, users
from botapp.models import TgUser
from botapp.services import files, inputs
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


def delete_files(*, now: datetime) -> None:
    """Delete the files of people who erased their data, and copies of inputs that no provider
    fetches any more; what fails is left for the next time."""
    results, uploads = personal_data.files_to_delete()
    for result in results.iterator():
        if files.are_deleted(result.storage_key, result.thumbnail_key):
            personal_data.mark_deleted(result)
    for upload in uploads.iterator():
        if files.are_deleted(upload.storage_key):
            upload.delete()
    for order in personal_data.inputs_to_delete(now=now).iterator():
        if files.are_deleted(*files.list_folder(inputs.folder(order))):
            personal_data.mark_inputs_deleted(order)
