"""Whether a picture or a film fits a model, as far as its message tells, before it is paid for.

What is in the bytes is seen only later, when the order is served.
"""

from botapp.business.errors import BusinessError
from botapp.catalog import Slot


class FilmTooLongError(BusinessError):
    def __init__(self, *, seconds_max: float) -> None:
        super().__init__(f"at most {seconds_max} s")
        self.seconds_max = seconds_max


class FilmTooShortError(BusinessError):
    def __init__(self, *, seconds_min: float) -> None:
        super().__init__(f"at least {seconds_min} s")
        self.seconds_min = seconds_min


class FilmTooBigError(BusinessError):
    def __init__(self, *, bytes_max: int) -> None:
        super().__init__(f"at most {bytes_max} bytes")
        self.bytes_max = bytes_max


class WrongFilmTypeError(BusinessError):
    """A file of a kind the model does not take."""

    def __init__(self, *, mime_types: tuple[str, ...]) -> None:
        super().__init__(", ".join(mime_types))
        self.mime_types = mime_types


class PictureTooSmallError(BusinessError):
    def __init__(self, *, side_min: int) -> None:
        super().__init__(f"sides of at least {side_min} pixels")
        self.side_min = side_min


class PictureTooNarrowError(BusinessError):
    """One side is too many times longer than the other."""

    def __init__(self, *, ratio_max: float) -> None:
        super().__init__(f"at most {ratio_max} : 1")
        self.ratio_max = ratio_max


def check_picture(slot: Slot, width: int | None, height: int | None) -> None:
    """Raises the BusinessError that says what is wrong; an unknown size is not judged.

    Telegram tells the size of photos, not of files.
    """
    if not width or not height:
        return
    short, long = sorted((width, height))
    if short < slot.side_min:
        raise PictureTooSmallError(side_min=slot.side_min)
    if slot.ratio_max and long > short * slot.ratio_max:
        raise PictureTooNarrowError(ratio_max=slot.ratio_max)


def check_film(
    slot: Slot, duration_s: float | None, size_bytes: int | None, mime_type: str | None
) -> None:
    """Raises the BusinessError that says what is wrong; what is not told (None) is not judged.

    Telegram tells a duration of videos only, and in whole seconds.
    """
    if mime_type and mime_type not in slot.mime_types:
        raise WrongFilmTypeError(mime_types=slot.mime_types)
    if size_bytes is not None and size_bytes > slot.bytes_max:
        raise FilmTooBigError(bytes_max=slot.bytes_max)
    if duration_s is None:
        return
    if slot.seconds_max and duration_s > slot.seconds_max:
        raise FilmTooLongError(seconds_max=slot.seconds_max)
    if duration_s < slot.seconds_min:
        raise FilmTooShortError(seconds_min=slot.seconds_min)
