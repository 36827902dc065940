"""What the cards of several video families have in common."""

from botapp.catalog.vocabulary import Choice, Mode, Role, Slot, Text

FRAME_SLOTS = {Role.FIRST_FRAME: Slot(), Role.LAST_FRAME: Slot()}
FILM_SLOT = Slot(
    mime_types=("video/mp4", "video/quicktime"),
    bytes_max=50 * 1024 * 1024,
    seconds_min=1.0,
    seconds_max=15.5,
)
TEXT_AND_FRAMES = (Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO, Mode.FRAMES_TO_VIDEO)
# The picture gives the film its ratio.
FROM_PICTURES = (Mode.IMAGE_TO_VIDEO, Mode.FRAMES_TO_VIDEO)
NEGATIVE = Text(length_max=500)
SHORT_OR_LONG = Choice((5, 10))
