"""Prompts from a reference: what is asked, made, and why it could not be."""

from django.utils.translation import gettext as _

from botapp.business.reference_errors import Trouble


def trouble(what: Trouble) -> str:
    """Why the reference cannot be looked at, and what to do about it."""
    reasons = {
        Trouble.BAD_LINK: _(
            "I cannot open this link. Send a link to a public page, or the file itself."
        ),
        Trouble.NOT_FOUND: _(
            "There is nothing at this link any more. Check it, or send the file itself."
        ),
        Trouble.LOGIN_NEEDED: _(
            "This page is open only to those who are logged in. "
            "Save the video and send it here as a file."
        ),
        Trouble.TOO_LARGE: _("The file is too large. Send a shorter video or a piece of it."),
        Trouble.TOO_LONG: _("The video is too long. Send one of up to 10 minutes."),
        Trouble.NO_MEDIA: _(
            "I found no picture and no video there. Send a direct link or the file itself."
        ),
        Trouble.NO_ANSWER: _(
            "The site did not give the video away. Try again later, or send the file itself."
        ),
    }
    return reasons[what]
