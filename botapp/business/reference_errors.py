"""What can be wrong with a reference that a person shows: a file, a link or a description."""

from enum import StrEnum

from botapp.business.errors import BusinessError


class Trouble(StrEnum):
    """Why it cannot be looked at, told apart by what the person can do about it."""

    BAD_LINK = "bad_link"  # not an address of the public web
    NOT_FOUND = "not_found"  # the site knows nothing at this address
    NO_ANSWER = "no_answer"  # the site is away or does not let us in
    LOGIN_NEEDED = "login_needed"  # private, for friends or for grown-ups only
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"  # also a broadcast that still goes on
    NO_MEDIA = "no_media"  # there is no picture and no film


class BadReferenceError(BusinessError):
    """The reference cannot be looked at; its text is the reason for operators."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble = trouble
