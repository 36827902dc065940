"""What the mini app says about making: inputs, uploads, and how far an order is. Plain text."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from botapp.catalog import Role
from botapp.models import GenRequest

Status = GenRequest.Status
MEGABYTE = 1024 * 1024


def role(wanted: Role) -> str:
    titles: Mapping[Role, str] = {
        Role.IMAGE: _("Photo"),
        Role.MASK: _("Mask"),
        Role.FIRST_FRAME: _("First frame"),
        Role.LAST_FRAME: _("Last frame"),
        Role.REFERENCE: _("Reference photo"),
        Role.VIDEO: _("Video"),
    }
    return titles[wanted]


def status(order_status: str) -> str:
    said: dict[str, str] = {
        Status.QUEUED: _("In the queue"),
        Status.SUBMITTING: _("The model is at work"),
        Status.PROCESSING: _("The model is at work"),
        Status.DELIVERING: _("Ready, on its way to the chat"),
        Status.DONE: _("Ready"),
        Status.ERROR: _("It did not work out, the tokens are back"),
        Status.CANCELLED: _("Cancelled, the tokens are back"),
    }
    return said[order_status]


def upload_not_found() -> str:
    return _("This file is not here any more. Add it again, please.")


def too_many_uploads() -> str:
    return _("That is a lot of files in one hour. Take a short break and try again.")


def too_many_requests() -> str:
    return _("That is a lot of orders in one minute. Take a short break and try again.")


def wrong_file_type() -> str:
    return _("Only PNG, JPEG and WEBP pictures and MP4, MOV and WebM videos fit here.")


def file_unreadable() -> str:
    return _("This file could not be read: it may be damaged. Try another one.")


def file_too_large(*, bytes_max: int) -> str:
    return _("The file is too big: at most {megabytes} MB.").format(megabytes=bytes_max // MEGABYTE)
