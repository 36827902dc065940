"""A film that the model does not take is refused before it is paid for, in plain words."""

import pytest
from django.utils import translation

from botapp.business import media_rules
from botapp.business.errors import BusinessError
from botapp.catalog import Slot
from botapp.texts import refusals

SLOT = Slot(
    mime_types=("video/mp4", "video/quicktime"),
    bytes_max=16 * 1024**2,
    seconds_min=1.0,
    seconds_max=5.5,
)


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ((6, 1000, "video/mp4"), media_rules.FilmTooLongError, "не больше 5.5 с"),
        ((0, 1000, "video/mp4"), media_rules.FilmTooShortError, "не меньше 1 с"),
        ((5, 17 * 1024**2, "video/mp4"), media_rules.FilmTooBigError, "не больше 16 МБ"),
        ((5, 1000, "video/webm"), media_rules.WrongFilmTypeError, "видео в MP4, MOV"),
    ],
)
def test_what_does_not_fit_is_said(told, error, words):
    with pytest.raises(BusinessError) as caught:
        media_rules.check_film(SLOT, *told)

    assert type(caught.value) is error
    with translation.override("ru"):
        assert words in refusals.refusal(caught.value)


@pytest.mark.parametrize(
    "told",
    [(5, 1000, "video/mp4"), (5.5, 16 * 1024**2, "video/quicktime"), (None, None, None)],
    ids=["fits", "just fits", "nothing is told"],
)
def test_what_fits_or_is_not_told_passes(told):
    media_rules.check_film(SLOT, *told)


def test_a_slot_without_a_limit_takes_any_length():
    media_rules.check_film(Slot(mime_types=("video/mp4",)), 3600, 1000, "video/mp4")
