"""What stands in an address."""

from botapp.business.errors import BusinessError

ID_DIGITS_MAX = 18


def number(said: str, not_found: type[BusinessError]) -> int:
    """The number in an address; raises `not_found` for whatever is none."""
    if not (said.isascii() and said.isdecimal() and len(said) <= ID_DIGITS_MAX):
        raise not_found(said)
    return int(said)
