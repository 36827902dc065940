"""The sound of a film: a few notes, over and over; which ones depends on the order."""

import math
from array import array
from functools import lru_cache
from random import Random

RATE = 24000
_NOTES_HZ = (261.63, 293.66, 329.63, 392.0, 440.0, 523.25)
_NOTES_PER_SECOND = 4
_LOUDNESS = 6000


def melody(seconds: float, chance: Random) -> bytes:
    """Signed 16-bit mono samples of exactly this length."""
    bar = array("h")
    for _ in range(_NOTES_PER_SECOND):
        bar.extend(_note(chance.choice(_NOTES_HZ), RATE // _NOTES_PER_SECOND))
    samples = round(seconds * RATE)
    return (bar * math.ceil(samples / len(bar)))[:samples].tobytes()


@lru_cache
def _note(pitch_hz: float, samples: int) -> list[int]:
    step = 2 * math.pi * pitch_hz / RATE
    return [
        round(_LOUDNESS * math.sin(step * moment) * (1 - moment / samples))
        for moment in range(samples)
    ]
