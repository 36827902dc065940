"""The root of everything a user can mend: the edges answer it with a sentence, no alert."""


class BusinessError(Exception):
    """The user must do something else; its text is for logs, not for the user."""
